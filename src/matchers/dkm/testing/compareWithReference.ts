/**
 * Holds every stage of the network against tensors of the authors' own code or of the training's, both directions;
 * a second pass where the arrays hold its pictures.
 */
import type { NamedTensors } from '../../../checkpoint/namedTensors.ts';
import type { Runtime, Session, SessionTensor } from '../../../runtime/session.ts';
import { type NpyArray, requireArray } from '../../../testing/readNpz.ts';
import { type GridSize, gridAt } from '../dkmConfig.ts';
import { type PassSizes, planGraphs, type SessionName } from '../dkmGraphs.ts';
import { finishDirection } from '../finishDirection.ts';
import { readConfig } from '../readConfig.ts';
import { directions, type Pair, runDkm } from '../runDkm.ts';

type Arrays = ReadonlyMap<string, NpyArray>;

const mean = [0.485, 0.456, 0.406] as const;
const deviation = [0.229, 0.224, 0.225] as const;

/** Norm of the difference over the norm of the reference, by the name of the reference's array. */
export type RelativeErrors = Readonly<Record<string, number>>;

export async function compareWithReference(
  runtime: Runtime,
  checkpoint: NamedTensors,
  arrays: Arrays,
): Promise<RelativeErrors> {
  const config = readConfig(checkpoint);
  const first = pair((side) => normalised(requireArray(arrays, `image${side}_u8`, 'uint8')));
  const twoPasses = arrays.has('up_image0_u8');
  const second = twoPasses
    ? pair((side) => normalised(requireArray(arrays, `up_image${side}_u8`, 'uint8')))
    : null;
  // The reference stretches both passes over the same square, whatever their sizes.
  const sizes: PassSizes = {
    first: sizeOf(requireArray(arrays, 'image0_u8', 'uint8')),
    second: twoPasses ? sizeOf(requireArray(arrays, 'up_image0_u8', 'uint8')) : null,
    ratio: [1, 1],
  };
  const sessions = new Map<SessionName, Session>();
  for (const { name, build } of planGraphs(checkpoint, config, sizes, runtime)) {
    sessions.set(name, await runtime.createSession(build().toModel()));
  }
  const found = new Map<string, Float32Array[]>();
  const note = async (name: string, tensor: SessionTensor | undefined): Promise<void> => {
    if (!tensor || !arrays.has(name)) return;
    const values = ((await tensor.read()).data as Float32Array).slice();
    found.set(name, [...(found.get(name) ?? []), values]);
  };
  const results = await runDkm(sessions, sizes, { first, second }, async (stage, _, tensors) => {
    const [kind, ...rest] = stage.split(' ') as [string, ...string[]];
    const stride = rest.at(-1)!;
    if (kind === 'posterior') await note(stride === '32' ? 'gp32' : 'gp16_c0_16', tensors.posterior);
    if (stage === 'decoder 32' || (kind === 'refiner' && rest[0] === 'first')) {
      await note(`flow_${stride}`, tensors.flow);
      await note(`certainty_${stride}`, tensors.certainty);
    }
    if (stage === 'refiner second 1') {
      await note('up_flow_1', tensors.flow);
      await note('up_certainty_1', tensors.certainty);
    }
  });
  for (const session of sessions.values()) await session.release();

  const finished = directions.map((direction) =>
    finishDirection({
      grid: sizes.second ?? sizes.first,
      flow: results[direction].flow,
      certainty: results[direction].certainty,
      coarse: { grid: gridAt(sizes.first, 16), certainty: results[direction].coarseCertainty },
      ratio: sizes.ratio,
      queryContent: [1, 1],
      supportContent: [1, 1],
    }),
  );
  found.set(
    'match_warp',
    finished.map(({ warp }) => warp),
  );
  found.set(
    'match_certainty',
    finished.map(({ certainty }) => certainty),
  );
  const compared = [...found].filter(([name]) => arrays.has(name));
  return Object.fromEntries(
    compared.map(([name, parts]) => [name, relativeError(parts, requireArray(arrays, name, 'float32').data)]),
  );
}

/** @param parts what each direction gave; the reference may hold the first channels of it alone */
function relativeError(parts: readonly Float32Array[], expected: Float32Array): number {
  if (parts.length !== 2) return Number.POSITIVE_INFINITY;
  const length = expected.length / 2;
  let [difference, norm] = [0, 0];
  for (const [direction, part] of parts.entries()) {
    for (let k = 0; k < length; k++) {
      const wanted = expected[direction * length + k]!;
      difference += (part[k]! - wanted) ** 2;
      norm += wanted ** 2;
    }
  }
  return Math.sqrt(difference / norm);
}

function pair<Item>(make: (side: 0 | 1) => Item): Pair<Item> {
  return [make(0), make(1)];
}

function sizeOf({ shape: [height, width] }: NpyArray): GridSize {
  return { width: width!, height: height! };
}

/** Bytes [H, W, 3] to the network's planes. */
function normalised({ data, shape }: NpyArray): Float32Array {
  const [height, width] = shape as [number, number];
  const cells = height * width;
  return Float32Array.from({ length: 3 * cells }, (_, k) => {
    const channel = Math.floor(k / cells) as 0 | 1 | 2;
    return (Number(data[(k % cells) * 3 + channel]) / 255 - mean[channel]) / deviation[channel];
  });
}
