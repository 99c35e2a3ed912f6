/**
 * LoFTR's coarse stage: position encoding, transformer and dual softmax over all cells of both pictures.
 */
import type { NamedTensors } from '../../checkpoint/namedTensors.ts';
import { type FloatType, type FloatValue, GraphBuilder } from '../../onnx/graphBuilder.ts';
import { add, cast } from '../../onnx/ops/elementwise.ts';
import { dualSoftmaxMaxima, type MatrixBudget } from './dualSoftmax.ts';
import type { NetworkBuild } from './layers.ts';
import { mapAttention } from './linearAttention.ts';
import { coarseGrid, type GridSize, type LoftrConfig } from './loftrConfig.ts';
import { positionEncoding } from './positionEncoding.ts';
import { transform } from './transformer.ts';

/**
 * Inputs `coarse0` [L, C] and `coarse1` [S, C] of the backbone. Outputs `features0` and `features1`, the same
 * shapes after the transformer, and `maxima` float32, a vector for `readMaxima`.
 */
export function buildCoarse(
  checkpoint: NamedTensors,
  config: LoftrConfig,
  inputs: readonly [GridSize, GridSize],
  type: FloatType,
  budget: MatrixBudget,
): GraphBuilder {
  const graph = new GraphBuilder('loftr-coarse');
  const build: NetworkBuild = { graph, checkpoint, type };
  const { channels } = config.coarse;
  const [encoded0, encoded1] = inputs.map((input, side) =>
    encodePositions(build, config, coarseGrid(config, input), `coarse${side}`),
  ) as [FloatValue, FloatValue];
  const [features0, features1] = transform(build, 'loftr_coarse', config.coarse, mapAttention, [
    encoded0,
    encoded1,
  ]);
  const maxima = graph.scoped('dualSoftmax', () =>
    dualSoftmaxMaxima(
      graph,
      cast(graph, features0, 'float32'),
      cast(graph, features1, 'float32'),
      1 / (channels * config.temperature),
      budget,
    ),
  );
  graph.output('features0', features0);
  graph.output('features1', features1);
  graph.output('maxima', maxima);
  return graph;
}

function encodePositions(
  { graph, type }: NetworkBuild,
  { coarse }: LoftrConfig,
  grid: GridSize,
  name: string,
): FloatValue {
  return graph.scoped('positionEncoding', () => {
    const shape = [grid.width * grid.height, coarse.channels];
    const encoding = (): Float32Array => positionEncoding(grid, coarse.channels, coarse.tempBugFix);
    return add(graph, graph.input(name, type, shape), graph.floats(type, shape, encoding));
  });
}
