/** One run of the accuracy benchmark as it is kept, complete in itself, and the page of tables made of all of them. */
import type { Machine } from '../report/describeMachine.ts';
import { measures, type SetSummary } from './scores.ts';

export interface ResultRow {
  /** What sets the row apart from the others of its run; empty for a row alone. */
  readonly label: string;
  /** Null for what is not learned. */
  readonly weights: { readonly id: string; readonly sha256: string } | null;
  /** How the matches were made, in words. */
  readonly settings: string;
  readonly estimator: string;
  /** Of one estimation by the product's estimator, median over pairs; null where OpenCV for Python estimated. */
  readonly estimationMs: number | null;
  readonly sets: readonly SetSummary[];
}

export interface ScoredRows {
  readonly rows: readonly ResultRow[];
  /** Versions of what scored, such as "OpenCV 5.0.0, NumPy 2.4.6". */
  readonly scoring: string;
}

export interface AccuracyResult extends ScoredRows {
  readonly name: string;
  readonly date: string;
  readonly command: string;
  readonly machine: Machine;
  /** Processes that wanted a core at a time, mean of the last 15 minutes, this run among them. */
  readonly load: number;
  readonly repeats: number;
}

export function renderTables(results: readonly AccuracyResult[]): string {
  return `${[
    '# Results',
    'Written by `npm run bench:accuracy`; see [how it scores](../README.md).',
    renderOverview(results),
    ...results.map(renderResult),
  ].join('\n\n')}\n`;
}

/** Every row of every result beside one another: the mean over the estimations, for it varies least. */
function renderOverview(results: readonly AccuracyResult[]): string {
  const rows = results.flatMap(({ name, rows }) =>
    rows.map((row) => ({ name: [name, row.label].filter(Boolean).join(': '), row })),
  );
  const sets = [...new Set(rows.flatMap(({ row }) => row.sets.map(({ set }) => set)))].sort();
  const headings = sets.map((set) => {
    const { type } = rows.flatMap(({ row }) => row.sets).find((summary) => summary.set === set)!;
    return `${set} ${measures[type].name}`;
  });
  return [
    'Mean over the estimations of each pair:',
    table(
      ['', ...headings],
      rows.map(({ name, row }) => [
        name,
        ...sets.map((set) => {
          const summary = row.sets.find((candidate) => candidate.set === set);
          return summary ? formatMeasure(summary.meanMeasure) : '';
        }),
      ]),
    ),
  ].join('\n\n');
}

export function renderResult(result: AccuracyResult): string {
  const { machine } = result;
  const isQuiet = result.load < machine.cores + 1;
  const isTimed = isQuiet && result.rows.some(({ estimationMs }) => estimationMs !== null);
  const isCompared = result.rows.length > 1;
  return [
    `## ${result.name}`,
    describeMakers(result.rows),
    `${result.date}; \`${result.command}\`; ${result.scoring}; ${machine.cpu}, ${machine.cores} cores${isQuiet ? '' : ', busy with other work, so without times'}.`,
    table(
      [
        ...(isCompared ? [''] : []),
        'set',
        'pairs',
        'matches',
        'correct',
        '',
        'first estimation',
        `mean of ${result.repeats}`,
        ...(isQuiet ? ['seconds'] : []),
        ...(isTimed ? ['estimation (ms)'] : []),
      ],
      result.rows.flatMap((row) =>
        row.sets.map((summary, k) => [
          ...(isCompared ? [k === 0 ? row.label : ''] : []),
          summary.set,
          String(summary.pairs),
          String(summary.matches),
          summary.correct === null ? '' : `${summary.correct.toFixed(1)} %`,
          `${measures[summary.type].name} ${measures[summary.type].unit}`,
          formatMeasure(summary.measure),
          formatMeasure(summary.meanMeasure),
          ...(isQuiet ? [summary.medianSeconds?.toFixed(2) ?? ''] : []),
          ...(isTimed ? [row.estimationMs === null ? '' : row.estimationMs.toFixed(1)] : []),
        ]),
      ),
    ),
  ].join('\n\n');
}

/** Rows of one program differ by what their labels say; those of several programs are told one by one. */
function describeMakers(rows: readonly ResultRow[]): string {
  const first = rows[0]!;
  if (rows.length === 1) return `${describeMaker(first)}.`;
  if (rows.every(({ weights }) => weights !== null && weights.sha256 === first.weights?.sha256)) {
    return `${describeMaker(first)}; the other rows differ from this first one as they are named.`;
  }
  return rows.map((row) => `- ${row.label}: ${describeMaker(row)}.`).join('\n');
}

function describeMaker({ weights, settings, estimator }: ResultRow): string {
  const named = weights && `weights \`${weights.id}\` (sha256 \`${weights.sha256.slice(0, 16)}\`)`;
  return [named, settings, `estimated by ${estimator}`].filter((part) => part !== null).join('; ');
}

function formatMeasure(values: readonly number[]): string {
  return values.map((value) => value.toFixed(1)).join(' / ');
}

function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(headings), `|${headings.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}
