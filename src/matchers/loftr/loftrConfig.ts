/**
 * The dimensions of one LoFTR network (Sun et al., "LoFTR: Detector-Free Local Feature Matching with
 * Transformers", CVPR 2021): widths come from tensor shapes, the rest from the file's metadata or its owner.
 */

/** Whether features attend to their own picture or to the other one. */
export type AttentionKind = 'self' | 'cross';

export interface TransformerConfig {
  readonly channels: number;
  readonly heads: number;
  readonly layers: readonly AttentionKind[];
}

export interface LoftrConfig {
  /** Channels of the ResNet's levels: level n (from 1) has stride 2^n; the last one is the coarse map. */
  readonly levelChannels: readonly number[];
  readonly coarse: TransformerConfig & {
    /** Position encoding with the authors' later correction. */
    readonly tempBugFix: boolean;
  };
  /** Null for a network that stops at coarse matches. */
  readonly fine:
    | (TransformerConfig & {
        /** Side of the square of fine cells searched around a coarse match; odd. */
        readonly window: number;
        /** Whether coarse features are merged into the windows. */
        readonly concatCoarse: boolean;
      })
    | null;
  /** Divides the similarity before the dual softmax. */
  readonly temperature: number;
}

/** What neither tensor shapes nor, in the authors' files, metadata tell. */
export interface LoftrOptions {
  /** Attention heads of both transformers. */
  readonly heads: number;
  readonly tempBugFix: boolean;
}

/** Input pixels a coarse cell: 8 for ResNet-FPN (8,2), 16 for (16,4). */
export function coarseStride(config: LoftrConfig): number {
  return 2 ** config.levelChannels.length;
}

/** Level of the feature pyramid whose map the fine stage reads: two below the coarse one. */
export function fineLevel(config: LoftrConfig): number {
  return config.levelChannels.length - 2;
}

/** Fine cells along the side of a coarse cell, in every published configuration. */
export const fineCellsPerCoarse = 4;

/** Input pixels a fine cell. */
export function fineStride(config: LoftrConfig): number {
  return coarseStride(config) / fineCellsPerCoarse;
}

/** Width and height of a picture or of a map of cells. */
export interface GridSize {
  readonly width: number;
  readonly height: number;
}

/** The coarse map of an input; cells at the right and bottom may reach beyond it. */
export function coarseGrid(config: LoftrConfig, input: GridSize): GridSize {
  return gridOf(input, coarseStride(config));
}

/** The fine map of an input; cells at the right and bottom may reach beyond it. */
export function fineGrid(config: LoftrConfig, input: GridSize): GridSize {
  return gridOf(input, fineStride(config));
}

function gridOf(input: GridSize, stride: number): GridSize {
  return { width: Math.ceil(input.width / stride), height: Math.ceil(input.height / stride) };
}
