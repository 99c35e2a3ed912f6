/**
 * DKM's global matcher: a Gaussian process regresses where each cell of the query picture lies in the support
 * picture. Cells of the support, observed with noise, carry a Fourier embedding of their position; the posterior
 * mean at a query cell is a blend of such embeddings, and a decoder reads a position from it (section 3.2 of the
 * paper). All of it in float32: the solve needs it.
 */
import type { NamedTensors } from '../../checkpoint/namedTensors.ts';
import { type FloatType, type FloatValue, GraphBuilder, type Value } from '../../onnx/graphBuilder.ts';
import {
  add,
  cast,
  divide,
  exponential,
  multiply,
  squareRoot,
  subtract,
} from '../../onnx/ops/elementwise.ts';
import { reshape, transpose } from '../../onnx/ops/layout.ts';
import { matMul } from '../../onnx/ops/linear.ts';
import { reduceSum } from '../../onnx/ops/reductions.ts';
import { cellCentre } from './cellPositions.ts';
import {
  type DkmConfig,
  type GlobalStride,
  type GridSize,
  gridAt,
  kernelTemperature,
  observationNoise,
} from './dkmConfig.ts';
import { readConvolution } from './layers.ts';
import { solveRegularised } from './solveRegularised.ts';

/** Keeps the cosine of vanishing features finite, as the authors do. */
const cosineEpsilon = 1e-6;

/**
 * Inputs `query` and `support` [1, C, h, w]: features of both pictures at `stride`. Output `posterior`
 * [1, B, h, w].
 */
export function buildPosterior(
  checkpoint: NamedTensors,
  config: DkmConfig,
  input: GridSize,
  stride: GlobalStride,
  type: FloatType,
): GraphBuilder {
  const graph = new GraphBuilder(`dkm-posterior-${stride}`);
  const grid = gridAt(input, stride);
  const cells = grid.width * grid.height;
  const channels = config.channels[stride];
  const features = (name: string): Features => {
    const map = graph.input(name, type, [1, channels, grid.height, grid.width]);
    return featureRows(graph, map, cells, channels);
  };
  const query = features('query');
  const support = features('support');
  const basis = config.basisChannels[stride];
  const embedding = graph.floats('float32', [cells, basis], () =>
    embedPositions(checkpoint, `decoder.gps.${stride}.pos_conv`, grid),
  );
  const weights = graph.scoped('solve', () =>
    solveRegularised(graph, cosineKernel(graph, support, support), observationNoise, embedding),
  );
  const mean = matMul(graph, cosineKernel(graph, query, support), weights);
  const map = reshape(graph, transpose(graph, mean, [1, 0]), [1, basis, grid.height, grid.width]);
  graph.output('posterior', cast(graph, map, type));
  return graph;
}

interface Features {
  /** [P, C] */
  readonly rows: Value<'float32'>;
  /** [C, P] */
  readonly columns: Value<'float32'>;
  /** [P, 1] */
  readonly norms: Value<'float32'>;
}

function featureRows(graph: GraphBuilder, map: FloatValue, cells: number, channels: number): Features {
  const columns = reshape(graph, cast(graph, map, 'float32'), [channels, cells]);
  const rows = transpose(graph, columns, [1, 0]);
  const norms = squareRoot(graph, reduceSum(graph, multiply(graph, rows, rows), -1));
  return { rows, columns, norms };
}

/** exp((cosine - 1) / temperature) of each pair of cells: [P, Q]. */
function cosineKernel(graph: GraphBuilder, a: Features, b: Features): Value<'float32'> {
  const constant = (value: number): Value<'float32'> => graph.scalar('float32', value);
  const lengths = multiply(graph, a.norms, transpose(graph, b.norms, [1, 0]));
  const cosine = divide(
    graph,
    matMul(graph, a.rows, b.columns),
    add(graph, lengths, constant(cosineEpsilon)),
  );
  const distance = subtract(graph, cosine, constant(1));
  return exponential(graph, multiply(graph, distance, constant(1 / kernelTemperature)));
}

/**
 * cos(8 pi (W p + b)) of each cell's centre p: [P, B]. Baked in, for cosines of large arguments are not accurate
 * on GPUs.
 */
export function embedPositions(checkpoint: NamedTensors, layer: string, grid: GridSize): Float32Array {
  const { shape, values } = readConvolution(checkpoint, layer);
  const { weight, bias } = values();
  const basis = shape[0];
  const embedding = new Float32Array(grid.width * grid.height * basis);
  for (let cell = 0; cell < grid.width * grid.height; cell++) {
    const x = cellCentre(cell % grid.width, grid.width);
    const y = cellCentre(Math.floor(cell / grid.width), grid.height);
    for (let k = 0; k < basis; k++) {
      const projected = weight[2 * k]! * x + weight[2 * k + 1]! * y + bias[k]!;
      embedding[cell * basis + k] = Math.cos(8 * Math.PI * projected);
    }
  }
  return embedding;
}
