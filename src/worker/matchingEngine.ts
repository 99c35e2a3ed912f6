/**
 * Keeps what is dear between runs: one runtime, and on it one matcher with its weights and sessions. Both are
 * made when first asked for, replaced when the choice changes, and dropped when the device is lost.
 */
import { openCheckpoint } from '../checkpoint/openCheckpoint.ts';
import { createMatcher } from '../matchers/createMatcher.ts';
import type { Matcher } from '../matchers/matcher.ts';
import type { FailureReport } from '../reporting/covisError.ts';
import type { ProgressPlan } from '../reporting/progress.ts';
import type { Runtime } from '../runtime/session.ts';
import type { WeightsDescription } from '../weights/weightsDescription.ts';
import type { ProviderPreference } from './protocol.ts';
import { type RuntimeSources, type SelectedRuntime, selectRuntime } from './selectRuntime.ts';

export interface LoadedWeights {
  readonly bytes: Uint8Array;
  readonly description: WeightsDescription;
}

export type LoadWeights = (
  weightsId: string,
  options: { readonly signal: AbortSignal; readonly report: (fraction: number) => void },
) => Promise<LoadedWeights>;

export interface ReadyMatcher extends SelectedRuntime {
  readonly matcher: Matcher;
  readonly weights: { readonly id: string; readonly sha256: string };
}

export interface MatchingEngine {
  /**
   * @param progress a plan that has the steps download and read
   * @throws CovisError of weights, checkpoint, network or runtime
   */
  prepare(
    preference: ProviderPreference,
    weightsId: string,
    progress: ProgressPlan,
    signal: AbortSignal,
  ): Promise<ReadyMatcher>;
  /** Frees the matcher if it runs on these weights. */
  forgetWeights(weightsId: string): Promise<void>;
  /** Frees the runtime after a failure it does not recover from. */
  forgetRuntime(): Promise<void>;
}

interface KeptRuntime extends SelectedRuntime {
  readonly preference: ProviderPreference;
}

interface KeptMatcher {
  readonly runtime: Runtime;
  readonly matcher: Matcher;
  readonly weights: { readonly id: string; readonly sha256: string };
}

export function createMatchingEngine(sources: RuntimeSources, loadWeights: LoadWeights): MatchingEngine {
  let keptRuntime: KeptRuntime | null = null;
  let keptMatcher: KeptMatcher | null = null;

  async function forgetMatcher(): Promise<void> {
    const kept = keptMatcher;
    keptMatcher = null;
    await kept?.matcher.release();
  }

  async function forgetRuntime(): Promise<void> {
    const kept = keptRuntime;
    keptRuntime = null;
    try {
      await forgetMatcher();
      await kept?.runtime.release();
    } catch {
      // What is lost cannot be released properly, and nothing waits for it.
    }
  }

  async function runtimeFor(preference: ProviderPreference): Promise<KeptRuntime> {
    if (keptRuntime?.preference === preference) return keptRuntime;
    await forgetRuntime();
    const kept: KeptRuntime = { preference, ...(await selectRuntime(preference, sources)) };
    keptRuntime = kept;
    // Lost while nothing runs (sleep, driver update): the next run starts on a new device.
    void kept.runtime.lost.then(() => {
      if (keptRuntime === kept) void forgetRuntime();
    });
    return kept;
  }

  return {
    async prepare(preference, weightsId, progress, signal) {
      const { runtime, note } = await runtimeFor(preference);
      if (keptMatcher?.runtime !== runtime || keptMatcher.weights.id !== weightsId) {
        await forgetMatcher();
        const { bytes, description } = await loadWeights(weightsId, {
          signal,
          report: (fraction) => progress.report('download', fraction),
        });
        progress.report('read', 0);
        if (description.sha256 === null) throw new Error('Loaded weights always have a hash.');
        keptMatcher = {
          runtime,
          matcher: createMatcher(description.matcher, openCheckpoint(bytes), description.options, runtime),
          weights: { id: description.id, sha256: description.sha256 },
        };
      }
      return { runtime, note, matcher: keptMatcher.matcher, weights: keptMatcher.weights };
    },
    async forgetWeights(weightsId) {
      if (keptMatcher?.weights.id === weightsId) await forgetMatcher();
    },
    forgetRuntime,
  };
}

/** After these the runtime is of no more use; a new one is made for the next run. */
export function breaksRuntime(failure: unknown): boolean {
  const { code } = Object(failure) as Partial<FailureReport>;
  return code === 'device-lost' || code === 'out-of-memory';
}
