/**
 * DKM's refiners: at each stride a stack of convolutions sees the features of the query picture, those of the
 * support picture at the current match, how far the match has moved, and the local correlation around it, and
 * moves the match a little (section 3.3 of the paper).
 */
import type { NamedTensors } from '../../checkpoint/namedTensors.ts';
import { type FloatType, type FloatValue, GraphBuilder, type Value } from '../../onnx/graphBuilder.ts';
import { add, cast, multiply, relu, subtract } from '../../onnx/ops/elementwise.ts';
import { concatenate, slice, transpose } from '../../onnx/ops/layout.ts';
import { gridSample, resizeHalfPixel } from '../../onnx/ops/sampling.ts';
import { centrePlanes } from './cellPositions.ts';
import {
  type DkmConfig,
  type GridSize,
  gridAt,
  type RefinedStride,
  type RefinerConfig,
  refinerInputChannels,
} from './dkmConfig.ts';
import {
  convolution,
  type NetworkBuild,
  padConvolution,
  placeConvolution,
  readConvolution,
  roundUpToFour,
} from './layers.ts';
import { localCorrelation } from './localCorrelation.ts';

/** What keeps the tensors of a refiner small. */
export interface RefinerLimits {
  /** Of a chunk of the local correlation. */
  readonly chunkBytes: number;
  /** Of the widest map: a larger one is refined in bands of rows. */
  readonly bandBytes: number;
}

/**
 * Inputs `query` and `support` [1, C, h, w] (float32 at stride 1, where the features are the pictures), `flow`
 * float32 [1, 2, h', w'] and `certainty` float32 [1, 1, h', w'] as the step before left them. Outputs `flow` and
 * `certainty` at [h, w].
 *
 * @param input of the pictures: the unit of the refinement
 * @param from size of the incoming flow
 */
export function buildRefiner(
  checkpoint: NamedTensors,
  config: DkmConfig,
  input: GridSize,
  stride: RefinedStride,
  from: GridSize,
  type: FloatType,
  limits: RefinerLimits,
): GraphBuilder {
  const graph = new GraphBuilder(`dkm-refiner-${stride}`);
  const build: NetworkBuild = { graph, checkpoint, type };
  const refiner = config.refiners[stride];
  const name = `decoder.conv_refiner.${stride}`;
  const { width, height } = gridAt(input, stride);
  const featureShape = [1, refiner.featureChannels, height, width];
  const features = (side: 'query' | 'support'): FloatValue =>
    stride === 1
      ? cast(graph, graph.input(side, 'float32', featureShape), type)
      : graph.input(side, type, featureShape);
  const [query, support] = [features('query'), features('support')];
  const startFlow = resizeHalfPixel(
    graph,
    graph.input('startFlow', 'float32', [1, 2, from.height, from.width]),
    height,
    width,
  );
  const startCertainty = resizeHalfPixel(
    graph,
    graph.input('startCertainty', 'float32', [1, 1, from.height, from.width]),
    height,
    width,
  );

  const inputs = graph.scoped(name, () => [
    query,
    warp(graph, support, startFlow),
    embedDisplacement(build, startFlow, `${name}.disp_emb`),
    ...(refiner.correlationRadius === null
      ? []
      : [localCorrelation(graph, query, support, startFlow, refiner.correlationRadius, limits.chunkBytes)]),
  ]);
  const change = cast(graph, refineInBands(build, inputs, refiner, name, limits.bandBytes), 'float32');
  // Displacements are learnt in quarters of a cell.
  const unit = graph.floats(
    'float32',
    [1, 2, 1, 1],
    Float32Array.of(stride / (4 * input.width), stride / (4 * input.height)),
  );
  graph.output('certainty', add(graph, startCertainty, slice(graph, change, 1, 0, 1)));
  graph.output('flow', add(graph, startFlow, multiply(graph, slice(graph, change, 1, 1, 3), unit)));
  return graph;
}

/** The support picture's features where the query cells' matches lie. */
function warp(graph: GraphBuilder, support: FloatValue, flow: Value<'float32'>): FloatValue {
  const grid = transpose(graph, flow, [0, 2, 3, 1]);
  return cast(graph, gridSample(graph, cast(graph, support, 'float32'), grid), support.type);
}

