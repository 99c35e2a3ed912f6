/**
 * LoFTR's fine stage: windows of fine cells around coarse matches, a small transformer between the two windows
 * of each match, and the expected position in window 1 of the middle cell of window 0 (the authors'
 * `fine_preprocess.py` and `fine_matching.py`).
 */
import type { NamedTensors } from '../../checkpoint/namedTensors.ts';
import { type FloatType, type FloatValue, GraphBuilder, type Value } from '../../onnx/graphBuilder.ts';
import { add, cast, clampBelow, multiply, squareRoot, subtract } from '../../onnx/ops/elementwise.ts';
import { concatenate, gatherRows, reshape, slice } from '../../onnx/ops/layout.ts';
import { matMul } from '../../onnx/ops/linear.ts';
import { reduceSum, softmax } from '../../onnx/ops/reductions.ts';
import { linearWeight, type NetworkBuild, vectorWeight } from './layers.ts';
import { windowAttention } from './linearAttention.ts';
import { coarseGrid, fineGrid, type GridSize, type LoftrConfig } from './loftrConfig.ts';
import { transform } from './transformer.ts';

/** The variance is kept above this before its square root is taken, as the authors do. */
const varianceAtLeast = 1e-10;

/**
 * Inputs, for each side: `fine` and, where coarse features are merged in, `features` as the backbone and the
 * coarse stage give them; `windows` int32 [K, W] with the rows of the fine map under each window and, where
 * merged, `cells` int32 [K] with the matches' rows of the coarse features. Output `expectation` float32
 * [K, 3]: x and y in window 1, from -1 to 1 between the centres of its outermost cells, and the sum of both
 * standard deviations.
 *
 * @param matchCount K
 */
export function buildFine(
  checkpoint: NamedTensors,
  config: LoftrConfig,
  inputs: readonly [GridSize, GridSize],
  type: FloatType,
  matchCount: number,
): GraphBuilder {
  const graph = new GraphBuilder('loftr-fine');
  const build: NetworkBuild = { graph, checkpoint, type };
  const fine = config.fine!;
  const merge = fine.concatCoarse ? mergeLayer(build, fine.channels) : null;
  const [windows0, windows1] = inputs.map((input, side) => {
    const grid = fineGrid(config, input);
    const margin = fine.window - 1;
    const cellCount = (grid.width + margin) * (grid.height + margin);
    const map = graph.input(`fine${side}`, type, [cellCount, fine.channels]);
    const indices = graph.input(`windows${side}`, 'int32', [matchCount, fine.window ** 2]);
    const windows = gatherRows(graph, map, indices);
    if (merge === null) return windows;
    const coarse = coarseGrid(config, input);
    const coarseShape = [coarse.width * coarse.height, config.coarse.channels];
    const features = graph.input(`features${side}`, type, coarseShape);
    const cells = graph.input(`cells${side}`, 'int32', [matchCount]);
    return merge(windows, gatherRows(graph, features, cells));
  }) as [FloatValue, FloatValue];

  const [fine0, fine1] = transform(build, 'loftr_fine', fine, windowAttention, [windows0, windows1]);
  graph.output(
    'expectation',
    graph.scoped('fineMatching', () => expectedPosition(build, fine0, fine1, fine.window)),
  );
  return graph;
}

/**
 * Mixes the coarse feature of each match into all cells of its window: a linear layer on both, whose coarse
 * half is computed once a window.
 */
function mergeLayer(
  build: NetworkBuild,
  channels: number,
): (windows: FloatValue, coarse: FloatValue) => FloatValue {
  const { graph } = build;
  return graph.scoped('fine_preprocess', () => {
    const down = linearWeight(build, 'fine_preprocess.down_proj.weight');
    const downBias = vectorWeight(build, 'fine_preprocess.down_proj.bias');
    const both = linearWeight(build, 'fine_preprocess.merge_feat.weight');
    const bias = vectorWeight(build, 'fine_preprocess.merge_feat.bias');
    const windowPart = slice(graph, both, 0, 0, channels);
    const coarsePart = slice(graph, both, 0, channels, 2 * channels);
    return (windows, coarse) =>
      graph.scoped('fine_preprocess', () => {
        const projected = add(graph, matMul(graph, coarse, down), downBias);
        const shared = add(graph, matMul(graph, projected, coarsePart), bias);
        const perWindow = reshape(graph, shared, [windows.shape[0]!, 1, channels]);
        return add(graph, matMul(graph, windows, windowPart), perWindow);
      });
  });
}

/** Spatial expectation and deviation of the softmax heatmap over window 1, in float32. */
function expectedPosition(
  { graph }: NetworkBuild,
  fine0: FloatValue,
  fine1: FloatValue,
  window: number,
): Value<'float32'> {
  const [count, cells, channels] = fine1.shape as [number, number, number];
  const middle = (cells - 1) / 2;
  const centre = cast(graph, slice(graph, fine0, 1, middle, middle + 1), 'float32');
  const products = multiply(graph, centre, cast(graph, fine1, 'float32'));
  const similarity = reshape(graph, reduceSum(graph, products, -1), [count, cells]);
  const heatmap = softmax(graph, multiply(graph, similarity, graph.scalar('float32', channels ** -0.5)));

  const positions = windowPositions(window);
  const grid = graph.floats('float32', [cells, 2], positions);
  const squaredGrid = graph.floats(
    'float32',
    [cells, 2],
    positions.map((position) => position ** 2),
  );
  const mean = matMul(graph, heatmap, grid);
  const variance = subtract(graph, matMul(graph, heatmap, squaredGrid), multiply(graph, mean, mean));
  const deviation = squareRoot(graph, clampBelow(graph, variance, varianceAtLeast));
  return concatenate(graph, [mean, reduceSum(graph, deviation, -1)], 1);
}

/** x and y of each cell of a window in reading order, from -1 to 1. */
function windowPositions(window: number): Float32Array {
  const coordinate = (k: number): number => (2 * k) / (window - 1) - 1;
  return Float32Array.from({ length: 2 * window ** 2 }, (_, k) => {
    const cell = k >> 1;
    return coordinate(k % 2 === 0 ? cell % window : Math.floor(cell / window));
  });
}
