/** The results as one page of tables, made from all result files at each run. */
import { allCases } from '../cases/allCases.ts';
import { environmentIds } from '../cases/benchCase.ts';
import type { Measurement } from '../cases/measureRuns.ts';
import type { Machine } from './describeMachine.ts';
import type { ResultFile } from './resultFile.ts';

export function renderTable(results: readonly ResultFile[]): string {
  return `${[
    '# Results',
    'Written by `npm run bench`; see [the benchmark](../README.md) for what each line means. Median (least to most).',
    ...describeMachines(results),
    ...allCases.flatMap(({ id }) => renderCase(results.filter((result) => result.case === id))),
  ].join('\n\n')}\n`;
}

/** Results of several machines may stand in one table: each is numbered and named. */
function describeMachines(results: readonly ResultFile[]): string[] {
  return distinctMachines(results).map((machine, k) => {
    const { cpu, cores, memoryGigabytes, system, node, chromium, onnxruntimeWeb, onnxruntimeNode, opencv } =
      machine;
    const parts = [
      `${cpu}, ${cores} cores, ${memoryGigabytes} GB, ${system}`,
      `Node ${node.slice(1)}`,
      ...(chromium === null ? [] : [`Chromium ${chromium}`]),
      `onnxruntime-web ${onnxruntimeWeb}`,
      ...(onnxruntimeNode === null ? [] : [`onnxruntime-node ${onnxruntimeNode}`]),
      `OpenCV.js ${opencv}`,
    ];
    return `Machine ${k + 1}: ${parts.join('; ')}.`;
  });
}

function distinctMachines(results: readonly ResultFile[]): Machine[] {
  return [...new Map(results.map(({ machine }) => [JSON.stringify(machine), machine])).values()];
}

function renderCase(results: readonly ResultFile[]): string[] {
  const measured = environmentIds.flatMap((id) => results.filter(({ environment }) => environment === id));
  if (measured.length === 0) return [];
  const rows = [...new Set(measured.flatMap((result) => Object.keys(cellsOf(result))))];
  return [
    `## ${measured[0]!.case}`,
    [
      `| | ${measured.map(({ environment }) => environment).join(' | ')} |`,
      `|---|${measured.map(() => '---:|').join('')}`,
      ...rows.map(
        (row) => `| ${row} | ${measured.map((result) => cellsOf(result)[row] ?? '').join(' | ')} |`,
      ),
    ].join('\n'),
  ];
}

function cellsOf(result: ResultFile): Record<string, string> {
  const { outcome } = result;
  const common = { measured: `${result.date}, ${result.threads} threads` };
  if (outcome.kind !== 'measured') return { ...common, 'not measured': outcome.reason };
  const { measurements, facts } = outcome.result;
  return {
    ...Object.fromEntries(
      Object.entries(measurements).map(([name, value]) => [name, formatMeasurement(value)]),
    ),
    ...Object.fromEntries(
      Object.entries(result.memoryMegabytes).map(([name, value]) => [name, `${formatNumber(value)} MB`]),
    ),
    ...Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, String(value)])),
    ...common,
  };
}

function formatMeasurement({ unit, median, min, max, runs }: Measurement): string {
  const value = `${formatNumber(median)}${unit === '' || unit.startsWith('/') ? unit : ` ${unit}`}`;
  return runs === 1 ? value : `**${value}** (${formatNumber(min)} to ${formatNumber(max)}, ${runs} runs)`;
}

/** Three digits are more than a shared machine repeats. */
function formatNumber(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en');
  return String(Number(value.toPrecision(3)));
}
