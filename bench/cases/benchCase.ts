/**
 * A benchmark, written once and run in every environment: a case sees files, a runtime and a plan, and never
 * whether it runs in a Node process or in a worker of a page.
 */
import type { Runtime } from '../../src/runtime/session.ts';
import type { Measurement, RunPlan } from './measureRuns.ts';

export const environmentIds = ['node-cpu', 'browser-wasm', 'browser-webgpu', 'browser-page'] as const;

/** Where a case runs; `browser-page` is the page's own thread, which has canvases and no networks. */
export type EnvironmentId = (typeof environmentIds)[number];

export interface BenchContext {
  readonly environment: EnvironmentId;
  readonly plan: RunPlan;
  /** Bytes of a file of the project, by its path from the project's root; null where there is none. */
  readonly readFile: (path: string) => Promise<Uint8Array | null>;
  /** The environment's own runtime; released when the case ends. */
  readonly createRuntime: () => Promise<Runtime>;
  /**
   * Has the authors' code in PyTorch answer a request (see torchMessages.ts).
   * @throws CaseSkipped where it is missing
   */
  readonly askTorch: (request: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>;
}

export interface CaseResult {
  /** What a speed must never be read without: counts, errors, the device. */
  readonly facts: Readonly<Record<string, string | number>>;
  readonly measurements: Readonly<Record<string, Measurement>>;
}

export interface BenchCase {
  readonly id: string;
  readonly environments: readonly EnvironmentId[];
  /** Too slow for a GPU in software. */
  readonly needsHardware?: boolean;
  /** @throws CaseSkipped where something optional is missing */
  run(context: BenchContext): Promise<CaseResult>;
}

/** Not a failure: the sentence says what to do to have the case measured. */
export class CaseSkipped extends Error {
  override readonly name = 'CaseSkipped';
}

/** @throws CaseSkipped with `howToGetIt` when the file is not there */
export async function requireFile(
  context: BenchContext,
  path: string,
  howToGetIt: string,
): Promise<Uint8Array> {
  const bytes = await context.readFile(path);
  if (bytes === null) throw new CaseSkipped(howToGetIt);
  return bytes;
}