function embedDisplacement(build: NetworkBuild, flow: Value<'float32'>, name: string): FloatValue {
  const { graph } = build;
  const [, , height, width] = flow.shape as [number, number, number, number];
  const centres = graph.floats('float32', flow.shape, () => centrePlanes({ width, height }));
  return convolution(build, cast(graph, subtract(graph, flow, centres), build.type), name);
}

/**
 * The convolutions, over bands of rows where the whole map would be too large. A band is read with as many rows
 * on each side as the convolutions reach, so that its own rows come out as if it were the whole map.
 */
function refineInBands(
  build: NetworkBuild,
  inputs: readonly FloatValue[],
  refiner: RefinerConfig,
  name: string,
  bandBytes: number,
): FloatValue {
  const { graph } = build;
  const [, , height, width] = inputs[0]!.shape as [number, number, number, number];
  const stack = convolutionStack(build, refiner, name);
  const reach = ((refiner.kernel - 1) / 2) * (refiner.hiddenBlocks + 1);
  const widest = roundUpToFour(Math.max(refiner.hiddenChannels, refinerInputChannels(refiner)));
  const rowBytes = 4 * widest * width;
  const mostRows = Math.max(reach, Math.floor(bandBytes / rowBytes) - 2 * reach);
  const bands = height * rowBytes <= bandBytes ? 1 : Math.ceil(height / mostRows);
  const results = Array.from({ length: bands }, (_, band) => {
    const [start, end] = [band, band + 1].map((k) => Math.round((k * height) / bands)) as [number, number];
    const [first, last] = [Math.max(0, start - reach), Math.min(height, end + reach)];
    const rows = inputs.map((x) => sliceRows(graph, x, first, last));
    return sliceRows(graph, stack(rows), start - first, end - first);
  });
  return bands === 1 ? results[0]! : concatenate(graph, results, 2);
}

function sliceRows(graph: GraphBuilder, x: FloatValue, start: number, end: number): FloatValue {
  return start === 0 && end === x.shape[2] ? x : slice(graph, x, 2, start, end);
}

/** @returns what makes of the parts of an input [1, ., r, w] its change [1, 4, r, w], of which the last is padding */
function convolutionStack(
  build: NetworkBuild,
  refiner: RefinerConfig,
  name: string,
): (parts: readonly FloatValue[]) => FloatValue {
  const { graph, checkpoint } = build;
  const inputChannels = refinerInputChannels(refiner);
  const paddedInput = roundUpToFour(inputChannels);
  const hidden = roundUpToFour(refiner.hiddenChannels);
  const blocks = [
    'block1',
    ...Array.from({ length: refiner.hiddenBlocks }, (_, k) => `hidden_blocks.${k}`),
  ].map((block, k) => {
    const spatial = readConvolution(checkpoint, `${name}.${block}.0`, `${name}.${block}.1`);
    const mixing = readConvolution(checkpoint, `${name}.${block}.3`);
    const from = k === 0 ? paddedInput : hidden;
    // A depthwise layer may give several channels for each it reads, one input's after the other.
    const perInput = k === 0 ? refiner.hiddenChannels / inputChannels : 1;
    const moved = refiner.depthwise ? from * perInput : hidden;
    return {
      spatial: placeConvolution(build, padConvolution(spatial, moved, refiner.depthwise ? 1 : from)),
      mixing: placeConvolution(build, padConvolution(mixing, hidden, moved)),
    };
  });
  const out = placeConvolution(
    build,
    padConvolution(readConvolution(checkpoint, `${name}.out_conv`), 4, hidden),
  );
  return (parts) =>
    graph.scoped(name, () => {
      const whole = concatenate(
        graph,
        [...parts, ...zeroChannels(build, parts[0]!, paddedInput - inputChannels)],
        1,
      );
      const refined = blocks.reduce<FloatValue>(
        (x, block) => block.mixing(relu(graph, block.spatial(x))),
        whole,
      );
      return out(refined);
    });
}

function zeroChannels({ graph, type }: NetworkBuild, like: FloatValue, count: number): FloatValue[] {
  if (count === 0) return [];
  const shape = [1, count, ...like.shape.slice(2)];
  return [graph.floats(type, shape, () => new Float32Array(shape.reduce((product, side) => product * side)))];
}
