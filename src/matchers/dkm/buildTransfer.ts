/**
 * Carries matches from the first pass to the second, whose pictures are larger and may be padded differently: the
 * flow is read where each coarse cell of the second pass lies in the first, and its values are brought to the
 * second pass' coordinates. Where both passes show the same part of the plane, this is the bilinear resize of
 * the authors' code.
 */
import { GraphBuilder } from '../../onnx/graphBuilder.ts';
import { add, multiply } from '../../onnx/ops/elementwise.ts';
import { gridSample } from '../../onnx/ops/sampling.ts';
import { cellCentre } from './cellPositions.ts';
import type { GridSize } from './dkmConfig.ts';

/**
 * Inputs `flow` [1, 2, H, W] and `certainty` [1, 1, H, W] of the first pass, both float32. Outputs of the same
 * names at size `to`.
 *
 * @param ratio how far along the first pass' pictures the second pass' reach, in parts of their width and height
 */
export function buildTransfer(
  from: GridSize,
  to: GridSize,
  ratio: readonly [x: number, y: number],
): GraphBuilder {
  const graph = new GraphBuilder('dkm-transfer');
  const grid = graph.floats('float32', [1, to.height, to.width, 2], () => cellsInFirstPass(to, ratio));
  const read = (name: string, channels: number) =>
    gridSample(graph, graph.input(name, 'float32', [1, channels, from.height, from.width]), grid, 'border');
  const vector = (x: number, y: number) => graph.floats('float32', [1, 2, 1, 1], Float32Array.of(x, y));
  const scaled = multiply(graph, read('startFlow', 2), vector(1 / ratio[0], 1 / ratio[1]));
  graph.output('flow', add(graph, scaled, vector(1 / ratio[0] - 1, 1 / ratio[1] - 1)));
  graph.output('certainty', read('startCertainty', 1));
  return graph;
}

/** Where each cell of the second pass lies in the first: [H, W, 2], normalised. */
function cellsInFirstPass(to: GridSize, ratio: readonly [x: number, y: number]): Float32Array {
  const positions = new Float32Array(2 * to.width * to.height);
  for (let k = 0; k < to.width * to.height; k++) {
    positions[2 * k] = (cellCentre(k % to.width, to.width) + 1) * ratio[0] - 1;
    positions[2 * k + 1] = (cellCentre(Math.floor(k / to.width), to.height) + 1) * ratio[1] - 1;
  }
  return positions;
}
