/**
 * `npm run bench`: every case in every environment that has it, each in a process of its own, one after another.
 * Results are files; the table is made anew from all of them. Nothing here is a test: no number fails a run.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BenchBrowser, openBenchBrowser } from './browser/openBenchBrowser.ts';
import { allCases } from './cases/allCases.ts';
import type { BenchCase, EnvironmentId } from './cases/benchCase.ts';
import type { RunPlan } from './cases/measureRuns.ts';
import type { CaseOutcome } from './cases/runCase.ts';
import { inputFolder } from './inputs/inputFiles.ts';
import { prepareInputs } from './inputs/prepareInputs.ts';
import { runInNode } from './node/runInNode.ts';
import { type BenchArguments, parseArguments, usage } from './parseArguments.ts';
import { describeMachine, type Machine } from './report/describeMachine.ts';
import { renderTable } from './report/renderTable.ts';
import { type ResultFile, resultFileName } from './report/resultFile.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const fullPlan: RunPlan = { runs: 9, budgetMs: 60_000 };
const quickPlan: RunPlan = { runs: 2, budgetMs: 0 };

interface Job {
  readonly benchCase: BenchCase;
  readonly environment: EnvironmentId;
}

/** @returns whether every case was measured or skipped for a reason */
async function main(options: BenchArguments): Promise<boolean> {
  const jobs = planJobs(options);
  if (jobs.length === 0) throw new Error(`Nothing is named like ${options.only.join(' or ')}.`);
  const resultFolder = join(root, options.quick ? `${inputFolder}/results` : 'bench/results');
  await mkdir(resultFolder, { recursive: true });
  say('Preparing pictures and weights');
  await prepareInputs(root);
  const browser = jobs.some(({ environment }) => environment !== 'node-cpu')
    ? await openBenchBrowser()
    : null;
  let succeeded = true;
  try {
    const machine = await describeMachine(browser?.version ?? null);
    for (const job of jobs) {
      const result = await runJob(job, options, browser, machine);
      say(`${result.case} ${result.environment}: ${summary(result.outcome)}`);
      if (result.outcome.kind === 'failed') succeeded = false;
      else
        await writeFile(join(resultFolder, resultFileName(result)), `${JSON.stringify(result, null, 2)}\n`);
    }
  } finally {
    await browser?.close();
  }
  await writeFile(join(resultFolder, 'README.md'), renderTable(await readResults(resultFolder)));
  say(`Table: ${join(resultFolder, 'README.md')}`);
  return succeeded;
}

function planJobs({ only, softwareGpu }: BenchArguments): Job[] {
  return allCases
    .flatMap((benchCase) => benchCase.environments.map((environment) => ({ benchCase, environment })))
    .filter(({ benchCase, environment }) => {
      if (softwareGpu && environment === 'browser-webgpu' && benchCase.needsHardware) return false;
      const name = `${benchCase.id}.${environment}`;
      return only.length === 0 || only.some((text) => name.includes(text));
    });
}

async function runJob(
  { benchCase, environment }: Job,
  options: BenchArguments,
  browser: BenchBrowser | null,
  machine: Machine,
): Promise<ResultFile> {
  const plan = options.quick ? quickPlan : fullPlan;
  const { threads, softwareGpu } = options;
  const order = { caseId: benchCase.id, environment, plan, threads };
  const { outcome, memory } =
    environment === 'node-cpu' ? await inNode(order) : await inBrowser(browser!, { ...order, softwareGpu });
  return {
    case: benchCase.id,
    environment,
    date: new Date().toISOString().slice(0, 10),
    machine,
    threads,
    outcome,
    memoryMegabytes: memory,
  };
}

interface Measured {
  readonly outcome: CaseOutcome;
  readonly memory: Readonly<Record<string, number>>;
}

async function inNode(order: Parameters<typeof runInNode>[0]): Promise<Measured> {
  try {
    const { outcome, peakBytes, startBytes } = await runInNode(order);
    return {
      outcome,
      memory: { 'peak memory': toMegabytes(peakBytes), 'of which before the case': toMegabytes(startBytes) },
    };
  } catch (error) {
    return failed(error);
  }
}

async function inBrowser(
  browser: BenchBrowser,
  order: Parameters<BenchBrowser['run']>[0],
): Promise<Measured> {
  try {
    const { outcome, wasmBytes, peakBytes } = await browser.run(order);
    return {
      outcome,
      memory: {
        ...(peakBytes !== null && { 'peak memory': toMegabytes(peakBytes) }),
        ...(wasmBytes > 0 && { 'WebAssembly memory': toMegabytes(wasmBytes) }),
      },
    };
  } catch (error) {
    return failed(error);
  }
}

function failed(error: unknown): Measured {
  const reason = error instanceof Error ? error.message : String(error);
  return { outcome: { kind: 'failed', reason }, memory: {} };
}

function toMegabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}

function summary(outcome: CaseOutcome): string {
  if (outcome.kind !== 'measured') return `${outcome.kind}: ${outcome.reason}`;
  return Object.entries(outcome.result.measurements)
    .map(([name, { median, unit }]) => `${name} ${Number(median.toPrecision(3))} ${unit}`.trim())
    .join(', ');
}

async function readResults(folder: string): Promise<ResultFile[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  return Promise.all(
    names.map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8')) as ResultFile),
  );
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

let options: BenchArguments | null = null;
try {
  options = parseArguments(process.argv.slice(2));
} catch (error) {
  say(`${error instanceof Error ? error.message : error}\n\n${usage}`);
  process.exitCode = 2;
}
if (options !== null) {
  try {
    if (!(await main(options))) process.exitCode = 1;
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
