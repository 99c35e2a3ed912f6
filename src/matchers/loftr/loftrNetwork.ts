/**
 * The three kinds of session of one LoFTR and how they are run: backbone, coarse and fine stage, each built for
 * exactly the sizes it is asked for. Who calls decides when; results are disposed of exactly once, also on
 * failure.
 */
import type { NamedTensors } from '../../checkpoint/namedTensors.ts';
import type { FloatType, GraphBuilder } from '../../onnx/graphBuilder.ts';
import type { HostTensor, Runtime, Session, SessionTensor } from '../../runtime/session.ts';
import { buildBackbone } from './buildBackbone.ts';
import { buildCoarse } from './buildCoarse.ts';
import { buildFine } from './buildFine.ts';
import { type ConfidenceMaxima, readMaxima } from './dualSoftmax.ts';
import type { GridSize, LoftrConfig } from './loftrConfig.ts';
import type { CoarseMatches } from './mutualMatches.ts';

export type Pair<Item> = readonly [Item, Item];

/** Features of one picture, which may live on the GPU. */
export interface PictureFeatures {
  readonly coarse: SessionTensor;
  /** Null where the network has no fine stage. */
  readonly fine: SessionTensor | null;
}

export interface CoarseResult {
  readonly maxima: ConfidenceMaxima;
  /** Features after the transformer, [L, C] and [S, C]. */
  readonly features: Pair<SessionTensor>;
}

/** Of the confidence matrix: about what a CPU's cache holds, and what keeps a GPU busy. */
const chunkBytes = { cpu: 4 << 20, wasm: 4 << 20, webgpu: 32 << 20 } as const;

/** What the whole matrix may take to be kept between its passes: 640x480 does, with 92 MB. */
const keptBytes = 128 << 20;

/**
 * Matches a run of the fine session. The last run is filled up, which costs a CPU real time; each run hands the
 * features to WebAssembly anew.
 */
const matchesPerRun = { cpu: 128, wasm: 128, webgpu: 256 } as const;

/** Graphs for one runtime. */
export interface LoftrGraphs {
  backbone(size: GridSize): GraphBuilder;
  coarse(sizes: Pair<GridSize>): GraphBuilder;
  fine(sizes: Pair<GridSize>): GraphBuilder;
}

export function loftrGraphs(
  checkpoint: NamedTensors,
  config: LoftrConfig,
  { precision, provider }: Pick<Runtime, 'precision' | 'provider'>,
): LoftrGraphs {
  const type: FloatType = precision === 'fp16' ? 'float16' : 'float32';
  return {
    backbone: (size) => buildBackbone(checkpoint, config, size, type),
    coarse: (sizes) =>
      buildCoarse(checkpoint, config, sizes, type, { chunkBytes: chunkBytes[provider], keptBytes }),
    fine: (sizes) => buildFine(checkpoint, config, sizes, type, matchesPerRun[provider]),
  };
}

/** Outputs that stay on the device between the sessions. */
export const residentOutputs = {
  backbone: ['coarse', 'fine'],
  coarse: ['features0', 'features1'],
} as const;

/** @param image grey in [0, 1], height x width */
export async function runBackbone(
  session: Session,
  image: Float32Array,
  size: GridSize,
): Promise<PictureFeatures> {
  const { coarse, fine } = await session.run({
    image: { type: 'float32', dims: [1, 1, size.height, size.width], data: image },
  });
  return { coarse: coarse!, fine: fine ?? null };
}

export function disposeFeatures(features: PictureFeatures): void {
  features.coarse.dispose();
  features.fine?.dispose();
}

/** The caller disposes of the result's features. */
export async function runCoarse(
  session: Session,
  maps: Pair<PictureFeatures>,
  provider: Runtime['provider'],
): Promise<CoarseResult> {
  const outputs = await session.run({ coarse0: maps[0].coarse, coarse1: maps[1].coarse });
  const features = [outputs.features0!, outputs.features1!] as const;
  try {
    // The graph declares float32.
    const joined = (await outputs.maxima!.read()).data as Float32Array;
    const [count0, count1] = [maps[0].coarse.dims[0]!, maps[1].coarse.dims[0]!];
    return { maxima: readMaxima(joined, count0, count1, chunkBytes[provider]), features };
  } catch (error) {
    for (const tensor of features) tensor.dispose();
    throw error;
  } finally {
    outputs.maxima!.dispose();
  }
}

/** What the fine stage refines, and with what. */
export interface FineInput {
  readonly maps: Pair<PictureFeatures>;
  readonly features: Pair<SessionTensor>;
  readonly matches: CoarseMatches;
  /** For each side the rows of the fine map under each match's window (see `windowRows`). */
  readonly windows: Pair<Int32Array>;
}

/**
 * @param beforeRun called before each run with the share done; may throw to stop
 * @returns x, y and deviation for each match: [N, 3] (see `buildFine`)
 */
export async function runFine(
  session: Session,
  config: LoftrConfig,
  { maps, features, matches, windows }: FineInput,
  provider: Runtime['provider'],
  beforeRun: (shareDone: number) => void,
): Promise<Float32Array> {
  const { window, concatCoarse } = config.fine!;
  const count = matches.confidence.length;
  const capacity = matchesPerRun[provider];
  const expectation = new Float32Array(3 * count);
  for (let start = 0; start < count; start += capacity) {
    beforeRun(start / count);
    const outputs = await session.run({
      fine0: maps[0].fine!,
      fine1: maps[1].fine!,
      windows0: chunkOf(windows[0], start, [capacity, window ** 2]),
      windows1: chunkOf(windows[1], start, [capacity, window ** 2]),
      ...(concatCoarse && {
        features0: features[0],
        features1: features[1],
        cells0: chunkOf(matches.cells0, start, [capacity]),
        cells1: chunkOf(matches.cells1, start, [capacity]),
      }),
    });
    try {
      // The graph declares float32.
      const values = (await outputs.expectation!.read()).data as Float32Array;
      expectation.set(values.subarray(0, 3 * Math.min(capacity, count - start)), 3 * start);
    } finally {
      outputs.expectation!.dispose();
    }
  }
  return expectation;
}

/** Entries `start` on of `values`, along the first of `dims`; zeros, which are valid rows, fill up the last. */
function chunkOf(values: Int32Array, start: number, dims: readonly number[]): HostTensor {
  const entryLength = dims.slice(1).reduce((product, side) => product * side, 1);
  const data = new Int32Array(dims[0]! * entryLength);
  data.set(values.subarray(start * entryLength, (start + dims[0]!) * entryLength));
  return { type: 'int32', dims, data };
}
