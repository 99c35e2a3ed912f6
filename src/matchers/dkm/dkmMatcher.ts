/**
 * DKM as a matcher: sessions are kept for the sizes used last, so that a second run on the same sizes compiles
 * nothing. Features are not kept: they are a tenth of the work and half a gigabyte.
 */
import type { NamedTensors } from '../../checkpoint/namedTensors.ts';
import type { ProgressStep } from '../../reporting/progress.ts';
import { createRunQueue } from '../../runtime/runQueue.ts';
import type { Precision, Runtime, Session } from '../../runtime/session.ts';
import type {
  DenseMatches,
  InputPicture,
  InputRequirements,
  InputSize,
  MatchingContext,
  MatchingResult,
  MeasuredMatcher,
  MemoryNeed,
} from '../matcher.ts';
import { memoryNeed } from '../memoryNeed.ts';
import { timed } from '../timed.ts';
import { type DkmConfig, type GridSize, gridAt, publishedFineScale } from './dkmConfig.ts';
import { type PassSizes, planGraphs, type SessionName } from './dkmGraphs.ts';
import { finishDirection } from './finishDirection.ts';
import { readConfig } from './readConfig.ts';
import { type DirectionResult, directions, type Pair, type PassPictures, runDkm } from './runDkm.ts';
import { defaultSampling, sampleMatches } from './sampleMatches.ts';

/**
 * Pixels of both passes from which sessions give their memory back after each run: each of the sixteen would
 * otherwise keep its own peak. On a CPU the published sizes then take 1.6 instead of 4.0 GB.
 */
const frugalFromPixels = 700_000;

/**
 * What the encoder was trained on: colours as torchvision's ResNets want them; and the published passes, where a
 * network does not say otherwise.
 */
export const dkmRequirements: InputRequirements = {
  colour: 'rgb',
  multipleOf: 32,
  mean: [0.485, 0.456, 0.406],
  deviation: [0.229, 0.224, 0.225],
  sharedCanvas: { fineScale: publishedFineScale },
};

/** @throws CovisError when the tensors are not those of a DKM of version 3 (see `readConfig`) */
export function createDkmMatcher(checkpoint: NamedTensors, runtime: Runtime): MeasuredMatcher {
  return new DkmMatcher(checkpoint, readConfig(checkpoint), runtime);
}

interface KeptSessions {
  readonly key: string;
  readonly sessions: ReadonlyMap<SessionName, Session>;
}

class DkmMatcher implements MeasuredMatcher {
  readonly requirements: InputRequirements;
  readonly precision: Precision;
  readonly #checkpoint: NamedTensors;
  readonly #config: DkmConfig;
  readonly #runtime: Runtime;
  #kept: KeptSessions | null = null;
  /** One match after another: what one has in use must not be released for the next. */
  readonly #queue = createRunQueue();

  constructor(checkpoint: NamedTensors, config: DkmConfig, runtime: Runtime) {
    this.requirements = { ...dkmRequirements, sharedCanvas: { fineScale: config.fineScale } };
    this.precision = runtime.precision;
    this.#checkpoint = checkpoint;
    this.#config = config;
    this.#runtime = runtime;
  }

  match(picture0: InputPicture, picture1: InputPicture, context: MatchingContext): Promise<MatchingResult> {
    return this.#queue.add(() => this.#match([picture0, picture1], context));
  }

