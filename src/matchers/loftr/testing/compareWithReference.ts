/**
 * Holds every stage of the network against tensors of the authors' own code, for the tests: the quick ones that
 * always run and `npm run test:reference`.
 */
import type { NamedTensors } from '../../../checkpoint/namedTensors.ts';
import { createStoredTensor } from '../../../checkpoint/storedTensor.ts';
import type { HostTensor, Runtime, SessionTensor } from '../../../runtime/session.ts';
import { type NpyArray, requireArray } from '../../../testing/readNpz.ts';
import { coarseGrid, fineGrid, type GridSize, type LoftrConfig, type LoftrOptions } from '../loftrConfig.ts';
import {
  disposeFeatures,
  loftrGraphs,
  type PictureFeatures,
  runBackbone,
  runCoarse,
  runFine,
} from '../loftrNetwork.ts';
import { matchesInPixels } from '../matchesInPixels.ts';
import { mutualMatches } from '../mutualMatches.ts';
import { readConfig } from '../readConfig.ts';
import { windowRows } from '../windowRows.ts';

type Arrays = ReadonlyMap<string, NpyArray>;

/** Relative errors are the norm of the difference over the norm of the reference. */
export interface Comparison {
  readonly relativeErrors: Readonly<Record<string, number>>;
  /** Lists that must be the reference's to the last entry. */
  readonly identical: Readonly<Record<string, boolean>>;
  readonly matchCount: number;
  /** Largest distance of a coordinate from the reference's, in input pixels. */
  readonly coarsePx: number;
  readonly finePx: number;
}

export async function compareWithReference(
  runtime: Runtime,
  checkpoint: NamedTensors,
  options: LoftrOptions,
  arrays: Arrays,
): Promise<Comparison> {
  const config = readConfig(checkpoint, options);
  const graphs = loftrGraphs(checkpoint, config, runtime);
  const sizes = [sizeOf(arrays, 'image0'), sizeOf(arrays, 'image1')] as const;
  const reference = (name: string): Float32Array => requireArray(arrays, name, 'float32').data;
  const integers = (name: string): Int32Array => requireArray(arrays, name, 'int32').data;
  const errors: Record<string, number> = {};

  const maps: PictureFeatures[] = [];
  for (const side of [0, 1] as const) {
    const session = await runtime.createSession(graphs.backbone(sizes[side]).toModel());
    const features = await runBackbone(session, reference(`image${side}`), sizes[side]);
    await session.release();
    maps.push(features);
    const coarse = toChannelFirst(await readFloats(features.coarse), config.coarse.channels);
    errors[`coarse_backbone${side}`] = relativeError(coarse, reference(`coarse_backbone${side}`));
    const fine = firstFineChannels(await readFloats(features.fine!), config, sizes[side]);
    errors[`fine_backbone${side}_c0_8`] = relativeError(fine, reference(`fine_backbone${side}_c0_8`));
  }
  const [maps0, maps1] = maps as [PictureFeatures, PictureFeatures];

  const coarseSession = await runtime.createSession(graphs.coarse(sizes).toModel());
  const { maxima, features } = await runCoarse(coarseSession, [maps0, maps1], runtime.provider);
  await coarseSession.release();
  for (const side of [0, 1] as const) {
    const name = `coarse_feat${side}`;
    errors[name] = relativeError(await readFloats(features[side]), reference(name));
  }
  const toConfidence = (values: Float32Array): Float32Array => values.map((value) => Math.exp(2 * value));
  errors.conf_row_max = relativeError(toConfidence(maxima.rowMax), reference('conf_row_max'));
  errors.conf_col_max = relativeError(toConfidence(maxima.columnMax), reference('conf_col_max'));

  const matches = mutualMatches(maxima, 0);
  errors.mconf = relativeError(matches.confidence, reference('mconf'));
  const windows = [matches.cells0, matches.cells1].map((cells, side) =>
    windowRows(cells, coarseGrid(config, sizes[side]!), fineGrid(config, sizes[side]!), config.fine!.window),
  ) as [Int32Array, Int32Array];
  const fineSession = await runtime.createSession(graphs.fine(sizes).toModel());
  const expectation = await runFine(
    fineSession,
    config,
    { maps: [maps0, maps1], features, matches, windows },
    runtime.provider,
    () => {},
  );
  await fineSession.release();
  errors.expec_f = relativeError(expectation, reference('expec_f'));

  const coarse = matchesInPixels(config, sizes, matches, null);
  const fine = matchesInPixels(config, sizes, matches, expectation);
  for (const feature of maps) disposeFeatures(feature);
  for (const feature of features) feature.dispose();
  return {
    relativeErrors: errors,
    identical: {
      conf_row_argmax: equal(maxima.rowBest, integers('conf_row_argmax')),
      i_ids: equal(matches.cells0, integers('i_ids')),
      j_ids: equal(matches.cells1, integers('j_ids')),
    },
    matchCount: matches.confidence.length,
    coarsePx: Math.max(
      largestDifference(coarse.keypoints0, reference('mkpts0_c')),
      largestDifference(coarse.keypoints1, reference('mkpts1_c')),
    ),
    finePx: Math.max(
      largestDifference(fine.keypoints0, reference('mkpts0_f')),
      largestDifference(fine.keypoints1, reference('mkpts1_f')),
    ),
  };
}

/** Values of either floating-point type, as float32. */
export async function readFloats(tensor: SessionTensor): Promise<Float32Array> {
  const { type, data }: HostTensor = await tensor.read();
  if (type === 'float32') return data as Float32Array;
  const storage = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return createStoredTensor({
    name: 'half precision',
    dtype: 'float16',
    shape: [data.length],
    offset: 0,
    storage,
  }).toFloat32();
}

export function relativeError(actual: Float32Array, expected: Float32Array): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let difference = 0;
  let norm = 0;
  for (let k = 0; k < expected.length; k++) {
    difference += (actual[k]! - expected[k]!) ** 2;
    norm += expected[k]! ** 2;
  }
  return Math.sqrt(difference / norm);
}

function largestDifference(actual: Float32Array, expected: Float32Array): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  return expected.reduce((largest, value, k) => Math.max(largest, Math.abs(value - actual[k]!)), 0);
}

function equal(actual: Int32Array, expected: Int32Array): boolean {
  return actual.length === expected.length && actual.every((value, k) => value === expected[k]);
}

function sizeOf(arrays: Arrays, name: string): GridSize {
  const [height, width] = requireArray(arrays, name, 'float32').shape;
  return { width: width!, height: height! };
}

/** [cells, C] to [C, cells]. */
function toChannelFirst(rows: Float32Array, channels: number): Float32Array {
  const cells = rows.length / channels;
  return Float32Array.from({ length: rows.length }, (_, k) => {
    const channel = Math.floor(k / cells);
    return rows[(k % cells) * channels + channel]!;
  });
}

/** The first eight channels [8, h, w] of the fine map, without its margin. */
function firstFineChannels(padded: Float32Array, config: LoftrConfig, input: GridSize): Float32Array {
  const { channels, window } = config.fine!;
  const { width, height } = fineGrid(config, input);
  const margin = (window - 1) / 2;
  return Float32Array.from({ length: 8 * height * width }, (_, k) => {
    const channel = Math.floor(k / (height * width));
    const y = Math.floor((k % (height * width)) / width) + margin;
    const x = (k % width) + margin;
    return padded[(y * (width + 2 * margin) + x) * channels + channel]!;
  });
}
