/**
 * DKM's feature extractor: a ResNet (He et al., 2016, in torchvision's arrangement: a level's first 3 x 3
 * convolution strides), whose features are projected where matching wants them narrower.
 */
import type { NamedTensors } from '../../checkpoint/namedTensors.ts';
import { type FloatType, type FloatValue, GraphBuilder } from '../../onnx/graphBuilder.ts';
import { add, cast, relu } from '../../onnx/ops/elementwise.ts';
import { maxPoolByTwo } from '../../onnx/ops/pooling.ts';
import type { DkmConfig, GridSize, Stride } from './dkmConfig.ts';
import { convolution, type NetworkBuild } from './layers.ts';

/** Strides of the levels behind the stem, in the network's order. */
const levelStrides = [4, 8, 16, 32] as const;

/**
 * Input `image` float32 [1, 3, H, W], normalised. Outputs `features<stride>` [1, C, H / stride, W / stride] for
 * each stride from 2 to `coarsest`.
 */
export function buildEncoder(
  checkpoint: NamedTensors,
  config: DkmConfig,
  input: GridSize,
  coarsest: Stride,
  type: FloatType,
): GraphBuilder {
  const graph = new GraphBuilder('dkm-encoder');
  const build: NetworkBuild = { graph, checkpoint, type };
  const image = cast(graph, graph.input('image', 'float32', [1, 3, input.height, input.width]), type);
  const publish = (stride: Stride, features: FloatValue): void => {
    const projected = config.projected.includes(stride)
      ? convolution(build, features, `decoder.proj.${stride}`)
      : features;
    graph.output(`features${stride}`, projected);
  };

  const stem = relu(graph, convolution(build, image, 'encoder.net.conv1', 'encoder.net.bn1', 2));
  publish(2, stem);
  let map: FloatValue = maxPoolByTwo(graph, stem);
  for (const [level, stride] of levelStrides.entries()) {
    if (stride > coarsest) break;
    for (let k = 0; k < config.encoder.blockCounts[level]!; k++) {
      const name = `encoder.net.layer${level + 1}.${k}`;
      const block = config.encoder.block === 'bottleneck' ? bottleneckBlock : basicBlock;
      map = block(build, map, name, k === 0 && level > 0 ? 2 : 1);
    }
    publish(stride, map);
  }
  return graph;
}

function basicBlock(build: NetworkBuild, x: FloatValue, name: string, stride: 1 | 2): FloatValue {
  const { graph } = build;
  const first = relu(graph, convolution(build, x, `${name}.conv1`, `${name}.bn1`, stride));
  const second = convolution(build, first, `${name}.conv2`, `${name}.bn2`);
  return joinShortcut(build, x, second, name, stride);
}

function bottleneckBlock(build: NetworkBuild, x: FloatValue, name: string, stride: 1 | 2): FloatValue {
  const { graph } = build;
  const narrowed = relu(graph, convolution(build, x, `${name}.conv1`, `${name}.bn1`));
  const moved = relu(graph, convolution(build, narrowed, `${name}.conv2`, `${name}.bn2`, stride));
  const widened = convolution(build, moved, `${name}.conv3`, `${name}.bn3`);
  return joinShortcut(build, x, widened, name, stride);
}

function joinShortcut(
  build: NetworkBuild,
  x: FloatValue,
  result: FloatValue,
  name: string,
  stride: 1 | 2,
): FloatValue {
  const { graph } = build;
  const shortcut = build.checkpoint.tensors.has(`${name}.downsample.0.weight`)
    ? convolution(build, x, `${name}.downsample.0`, `${name}.downsample.1`, stride)
    : x;
  return graph.scoped(name, () => relu(graph, add(graph, result, shortcut)));
}
