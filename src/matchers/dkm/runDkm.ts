/**
 * How the sessions of a DKM work together: each direction (picture 0 to 1, then 1 to 0) goes through the first
 * pass, and from its result through the second. Tensors stay where the sessions leave them and are disposed of
 * exactly once, also on failure.
 */
import type { HostTensor, Session, SessionTensor } from '../../runtime/session.ts';
import {
  type GlobalStride,
  type GridSize,
  globalStrides,
  refinedStrides,
  secondPassStrides,
} from './dkmConfig.ts';
import type { Pass, PassSizes, SessionName } from './dkmGraphs.ts';

export type Pair<Item> = readonly [Item, Item];
export type Direction = 0 | 1;
export const directions = [0, 1] as const;

/** Planar [3, H, W], normalised. */
export type PictureData = Float32Array;

export interface PassPictures {
  readonly first: Pair<PictureData>;
  readonly second: Pair<PictureData> | null;
}

/** Position of the match in the other picture (normalised, [1, 2, h, w]) and its certainty (logits, [1, 1, h, w]). */
export interface Flow {
  readonly flow: SessionTensor;
  readonly certainty: SessionTensor;
}

/** What one direction comes to; planes on the host. */
export interface DirectionResult {
  /** x then y, normalised: [2, H, W] at the size of the last pass. */
  readonly flow: Float32Array;
  /** Logits [H, W]. */
  readonly certainty: Float32Array;
  /** Logits of the first pass at stride 16, whose doubts count by half in the end. */
  readonly coarseCertainty: Float32Array;
}

/** Called after each stage with what it made; may read it, report, or throw to stop. */
export type AfterStage = (
  stage: SessionName,
  direction: Direction | null,
  results: Readonly<Record<string, SessionTensor>>,
) => void | Promise<void>;

export type Sessions = ReadonlyMap<SessionName, Session>;

export async function runDkm(
  sessions: Sessions,
  sizes: PassSizes,
  pictures: PassPictures,
  afterStage: AfterStage,
): Promise<Pair<DirectionResult>> {
  const scope = new TensorScope();
  try {
    const network = { sessions, scope, afterStage };
    const first: { flow: Flow; coarseCertainty: Float32Array }[] = [];
    const features = await extractFeatures(network, 'first', sizes.first, pictures.first);
    for (const direction of directions) first.push(await runFirstPass(network, features, direction));
    let last = first.map(({ flow }) => flow);
    if (sizes.second !== null && pictures.second !== null) {
      for (const { tensors } of features) scope.dispose(tensors);
      const finer = await extractFeatures(network, 'second', sizes.second, pictures.second);
      last = [];
      for (const direction of directions) {
        last.push(await runSecondPass(network, finer, direction, first[direction]!.flow));
      }
    }
    const results: DirectionResult[] = [];
    for (const direction of directions) {
      results.push({
        flow: await readFloats(last[direction]!.flow),
        certainty: await readFloats(last[direction]!.certainty),
        coarseCertainty: first[direction]!.coarseCertainty,
      });
    }
    return results as unknown as Pair<DirectionResult>;
  } finally {
    scope.disposeAll();
  }
}

interface RunningNetwork {
  readonly sessions: Sessions;
  readonly scope: TensorScope;
  readonly afterStage: AfterStage;
}

/** Features of one picture by stride; at stride 1 they are the picture. */
interface PictureFeatures {
  readonly picture: HostTensor;
  readonly tensors: Readonly<Record<string, SessionTensor>>;
}

async function extractFeatures(
  network: RunningNetwork,
  pass: Pass,
  { width, height }: GridSize,
  pictures: Pair<PictureData>,
): Promise<PictureFeatures[]> {
  const features: PictureFeatures[] = [];
  for (const data of pictures) {
    const picture: HostTensor = { type: 'float32', dims: [1, 3, height, width], data };
    features.push({ picture, tensors: await runStage(network, `encoder ${pass}`, null, { image: picture }) });
  }
  return features;
}

