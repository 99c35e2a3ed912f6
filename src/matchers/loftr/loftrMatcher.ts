/**
 * LoFTR as a matcher: sessions are kept for the sizes used last, features for the pictures used last, so that a
 * second run on the same size compiles nothing and a new partner for a picture costs one backbone run.
 */
import type { NamedTensors } from '../../checkpoint/namedTensors.ts';
import type { GraphBuilder } from '../../onnx/graphBuilder.ts';
import { createRunQueue } from '../../runtime/runQueue.ts';
import type { Precision, Runtime, Session } from '../../runtime/session.ts';
import type {
  InputMatches,
  InputPicture,
  InputRequirements,
  MatchingContext,
  MeasuredMatcher,
  MemoryNeed,
} from '../matcher.ts';
import { memoryNeed } from '../memoryNeed.ts';
import { timed } from '../timed.ts';
import { BoundedCache } from './boundedCache.ts';
import {
  coarseGrid,
  coarseStride,
  fineGrid,
  type GridSize,
  type LoftrConfig,
  type LoftrOptions,
} from './loftrConfig.ts';
import {
  type CoarseResult,
  disposeFeatures,
  type LoftrGraphs,
  loftrGraphs,
  type Pair,
  type PictureFeatures,
  residentOutputs,
  runBackbone,
  runCoarse,
  runFine,
} from './loftrNetwork.ts';
import { matchesInPixels } from './matchesInPixels.ts';
import { type CoarseMatches, mutualMatches } from './mutualMatches.ts';
import { readConfig } from './readConfig.ts';
import { windowRows } from './windowRows.ts';

/** Low enough that no threshold a person would choose needs a second run. */
const confidenceFloor = 0.01;

/**
 * Limits of what is kept, in input pixels, to which memory is proportional; a session weighs its network's
 * weights as well. Beyond them only what the current match needs is kept.
 */
const sessionPixels = 6_000_000;
const weightsAsPixels = 400_000;
const featurePixels = 1_500_000;

/** From here on a session of the official widths would take gigabytes if it kept its memory. */
const frugalFromPixels = 1_000_000;

/**
 * @param options what the file's metadata do not say; null where they say it all
 * @throws CovisError when the tensors are not those of a LoFTR (see `readConfig`)
 */
export function createLoftrMatcher(
  checkpoint: NamedTensors,
  options: LoftrOptions | null,
  runtime: Runtime,
): MeasuredMatcher {
  return new LoftrMatcher(checkpoint, readConfig(checkpoint, options), runtime);
}

/** A session a match needs, as it is kept and as it is made. */
interface SessionPlan {
  readonly key: string;
  readonly pixels: number;
  readonly build: () => GraphBuilder;
  readonly residentOutputs: readonly string[];
}

class LoftrMatcher implements MeasuredMatcher {
  readonly requirements: InputRequirements;
  readonly precision: Precision;
  readonly #config: LoftrConfig;
  readonly #runtime: Runtime;
  readonly #graphs: LoftrGraphs;
  readonly #sessions = new BoundedCache<Session>(sessionPixels, (session) => session.release());
  readonly #features = new BoundedCache<PictureFeatures>(featurePixels, disposeFeatures);
  /** One match after another: what one has in use must not have to make room for the next. */
  readonly #queue = createRunQueue();

  constructor(checkpoint: NamedTensors, config: LoftrConfig, runtime: Runtime) {
    this.requirements = { colour: 'grey', multipleOf: coarseStride(config), mean: [0], deviation: [1] };
    this.precision = runtime.precision;
    this.#config = config;
    this.#runtime = runtime;
    this.#graphs = loftrGraphs(checkpoint, config, runtime);
  }

  match(picture0: InputPicture, picture1: InputPicture, context: MatchingContext): Promise<InputMatches> {
    return this.#queue.add(() => this.#match([picture0, picture1], context));
  }

