/** Every tensor a DKM of a given configuration is made of, with its shape and the authors' name. */
import {
  type DkmConfig,
  globalStrides,
  type RefinerConfig,
  refinedStrides,
  refinerInputChannels,
  type Stride,
} from './dkmConfig.ts';

export type TensorShape = readonly [name: string, shape: readonly number[]];

/** What only the encoder's own tensors tell. */
export interface EncoderWidths {
  readonly stem: number;
  readonly stemKernel: number;
  /** Of the levels at strides 4, 8, 16 and 32: channels of the result. */
  readonly levels: readonly number[];
  /** Channels between the convolutions of a level's blocks. */
  readonly inner: readonly number[];
}

export function expectedTensors(config: DkmConfig, encoder: EncoderWidths): TensorShape[] {
  const encoderChannels: Record<Stride, number> = {
    1: 3,
    2: encoder.stem,
    4: encoder.levels[0]!,
    8: encoder.levels[1]!,
    16: encoder.levels[2]!,
    32: encoder.levels[3]!,
  };
  return [
    ...encoderTensors(config, encoder),
    ...config.projected.flatMap((stride) =>
      biasedConvolution(`decoder.proj.${stride}`, [config.channels[stride], encoderChannels[stride], 1, 1]),
    ),
    ...globalStrides.flatMap((stride) => globalTensors(config, stride)),
    ...refinedStrides.flatMap((stride) =>
      refinerTensors(`decoder.conv_refiner.${stride}`, config.refiners[stride]),
    ),
  ];
}

function encoderTensors(
  { encoder: { block, blockCounts } }: DkmConfig,
  widths: EncoderWidths,
): TensorShape[] {
  const { stem, stemKernel } = widths;
  const tensors: TensorShape[] = [
    ['encoder.net.conv1.weight', [stem, 3, stemKernel, stemKernel]],
    ...batchNorm('encoder.net.bn1', stem),
  ];
  for (const [level, count] of blockCounts.entries()) {
    const [inner, out] = [widths.inner[level]!, widths.levels[level]!];
    for (let k = 0; k < count; k++) {
      const name = `encoder.net.layer${level + 1}.${k}`;
      const from = k > 0 ? out : level === 0 ? stem : widths.levels[level - 1]!;
      const kernels =
        block === 'bottleneck'
          ? [
              [inner, from, 1, 1],
              [inner, inner, 3, 3],
              [out, inner, 1, 1],
            ]
          : [
              [inner, from, 3, 3],
              [out, inner, 3, 3],
            ];
      for (const [position, kernel] of kernels.entries()) {
        tensors.push(
          [`${name}.conv${position + 1}.weight`, kernel],
          ...batchNorm(`${name}.bn${position + 1}`, kernel[0]!),
        );
      }
      if (k === 0 && (level > 0 || from !== out)) {
        tensors.push(
          [`${name}.downsample.0.weight`, [out, from, 1, 1]],
          ...batchNorm(`${name}.downsample.1`, out),
        );
      }
    }
  }
  return tensors;
}

function globalTensors(config: DkmConfig, stride: (typeof globalStrides)[number]): TensorShape[] {
  const basis = config.basisChannels[stride];
  const context = config.contextChannels;
  const decoder = 'decoder.embedding_decoder';
  const features = config.decoderFeatureChannels[stride];
  return [
    ...biasedConvolution(`decoder.gps.${stride}.pos_conv`, [basis, 2, 1, 1]),
    ...biasedConvolution(`${decoder}.feat_input_modules.${stride}`, [
      features,
      config.channels[stride],
      1,
      1,
    ]),
    ...residualBlock(`${decoder}.rrb_d.${stride}`, basis + features, context),
    ...biasedConvolution(`${decoder}.cab.${stride}.conv1`, [context, 2 * context, 1, 1]),
    ...biasedConvolution(`${decoder}.cab.${stride}.conv2`, [context, context, 1, 1]),
    ...residualBlock(`${decoder}.rrb_u.${stride}`, context, context),
    ...biasedConvolution(`${decoder}.terminal_module.${stride}`, [3, context, 1, 1]),
  ];
}

function residualBlock(name: string, from: number, to: number): TensorShape[] {
  return [
    ...biasedConvolution(`${name}.conv1`, [to, from, 1, 1]),
    ...biasedConvolution(`${name}.conv2`, [to, to, 3, 3]),
    ...batchNorm(`${name}.bn`, to),
    ...biasedConvolution(`${name}.conv3`, [to, to, 3, 3]),
  ];
}

function refinerTensors(name: string, refiner: RefinerConfig): TensorShape[] {
  const { hiddenChannels: hidden, kernel } = refiner;
  const block = (blockName: string, groupChannels: number): TensorShape[] => [
    ...biasedConvolution(`${blockName}.0`, [hidden, groupChannels, kernel, kernel]),
    ...batchNorm(`${blockName}.1`, hidden),
    ...biasedConvolution(`${blockName}.3`, [hidden, hidden, 1, 1]),
  ];
  return [
    ...biasedConvolution(`${name}.disp_emb`, [refiner.displacementChannels, 2, 1, 1]),
    ...block(`${name}.block1`, refiner.depthwise ? 1 : refinerInputChannels(refiner)),
    ...Array.from({ length: refiner.hiddenBlocks }, (_, k) =>
      block(`${name}.hidden_blocks.${k}`, refiner.depthwise ? 1 : hidden),
    ).flat(),
    ...biasedConvolution(`${name}.out_conv`, [3, hidden, 1, 1]),
  ];
}

function biasedConvolution(name: string, shape: readonly number[]): TensorShape[] {
  return [
    [`${name}.weight`, shape],
    [`${name}.bias`, [shape[0]!]],
  ];
}

function batchNorm(name: string, channels: number): TensorShape[] {
  return ['weight', 'bias', 'running_mean', 'running_var'].map((part) => [`${name}.${part}`, [channels]]);
}
