/**
 * LoFTR's transformer of alternating self and cross attention, the same for whole maps (coarse) and for
 * windows (fine): the authors' `transformer.py`.
 */
import type { FloatValue } from '../../onnx/graphBuilder.ts';
import { add, relu } from '../../onnx/ops/elementwise.ts';
import { concatenate } from '../../onnx/ops/layout.ts';
import { matMul } from '../../onnx/ops/linear.ts';
import { layerNorm, layerNormWeights, linearWeight, type NetworkBuild } from './layers.ts';
import { type Attend, type HeadConstants, headConstants } from './linearAttention.ts';
import type { TransformerConfig } from './loftrConfig.ts';

/** Features of picture 0 and picture 1, [..., C] each. */
export type FeaturePair = readonly [features0: FloatValue, features1: FloatValue];

/**
 * In a cross layer picture 1 attends to what picture 0 has just become: the network is not symmetric.
 * @param stage prefix of the layers' names in the checkpoint
 */
export function transform(
  build: NetworkBuild,
  stage: 'loftr_coarse' | 'loftr_fine',
  config: TransformerConfig,
  attention: (build: NetworkBuild, name: string, heads: HeadConstants) => Attend,
  features: FeaturePair,
): FeaturePair {
  const heads = headConstants(build.graph, config.channels, config.heads);
  let [features0, features1] = features;
  for (const [k, kind] of config.layers.entries()) {
    const name = `${stage}.layers.${k}`;
    build.graph.scoped(name, () => {
      const encode = encoderLayer(build, name, attention(build, name, heads));
      if (kind === 'self') {
        features0 = encode(features0, features0);
        features1 = encode(features1, features1);
      } else {
        features0 = encode(features0, features1);
        features1 = encode(features1, features0);
      }
    });
  }
  return [features0, features1];
}

function encoderLayer(
  build: NetworkBuild,
  name: string,
  attend: Attend,
): (x: FloatValue, source: FloatValue) => FloatValue {
  const { graph } = build;
  const hidden = linearWeight(build, `${name}.mlp.0.weight`);
  const out = linearWeight(build, `${name}.mlp.2.weight`);
  const norm1 = layerNormWeights(build, `${name}.norm1`);
  const norm2 = layerNormWeights(build, `${name}.norm2`);
  return (x, source) => {
    const message = layerNorm(build, attend(x, source), norm1);
    const widened = relu(graph, matMul(graph, concatenate(graph, [x, message], -1), hidden));
    return add(graph, x, layerNorm(build, matMul(graph, widened, out), norm2));
  };
}