  memoryNeed(sizes: Pair<GridSize>): MemoryNeed {
    const measured = this.#planSessions(sizes, sizes).map((plan) => ({
      key: plan.key,
      memory: plan.build().measure(),
      frugal: isFrugal(plan),
    }));
    const features = sizes.map(
      (size) => measured.find(({ key }) => key === backboneKey(size))!.memory.outputBytes,
    );
    return memoryNeed(measured, features[0]! + features[1]!);
  }

  release(): Promise<void> {
    return this.#queue.add(async () => {
      await this.#features.clear();
      await this.#sessions.clear();
    });
  }

  async #match(pictures: Pair<InputPicture>, context: MatchingContext): Promise<InputMatches> {
    context.signal.throwIfAborted();
    const sessions = await this.#openSessions(pictures, context);
    const maps = await this.#extractFeatures(pictures, sessions, context);

    context.report('coarse', 0);
    const coarse = await timed(context, 'coarse', () =>
      runCoarse(sessions.get(coarseKey(pictures))!, maps, this.#runtime.provider),
    );
    try {
      context.signal.throwIfAborted();
      context.report('coarse', 1);
      const matches = mutualMatches(coarse.maxima, confidenceFloor);
      const expectation = await timed(context, 'fine', () =>
        this.#refine(pictures, sessions, maps, coarse.features, matches, context),
      );
      context.report('fine', 1);
      return matchesInPixels(this.#config, pictures, matches, expectation);
    } finally {
      for (const tensor of coarse.features) tensor.dispose();
    }
  }

  /** All sessions of one match by their keys; backbones only where features are missing. */
  async #openSessions(
    pictures: Pair<InputPicture>,
    context: MatchingContext,
  ): Promise<ReadonlyMap<string, Session>> {
    const missing = pictures.filter((picture) => !this.#features.has(featuresKey(picture)));
    const plans = this.#planSessions(pictures, missing);
    const inUse = new Set(plans.map(({ key }) => key));
    const models = new Map<string, Uint8Array>();
    for (const [k, { key, build }] of plans.entries()) {
      context.report('build', k / plans.length);
      if (this.#sessions.has(key)) continue;
      await timed(context, 'build', async () => models.set(key, build().toModel()));
    }
    const sessions = new Map<string, Session>();
    for (const [k, plan] of plans.entries()) {
      context.signal.throwIfAborted();
      context.report('compile', k / plans.length);
      const session = await this.#sessions.obtain(plan.key, plan.pixels + weightsAsPixels, inUse, () =>
        timed(context, 'compile', () =>
          this.#runtime.createSession(models.get(plan.key)!, {
            residentOutputs: plan.residentOutputs,
            frugal: isFrugal(plan),
          }),
        ),
      );
      sessions.set(plan.key, session);
    }
    context.report('compile', 1);
    return sessions;
  }

  /** @param seenAnew pictures whose features are wanted */
  #planSessions(pictures: Pair<GridSize>, seenAnew: readonly GridSize[]): SessionPlan[] {
    const pixels = pictures[0].width * pictures[0].height + pictures[1].width * pictures[1].height;
    const backbones = new Map(seenAnew.map((picture) => [backboneKey(picture), picture]));
    return [
      ...[...backbones].map(([key, picture]) => ({
        key,
        pixels: picture.width * picture.height,
        build: () => this.#graphs.backbone(picture),
        residentOutputs: residentOutputs.backbone,
      })),
      {
        key: coarseKey(pictures),
        pixels,
        build: () => this.#graphs.coarse(pictures),
        residentOutputs: this.#config.fine ? residentOutputs.coarse : [],
      },
      ...(this.#config.fine
        ? [
            {
              key: fineKey(pictures),
              pixels: 0,
              build: () => this.#graphs.fine(pictures),
              residentOutputs: [],
            },
          ]
        : []),
    ];
  }

  async #extractFeatures(
    pictures: Pair<InputPicture>,
    sessions: ReadonlyMap<string, Session>,
    context: MatchingContext,
  ): Promise<Pair<PictureFeatures>> {
    const inUse = new Set(pictures.map(featuresKey));
    const extract = async (picture: InputPicture, side: 0 | 1): Promise<PictureFeatures> => {
      context.signal.throwIfAborted();
      context.report('features', side / 2);
      return this.#features.obtain(featuresKey(picture), picture.width * picture.height, inUse, () =>
        timed(context, 'features', () =>
          runBackbone(sessions.get(backboneKey(picture))!, picture.data, picture),
        ),
      );
    };
    const maps = [await extract(pictures[0], 0), await extract(pictures[1], 1)] as const;
    context.signal.throwIfAborted();
    context.report('features', 1);
    return maps;
  }

  /** @returns [N, 3] (see `runFine`), or null where there is nothing to refine */
  async #refine(
    pictures: Pair<InputPicture>,
    sessions: ReadonlyMap<string, Session>,
    maps: Pair<PictureFeatures>,
    features: CoarseResult['features'],
    matches: CoarseMatches,
    context: MatchingContext,
  ): Promise<Float32Array | null> {
    const { fine } = this.#config;
    if (fine === null || matches.confidence.length === 0) return null;
    const windows = [matches.cells0, matches.cells1].map((cells, side) =>
      windowRows(
        cells,
        coarseGrid(this.#config, pictures[side]!),
        fineGrid(this.#config, pictures[side]!),
        fine.window,
      ),
    ) as [Int32Array, Int32Array];
    const beforeRun = (shareDone: number): void => {
      context.signal.throwIfAborted();
      context.report('fine', shareDone);
    };
    const session = sessions.get(fineKey(pictures))!;
    return runFine(
      session,
      this.#config,
      { maps, features, matches, windows },
      this.#runtime.provider,
      beforeRun,
    );
  }
}

function isFrugal({ pixels }: SessionPlan): boolean {
  return pixels >= frugalFromPixels;
}

function sizeKey({ width, height }: GridSize): string {
  return `${width}x${height}`;
}

function featuresKey(picture: InputPicture): string {
  return `${sizeKey(picture)} ${picture.key}`;
}

function backboneKey(size: GridSize): string {
  return `backbone ${sizeKey(size)}`;
}

function coarseKey(sizes: Pair<GridSize>): string {
  return `coarse ${sizes.map(sizeKey).join(' ')}`;
}

function fineKey(sizes: Pair<GridSize>): string {
  return `fine ${sizes.map(sizeKey).join(' ')}`;
}
