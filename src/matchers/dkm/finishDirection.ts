/**
 * From what the network says to what `match()` of the authors' code returns: certainties, to which the coarse
 * doubts added up, get half of those doubts back, are turned into probabilities, and are zero where the match
 * leaves the other picture, whose edge the warp then keeps to. Pictures that were padded end where their content
 * does.
 */
import type { GridSize } from './dkmConfig.ts';

/** Share of the negative coarse logits that is taken out of the sum again. */
const attenuation = 0.5;

export interface FinishInput {
  /** Size of the finest map. */
  readonly grid: GridSize;
  /** [2, H, W], normalised, and logits [H, W]. */
  readonly flow: Float32Array;
  readonly certainty: Float32Array;
  /** Logits of the first pass at stride 16. */
  readonly coarse: { readonly grid: GridSize; readonly certainty: Float32Array };
  /** How far along the coarse map `grid` reaches, in parts of its width and height; 1 after a single pass. */
  readonly ratio: readonly [x: number, y: number];
  /** Parts of the grid's width and height that show the query and the support picture, up to 1. */
  readonly queryContent: readonly [x: number, y: number];
  readonly supportContent: readonly [x: number, y: number];
}

/** @returns normalised warp [H, W, 2] and certainty [H, W] in [0, 1] */
export function finishDirection(input: FinishInput): { warp: Float32Array; certainty: Float32Array } {
  const { width, height } = input.grid;
  const cells = width * height;
  const coarse = sampleCoarse(input);
  const warp = new Float32Array(2 * cells);
  const certainty = new Float32Array(cells);
  // Normalised coordinates of the outer edge of the support picture's content.
  const [right, bottom] = input.supportContent.map((part) => 2 * part - 1) as [number, number];
  const [endX, endY] = [input.queryContent[0] * width, input.queryContent[1] * height];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const k = y * width + x;
      const [u, v] = [input.flow[k]!, input.flow[cells + k]!];
      warp[2 * k] = Math.min(Math.max(u, -1), right);
      warp[2 * k + 1] = Math.min(Math.max(v, -1), bottom);
      const isInside = u >= -1 && u <= right && v >= -1 && v <= bottom && x + 0.5 < endX && y + 0.5 < endY;
      if (!isInside) continue;
      const doubt = attenuation * Math.min(coarse(x, y), 0);
      certainty[k] = 1 / (1 + Math.exp(doubt - input.certainty[k]!));
    }
  }
  return { warp, certainty };
}

/** The coarse logits under a cell of the grid, bilinear between cell centres and constant beyond the outermost. */
function sampleCoarse({ grid, coarse, ratio }: FinishInput): (x: number, y: number) => number {
  const axis = (length: number, coarseLength: number, share: number) => {
    const low = new Int32Array(length);
    const high = new Int32Array(length);
    const part = new Float64Array(length);
    for (let k = 0; k < length; k++) {
      const position = Math.max(((k + 0.5) / length) * share * coarseLength - 0.5, 0);
      low[k] = Math.min(Math.floor(position), coarseLength - 1);
      high[k] = Math.min(low[k]! + 1, coarseLength - 1);
      part[k] = position - low[k]!;
    }
    return { low, high, part };
  };
  const { width } = coarse.grid;
  const [columns, rows] = [
    axis(grid.width, width, ratio[0]),
    axis(grid.height, coarse.grid.height, ratio[1]),
  ];
  const values = coarse.certainty;
  return (x, y) => {
    const [left, rightColumn, partX] = [columns.low[x]!, columns.high[x]!, columns.part[x]!];
    const [top, bottomRow, partY] = [rows.low[y]! * width, rows.high[y]! * width, rows.part[y]!];
    const above = values[top + left]! * (1 - partX) + values[top + rightColumn]! * partX;
    const below = values[bottomRow + left]! * (1 - partX) + values[bottomRow + rightColumn]! * partX;
    return above * (1 - partY) + below * partY;
  };
}
