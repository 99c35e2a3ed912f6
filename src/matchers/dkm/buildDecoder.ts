/**
 * DKM's embedding decoder: reads a position and a certainty from the posterior mean and the features of the query
 * picture (after Yu et al., "Learning a Discriminative Feature Network for Semantic Segmentation", CVPR 2018:
 * residual blocks and a channel attention that weighs what is new against the coarser context).
 */
import type { NamedTensors } from '../../checkpoint/namedTensors.ts';
import { type FloatType, type FloatValue, GraphBuilder } from '../../onnx/graphBuilder.ts';
import { add, cast, multiply, relu, sigmoid } from '../../onnx/ops/elementwise.ts';
import { concatenate, slice } from '../../onnx/ops/layout.ts';
import { globalAveragePool } from '../../onnx/ops/pooling.ts';
import { resizeHalfPixel } from '../../onnx/ops/sampling.ts';
import { type DkmConfig, type GlobalStride, type GridSize, globalStrides, gridAt } from './dkmConfig.ts';
import { convolution, type NetworkBuild } from './layers.ts';

/**
 * Inputs `posterior` [1, B, h, w], `features` [1, C, h, w] of the query picture and, at all strides but the
 * coarsest, `coarserContext` [1, D, h', w'] of the stride before. Outputs `flow` float32 [1, 2, h, w], the position in
 * the support picture in normalised coordinates, `certainty` float32 [1, 1, h, w] (logits), and `context`
 * [1, D, h, w].
 */
export function buildDecoder(
  checkpoint: NamedTensors,
  config: DkmConfig,
  input: GridSize,
  stride: GlobalStride,
  type: FloatType,
): GraphBuilder {
  const graph = new GraphBuilder(`dkm-decoder-${stride}`);
  const build: NetworkBuild = { graph, checkpoint, type };
  const { width, height } = gridAt(input, stride);
  const layer = (name: string): string => `decoder.embedding_decoder.${name}.${stride}`;
  const posterior = graph.input('posterior', type, [1, config.basisChannels[stride], height, width]);
  const features = graph.input('features', type, [1, config.channels[stride], height, width]);
  const older = coarserContext(graph, config, input, stride, type);

  const narrowed = convolution(build, features, layer('feat_input_modules'));
  const newer = residualBlock(build, concatenate(graph, [narrowed, posterior], 1), layer('rrb_d'));
  const context = residualBlock(build, attend(build, older, newer, layer('cab')), layer('rrb_u'));
  const prediction = cast(graph, convolution(build, context, layer('terminal_module')), 'float32');
  graph.output('certainty', slice(graph, prediction, 1, 0, 1));
  graph.output('flow', slice(graph, prediction, 1, 1, 3));
  graph.output('context', context);
  return graph;
}

/** The context of the stride before at this one's size; zeros at the coarsest. */
function coarserContext(
  graph: GraphBuilder,
  config: DkmConfig,
  input: GridSize,
  stride: GlobalStride,
  type: FloatType,
): FloatValue {
  const { width, height } = gridAt(input, stride);
  const channels = config.contextChannels;
  const coarser = globalStrides[globalStrides.indexOf(stride) - 1];
  if (coarser === undefined) {
    return graph.floats(
      type,
      [1, channels, height, width],
      () => new Float32Array(channels * height * width),
    );
  }
  const from = gridAt(input, coarser);
  return resizeHalfPixel(
    graph,
    graph.input('coarserContext', type, [1, channels, from.height, from.width]),
    height,
    width,
  );
}

function residualBlock(build: NetworkBuild, x: FloatValue, name: string): FloatValue {
  const { graph } = build;
  const first = convolution(build, x, `${name}.conv1`);
  const second = relu(graph, convolution(build, first, `${name}.conv2`, `${name}.bn`));
  const third = convolution(build, second, `${name}.conv3`);
  return graph.scoped(name, () => relu(graph, add(graph, first, third)));
}

/** Adds the newer map to the older one, each channel weighed by what both hold on average. */
function attend(build: NetworkBuild, older: FloatValue, newer: FloatValue, name: string): FloatValue {
  const { graph } = build;
  return graph.scoped(name, () => {
    const means = globalAveragePool(graph, concatenate(graph, [older, newer], 1));
    const hidden = relu(graph, convolution(build, means, `${name}.conv1`));
    const weights = sigmoid(graph, convolution(build, hidden, `${name}.conv2`));
    return add(graph, multiply(graph, weights, newer), older);
  });
}