  memoryNeed(pictures: Pair<InputSize>): MemoryNeed {
    const sizes = passSizes(pictures, this.#config.fineScale);
    const frugal = pixelsOf(sizes) >= frugalFromPixels;
    const measured = planGraphs(this.#checkpoint, this.#config, sizes, this.#runtime).map(
      ({ name, build }) => ({ name, memory: build().measure() }),
    );
    // Features of both pictures, of one pass at a time.
    const features = measured.filter(({ name }) => stepOf(name) === 'features' || name === 'encoder second');
    const held = 2 * Math.max(...features.map(({ memory }) => memory.outputBytes));
    return memoryNeed(
      measured.map(({ memory }) => ({ memory, frugal })),
      held,
    );
  }

  release(): Promise<void> {
    return this.#queue.add(() => this.#releaseSessions());
  }

  async #match(pictures: Pair<InputPicture>, context: MatchingContext): Promise<MatchingResult> {
    context.signal.throwIfAborted();
    const sizes = passSizes(pictures, this.#config.fineScale);
    const sessions = await this.#openSessions(sizes, context);
    const results = await this.#run(sessions, sizes, pictures, context);
    const dense = finish(sizes, this.#config.fineScale, pictures, results);
    const sampled = sampleMatches(dense, context.sampling ?? defaultSampling);
    context.report('fine', 1);
    return { ...sampled, dense };
  }

  async #openSessions(
    sizes: PassSizes,
    context: MatchingContext,
  ): Promise<ReadonlyMap<SessionName, Session>> {
    const key = JSON.stringify(sizes);
    if (this.#kept?.key === key) return this.#kept.sessions;
    await this.#releaseSessions();
    const frugal = pixelsOf(sizes) >= frugalFromPixels;
    const plans = planGraphs(this.#checkpoint, this.#config, sizes, this.#runtime);
    const sessions = new Map<SessionName, Session>();
    try {
      // One model at a time: all of them together are the checkpoint once more.
      for (const [k, { name, build, resident }] of plans.entries()) {
        context.signal.throwIfAborted();
        context.report('build', k / plans.length);
        const model = await timed(context, 'build', async () => build().toModel());
        context.report('compile', k / plans.length);
        const session = await timed(context, 'compile', () =>
          this.#runtime.createSession(model, { residentOutputs: resident, frugal }),
        );
        sessions.set(name, session);
      }
    } catch (error) {
      for (const session of sessions.values()) await session.release();
      throw error;
    }
    context.report('compile', 1);
    this.#kept = { key, sessions };
    return sessions;
  }

  async #run(
    sessions: ReadonlyMap<SessionName, Session>,
    sizes: PassSizes,
    pictures: Pair<InputPicture>,
    context: MatchingContext,
  ): Promise<Pair<DirectionResult>> {
    const steps = stepsOf(sessions);
    let since = performance.now();
    context.report('features', 0);
    return runDkm(sessions, sizes, tensorsOf(pictures), (stage) => {
      const step = stepOf(stage);
      const now = performance.now();
      context.time(step, now - since);
      since = now;
      context.signal.throwIfAborted();
      context.report(step, steps.advance(step));
    });
  }

  async #releaseSessions(): Promise<void> {
    const kept = this.#kept;
    this.#kept = null;
    for (const session of kept?.sessions.values() ?? []) await session.release();
  }
}

/** The first pass' encoder, the rest of the first pass, the second pass. */
function stepOf(stage: SessionName): ProgressStep {
  if (stage === 'encoder first') return 'features';
  return stage === 'transfer' || stage.includes('second') ? 'fine' : 'coarse';
}

/** Counts the runs of each step: every session runs twice, for either picture or either direction. */
function stepsOf(sessions: ReadonlyMap<SessionName, Session>): { advance(step: ProgressStep): number } {
  const done = new Map<ProgressStep, number>();
  const total = (step: ProgressStep): number =>
    2 * [...sessions.keys()].filter((name) => stepOf(name) === step).length;
  return {
    advance(step) {
      const count = (done.get(step) ?? 0) + 1;
      done.set(step, count);
      return count / total(step);
    },
  };
}

function passSizes([picture0, picture1]: Pair<InputSize>, fineScale: number | null): PassSizes {
  const first = sharedSize(picture0, picture1);
  if (fineScale === null || !picture0.fine || !picture1.fine) return { first, second: null, ratio: [1, 1] };
  const second = sharedSize(picture0.fine, picture1.fine);
  return {
    first,
    second,
    ratio: [second.width / (fineScale * first.width), second.height / (fineScale * first.height)],
  };
}

function pixelsOf({ first, second }: PassSizes): number {
  return first.width * first.height + (second ? second.width * second.height : 0);
}

function sharedSize(a: GridSize, b: GridSize): GridSize {
  if (a.width !== b.width || a.height !== b.height) {
    throw new RangeError(
      `Both pictures need one size, not ${a.width} × ${a.height} and ${b.width} × ${b.height}.`,
    );
  }
  return { width: a.width, height: a.height };
}

function tensorsOf([picture0, picture1]: Pair<InputPicture>): PassPictures {
  return {
    first: [picture0.data, picture1.data],
    second: picture0.fine && picture1.fine ? [picture0.fine.data, picture1.fine.data] : null,
  };
}

/** Both directions on the finest grid, in input pixels. */
function finish(
  { first, second, ratio }: PassSizes,
  fineScale: number | null,
  pictures: Pair<InputPicture>,
  results: Pair<DirectionResult>,
): DenseMatches {
  const grid = second ?? first;
  const cellSize = second === null || fineScale === null ? 1 : 1 / fineScale;
  const contents = pictures.map(({ content, width, height }) => [
    (content?.width ?? width) / (grid.width * cellSize),
    (content?.height ?? height) / (grid.height * cellSize),
  ]) as unknown as Pair<readonly [number, number]>;
  const [to1, to0] = directions.map((direction) => {
    const { flow, certainty, coarseCertainty } = results[direction];
    const finished = finishDirection({
      grid,
      flow,
      certainty,
      coarse: { grid: gridAt(first, 16), certainty: coarseCertainty },
      ratio,
      queryContent: contents[direction],
      supportContent: contents[1 - direction]!,
    });
    return { ...finished, warp: toInputPixels(finished.warp, grid, cellSize) };
  }) as [ReturnType<typeof finishDirection>, ReturnType<typeof finishDirection>];
  return {
    width: grid.width,
    height: grid.height,
    cellSize,
    warp0: to1.warp,
    warp1: to0.warp,
    certainty0: to1.certainty,
    certainty1: to0.certainty,
  };
}

/** From normalised coordinates of the grid; in place. */
function toInputPixels(warp: Float32Array, { width, height }: GridSize, cellSize: number): Float32Array {
  const [halfWidth, halfHeight] = [(width * cellSize) / 2, (height * cellSize) / 2];
  for (let k = 0; k < warp.length; k += 2) {
    warp[k] = (warp[k]! + 1) * halfWidth - 0.5;
    warp[k + 1] = (warp[k + 1]! + 1) * halfHeight - 0.5;
  }
  return warp;
}