function featuresAt({ picture, tensors }: PictureFeatures, stride: number): SessionTensor | HostTensor {
  return stride === 1 ? picture : tensors[`features${stride}`]!;
}

async function runFirstPass(
  network: RunningNetwork,
  features: readonly PictureFeatures[],
  direction: Direction,
): Promise<{ readonly flow: Flow; readonly coarseCertainty: Float32Array }> {
  const [query, support] = inDirection(features, direction);
  let regressed: Readonly<Record<string, SessionTensor>> = {};
  for (const stride of globalStrides) {
    regressed = await regress(network, stride, direction, query, support, regressed.context ?? null);
  }
  let flow = regressed as unknown as Flow;
  let coarseCertainty: Float32Array | null = null;
  for (const stride of refinedStrides) {
    flow = await refine(network, 'first', stride, direction, query, support, flow);
    // The certainty of the first refiner's stride is the one that `finishDirection` wants.
    coarseCertainty ??= await readFloats(flow.certainty);
  }
  return { flow, coarseCertainty: coarseCertainty! };
}

async function regress(
  network: RunningNetwork,
  stride: GlobalStride,
  direction: Direction,
  query: PictureFeatures,
  support: PictureFeatures,
  coarserContext: SessionTensor | null,
): Promise<Readonly<Record<string, SessionTensor>>> {
  const { posterior } = await runStage(network, `posterior ${stride}`, direction, {
    query: featuresAt(query, stride),
    support: featuresAt(support, stride),
  });
  return runStage(network, `decoder ${stride}`, direction, {
    posterior: posterior!,
    features: featuresAt(query, stride),
    ...(coarserContext && { coarserContext }),
  });
}

async function runSecondPass(
  network: RunningNetwork,
  features: readonly PictureFeatures[],
  direction: Direction,
  start: Flow,
): Promise<Flow> {
  const [query, support] = inDirection(features, direction);
  let flow = (await runStage(network, 'transfer', direction, {
    startFlow: start.flow,
    startCertainty: start.certainty,
  })) as unknown as Flow;
  for (const stride of secondPassStrides) {
    flow = await refine(network, 'second', stride, direction, query, support, flow);
  }
  return flow;
}

async function refine(
  network: RunningNetwork,
  pass: Pass,
  stride: (typeof refinedStrides)[number],
  direction: Direction,
  query: PictureFeatures,
  support: PictureFeatures,
  start: Flow,
): Promise<Flow> {
  const refined = await runStage(network, `refiner ${pass} ${stride}`, direction, {
    query: featuresAt(query, stride),
    support: featuresAt(support, stride),
    startFlow: start.flow,
    startCertainty: start.certainty,
  });
  return refined as unknown as Flow;
}

function inDirection(features: readonly PictureFeatures[], direction: Direction): Pair<PictureFeatures> {
  return direction === 0 ? [features[0]!, features[1]!] : [features[1]!, features[0]!];
}

async function runStage(
  { sessions, scope, afterStage }: RunningNetwork,
  name: SessionName,
  direction: Direction | null,
  inputs: Readonly<Record<string, SessionTensor | HostTensor>>,
): Promise<Readonly<Record<string, SessionTensor>>> {
  const results = scope.keep(await sessions.get(name)!.run(inputs));
  await afterStage(name, direction, results);
  return results;
}

async function readFloats(tensor: SessionTensor): Promise<Float32Array> {
  // The graphs declare float32. A copy, because the tensor's own memory goes with it.
  return ((await tensor.read()).data as Float32Array).slice();
}

/** Everything a match has on the device. */
class TensorScope {
  readonly #tensors = new Set<SessionTensor>();

  keep<Results extends Readonly<Record<string, SessionTensor>>>(results: Results): Results {
    for (const tensor of Object.values(results)) this.#tensors.add(tensor);
    return results;
  }

  dispose(results: Readonly<Record<string, SessionTensor>>): void {
    for (const tensor of Object.values(results)) if (this.#tensors.delete(tensor)) tensor.dispose();
  }

  disposeAll(): void {
    for (const tensor of this.#tensors) tensor.dispose();
    this.#tensors.clear();
  }
}
