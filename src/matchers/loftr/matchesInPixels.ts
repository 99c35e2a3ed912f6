/**
 * From cells to pixels of the network input.
 *
 * LoFTR places cell (x, y) at `stride` (x, y). Every convolution of its backbone is centred on the pixel it
 * strides from, so that is where the cell's receptive field has its centre when the centre of the top-left
 * pixel is (0, 0): the authors' numbers already follow this product's convention and are kept as they are.
 */
import type { Points } from '../../geometry/coordinates.ts';
import type { InputMatches } from '../matcher.ts';
import { coarseGrid, coarseStride, fineStride, type GridSize, type LoftrConfig } from './loftrConfig.ts';
import type { Pair } from './loftrNetwork.ts';
import type { CoarseMatches } from './mutualMatches.ts';

/**
 * @param inputs sizes of both network inputs
 * @param expectation [N, 3] of the fine stage, which moves the points of picture 1; null leaves them on the
 *   coarse grid
 */
export function matchesInPixels(
  config: LoftrConfig,
  inputs: Pair<GridSize>,
  matches: CoarseMatches,
  expectation: Float32Array | null,
): InputMatches {
  const keypoints0 = cellPositions(config, inputs[0], matches.cells0);
  const keypoints1 = cellPositions(config, inputs[1], matches.cells1);
  if (expectation && config.fine) {
    // Expectations run from -1 to 1 over half a window to either side.
    const reach = ((config.fine.window - 1) / 2) * fineStride(config);
    for (let match = 0; match < matches.confidence.length; match++) {
      keypoints1[2 * match]! += expectation[3 * match]! * reach;
      keypoints1[2 * match + 1]! += expectation[3 * match + 1]! * reach;
    }
  }
  return { keypoints0, keypoints1, confidence: matches.confidence };
}

function cellPositions(config: LoftrConfig, input: GridSize, cells: Int32Array): Points<'input'> {
  const { width } = coarseGrid(config, input);
  const stride = coarseStride(config);
  const points = new Float32Array(2 * cells.length);
  for (const [match, cell] of cells.entries()) {
    points[2 * match] = (cell % width) * stride;
    points[2 * match + 1] = Math.floor(cell / width) * stride;
  }
  return points;
}
