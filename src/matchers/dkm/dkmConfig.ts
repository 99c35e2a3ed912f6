/**
 * The dimensions of one DKM network of version 3 (Edstedt et al., "DKM: Dense Kernelized Feature Matching for
 * Geometry Estimation", CVPR 2023). All of them are read from tensor shapes; what shapes cannot tell is the same
 * in every published configuration and stands here, or is said by the file's own description.
 */

/** Pixels of the picture a cell of a feature map. */
export type Stride = 32 | 16 | 8 | 4 | 2 | 1;

/** Strides whose matches are regressed over the whole picture. */
export const globalStrides = [32, 16] as const;
export type GlobalStride = (typeof globalStrides)[number];

/** Strides whose matches are refined around where they are, coarse to fine. */
export const refinedStrides = [16, 8, 4, 2, 1] as const;
export type RefinedStride = (typeof refinedStrides)[number];

/** Those the second pass goes through again, on the larger pictures. */
export const secondPassStrides = [8, 4, 2, 1] as const;

export interface EncoderConfig {
  /** Of the ResNet: two 3 x 3 convolutions, or a 3 x 3 one between two that change the width. */
  readonly block: 'basic' | 'bottleneck';
  /** Blocks of the levels at strides 4, 8, 16 and 32. */
  readonly blockCounts: readonly number[];
}

export interface RefinerConfig {
  /** Channels of the features of either picture. */
  readonly featureChannels: number;
  /** Channels of the embedded displacement. */
  readonly displacementChannels: number;
  /** Offsets of the local correlation reach so many cells to each side; null where there is none. */
  readonly correlationRadius: number | null;
  /** Channels of all blocks. */
  readonly hiddenChannels: number;
  /** Blocks behind the first. */
  readonly hiddenBlocks: number;
  /** Whether the convolutions between neighbours keep channels apart. */
  readonly depthwise: boolean;
  /** Side of the convolutions between neighbours; odd. */
  readonly kernel: number;
}

export interface DkmConfig {
  readonly encoder: EncoderConfig;
  /** Channels of the features that matching reads at each stride, behind their projection where there is one. */
  readonly channels: Readonly<Record<Stride, number>>;
  /** Strides whose features are projected. */
  readonly projected: readonly Stride[];
  /** Channels of the position basis, which the posterior mean has too. */
  readonly basisChannels: Readonly<Record<GlobalStride, number>>;
  /** Channels the decoder narrows the features to before it joins them with the posterior mean. */
  readonly decoderFeatureChannels: Readonly<Record<GlobalStride, number>>;
  /** Channels the decoder works with and hands from stride 32 to 16. */
  readonly contextChannels: number;
  readonly refiners: Readonly<Record<RefinedStride, RefinerConfig>>;
  /** Size of the second pass' pictures as a multiple of the first's; null for networks of one pass. */
  readonly fineScale: number | null;
}

/** 720 x 540 in the first pass, 1152 x 864 in the second. */
export const publishedFineScale = 1.6;

/** Of the kernel exp((cosine - 1) / temperature). */
export const kernelTemperature = 0.2;
/** Variance of the observations: added to the diagonal of the kernel matrix. */
export const observationNoise = 0.1;

/** Width and height of a picture or of a map of cells. */
export interface GridSize {
  readonly width: number;
  readonly height: number;
}

/** The map of an input at a stride; cells at the right and bottom may reach beyond it. */
export function gridAt(input: GridSize, stride: Stride): GridSize {
  return { width: Math.ceil(input.width / stride), height: Math.ceil(input.height / stride) };
}

/** Channels of a refiner's input: features of both pictures, displacement, correlation. */
export function refinerInputChannels(refiner: RefinerConfig): number {
  return 2 * refiner.featureChannels + refiner.displacementChannels + correlationChannels(refiner);
}

export function correlationChannels({ correlationRadius }: RefinerConfig): number {
  return correlationRadius === null ? 0 : (2 * correlationRadius + 1) ** 2;
}
