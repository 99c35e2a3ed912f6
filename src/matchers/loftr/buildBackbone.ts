/**
 * LoFTR's feature extractor: a ResNet with two blocks a level and, where there is a fine stage, a feature
 * pyramid back up to its level (the authors' `resnet_fpn.py`, ResNetFPN_8_2 and ResNetFPN_16_4).
 */
import type { NamedTensors } from '../../checkpoint/namedTensors.ts';
import { type FloatType, type FloatValue, GraphBuilder } from '../../onnx/graphBuilder.ts';
import { add, cast, leakyRelu, relu } from '../../onnx/ops/elementwise.ts';
import { padWithZeros, reshape, resizeBilinear, transpose } from '../../onnx/ops/layout.ts';
import { convolution, type NetworkBuild } from './layers.ts';
import { coarseGrid, fineGrid, fineLevel, type GridSize, type LoftrConfig } from './loftrConfig.ts';

/** PyTorch's default. */
const leakySlope = 0.01;

/**
 * Input `image` float32 [1, 1, H, W], grey in [0, 1].
 *
 * Output `coarse` [h w, C]: one row a coarse cell, in reading order. Output `fine`, where the network has a
 * fine stage: one row a fine cell, in reading order, with a margin of zeros of half a window on each side, so
 * that windows at the border are gathered like all others.
 */
export function buildBackbone(
  checkpoint: NamedTensors,
  config: LoftrConfig,
  input: GridSize,
  type: FloatType,
): GraphBuilder {
  const graph = new GraphBuilder('loftr-backbone');
  const build: NetworkBuild = { graph, checkpoint, type };
  const image = graph.input('image', 'float32', [1, 1, input.height, input.width]);
  const levels = resNet(build, cast(graph, image, type), config.levelChannels.length);

  const top = config.levelChannels.length;
  const coarseMap = convolution(build, levels[top - 1]!, `backbone.layer${top}_outconv`, null, 1);
  graph.output('coarse', coarseRows(build, coarseMap, config, input));
  if (config.fine) {
    const fineMap = pyramid(build, levels, coarseMap, fineLevel(config));
    graph.output('fine', paddedFineRows(build, fineMap, config, input, (config.fine.window - 1) / 2));
  }
  return graph;
}

/** @returns the maps of all levels, the first at half the size of the picture */
function resNet(build: NetworkBuild, image: FloatValue, levelCount: number): FloatValue[] {
  const stem = relu(build.graph, convolution(build, image, 'backbone.conv1', 'backbone.bn1', 2));
  const maps: FloatValue[] = [];
  for (let level = 1; level <= levelCount; level++) {
    const name = `backbone.layer${level}`;
    const first = residualBlock(build, maps.at(-1) ?? stem, `${name}.0`, level === 1 ? 1 : 2);
    maps.push(residualBlock(build, first, `${name}.1`, 1));
  }
  return maps;
}

function residualBlock(build: NetworkBuild, x: FloatValue, name: string, stride: 1 | 2): FloatValue {
  const { graph } = build;
  const first = relu(graph, convolution(build, x, `${name}.conv1`, `${name}.bn1`, stride));
  const second = convolution(build, first, `${name}.conv2`, `${name}.bn2`, 1);
  const shortcut =
    stride === 1 ? x : convolution(build, x, `${name}.downsample.0`, `${name}.downsample.1`, stride);
  return graph.scoped(name, () => relu(graph, add(graph, shortcut, second)));
}

/** From the coarse map down to level `lowest`, adding the map of each level on the way. */
function pyramid(
  build: NetworkBuild,
  levels: readonly FloatValue[],
  coarseMap: FloatValue,
  lowest: number,
): FloatValue {
  const { graph } = build;
  let above = coarseMap;
  for (let level = levels.length - 1; level >= lowest; level--) {
    const name = `backbone.layer${level}`;
    const own = convolution(build, levels[level - 1]!, `${name}_outconv`, null, 1);
    const sum = graph.scoped(name, () =>
      add(graph, own, resizeBilinear(graph, above, own.shape[2]!, own.shape[3]!)),
    );
    const mixed = convolution(build, sum, `${name}_outconv2.0`, `${name}_outconv2.1`, 1);
    above = convolution(build, leakyRelu(graph, mixed, leakySlope), `${name}_outconv2.3`, null, 1);
  }
  return above;
}

function coarseRows(
  { graph }: NetworkBuild,
  map: FloatValue,
  config: LoftrConfig,
  input: GridSize,
): FloatValue {
  const { width, height } = coarseGrid(config, input);
  return reshape(graph, transpose(graph, map, [0, 2, 3, 1]), [width * height, config.coarse.channels]);
}

function paddedFineRows(
  { graph }: NetworkBuild,
  map: FloatValue,
  config: LoftrConfig,
  input: GridSize,
  margin: number,
): FloatValue {
  const { width, height } = fineGrid(config, input);
  const margins = [0, margin, margin, 0];
  const padded = padWithZeros(graph, transpose(graph, map, [0, 2, 3, 1]), margins, margins);
  return reshape(graph, padded, [(width + 2 * margin) * (height + 2 * margin), map.shape[1]!]);
}
