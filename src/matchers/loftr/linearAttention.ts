/**
 * Linear attention (Katharopoulos et al., "Transformers are RNNs", ICML 2020) as in the authors'
 * `linear_attention.py`. With phi(x) = elu(x) + 1 and S source rows, one head computes
 *
 *     phi(Q) (phi(K)^T V / S) / (phi(Q) sum(phi(K)) + 1e-6) S
 *
 * Heads are never split off, which would cost transposed copies of every map: phi(K)^T V of all channels at
 * once, multiplied by a block-diagonal mask, holds exactly the products of the heads. Because of the blocks
 * the queries can be divided by their head's sum instead of the messages. Aggregation and division are done
 * in float32 under either precision: sums over thousands of cells leave no digits in half precision.
 */
import type { FloatValue, GraphBuilder, Value } from '../../onnx/graphBuilder.ts';
import { add, cast, divide, elu, multiply } from '../../onnx/ops/elementwise.ts';
import { reshape, transpose } from '../../onnx/ops/layout.ts';
import { matMul, transposedMatMul } from '../../onnx/ops/linear.ts';
import { reduceSum } from '../../onnx/ops/reductions.ts';
import { linearWeight, type NetworkBuild } from './layers.ts';

const epsilon = 1e-6;

/** Which channels share a head. */
export interface HeadConstants {
  /** [C, H]: 1 where the channel belongs to the head. */
  readonly membership: Value<'float32'>;
  /** [H, C]: its transpose. */
  readonly spread: Value<'float32'>;
  /** [C, C]: 1 where both channels belong to one head. */
  readonly sameHead: Value<'float32'>;
}

export function headConstants(graph: GraphBuilder, channels: number, heads: number): HeadConstants {
  const headOf = (channel: number): number => Math.floor((channel * heads) / channels);
  const indicator = (rows: number, columns: number, isOne: (row: number, column: number) => boolean) =>
    graph.floats(
      'float32',
      [rows, columns],
      Float32Array.from({ length: rows * columns }, (_, k) =>
        isOne(Math.floor(k / columns), k % columns) ? 1 : 0,
      ),
    );
  return {
    membership: indicator(channels, heads, (channel, head) => headOf(channel) === head),
    spread: indicator(heads, channels, (head, channel) => headOf(channel) === head),
    sameHead: indicator(channels, channels, (a, b) => headOf(a) === headOf(b)),
  };
}

/**
 * Messages to the rows of `x` from the rows of `source`, merged by the layer's last linear map.
 */
export type Attend = (x: FloatValue, source: FloatValue) => FloatValue;

/**
 * Attention over whole maps, [L, C] from [S, C]. Keys outnumber channels by far, so everything linear behind
 * the sum over keys (the value and merge layers) is applied to the [C, C] sum and not to the maps.
 * @param name the encoder layer's name in the checkpoint
 */
export function mapAttention(build: NetworkBuild, name: string, heads: HeadConstants): Attend {
  const { graph, type } = build;
  const query = linearWeight(build, `${name}.q_proj.weight`);
  const key = linearWeight(build, `${name}.k_proj.weight`);
  const value = linearWeight(build, `${name}.v_proj.weight`, 'float32');
  const merge = linearWeight(build, `${name}.merge.weight`, 'float32');
  return (x, source) => {
    const [count, channels] = source.shape as [number, number];
    const keys = cast(graph, activate(graph, matMul(graph, source, key)), 'float32');
    const mean = graph.scalar('float32', 1 / count);
    const keysBySource = multiply(graph, transposedMatMul(graph, keys, cast(graph, source, 'float32')), mean);
    const keysByValues = multiply(graph, matMul(graph, keysBySource, value), heads.sameHead);
    const merged = cast(graph, matMul(graph, keysByValues, merge), type);

    const averaging = graph.floats('float32', [1, count], new Float32Array(count).fill(1 / count));
    const meanKey = reshape(graph, matMul(graph, averaging, keys), [channels, 1]);
    const queries = cast(graph, activate(graph, matMul(graph, x, query)), 'float32');
    const shares = divideByHeadSums(graph, queries, multiply(graph, meanKey, heads.membership), count, heads);
    return matMul(graph, cast(graph, shares, type), merged);
  };
}

/**
 * Attention within each of K windows, [K, W, C] from [K, W, C].
 * @param name the encoder layer's name in the checkpoint
 */
export function windowAttention(build: NetworkBuild, name: string, heads: HeadConstants): Attend {
  const { graph, type } = build;
  const query = linearWeight(build, `${name}.q_proj.weight`);
  const key = linearWeight(build, `${name}.k_proj.weight`);
  const value = linearWeight(build, `${name}.v_proj.weight`);
  const merge = linearWeight(build, `${name}.merge.weight`);
  return (x, source) => {
    const count = source.shape[1]!;
    const keys = cast(graph, activate(graph, matMul(graph, source, key)), 'float32');
    const values = cast(graph, matMul(graph, source, value), 'float32');
    const mean = graph.scalar('float32', 1 / count);
    const keyColumns = multiply(graph, transpose(graph, keys, [0, 2, 1]), mean);
    const keysByValues = multiply(graph, matMul(graph, keyColumns, values), heads.sameHead);

    const meanKey = reduceSum(graph, keyColumns, -1);
    const queries = cast(graph, activate(graph, matMul(graph, x, query)), 'float32');
    const shares = divideByHeadSums(graph, queries, multiply(graph, meanKey, heads.membership), count, heads);
    const messages = matMul(graph, cast(graph, shares, type), cast(graph, keysByValues, type));
    return matMul(graph, messages, merge);
  };
}

/** phi(x) = elu(x) + 1, positive everywhere. */
function activate(graph: GraphBuilder, x: FloatValue): FloatValue {
  return add(graph, elu(graph, x), graph.scalar(x.type, 1));
}

/**
 * phi(Q) / (phi(Q) mean(phi(K)) + 1e-6 / S) for each head; the means leave the same quotient as the sums.
 * @param queries [..., C]
 * @param headMeans [..., C, H], the mean key of each channel in the column of its head, zero elsewhere
 */
function divideByHeadSums(
  graph: GraphBuilder,
  queries: Value<'float32'>,
  headMeans: Value<'float32'>,
  count: number,
  heads: HeadConstants,
): Value<'float32'> {
  const sums = add(graph, matMul(graph, queries, headMeans), graph.scalar('float32', epsilon / count));
  const inverses = divide(graph, graph.scalar('float32', 1), sums);
  return multiply(graph, queries, matMul(graph, inverses, heads.spread));
}
