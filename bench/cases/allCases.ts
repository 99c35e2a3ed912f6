/** Every benchmark, in the order of the table. */
import { networkIds, sizes } from '../inputs/inputFiles.ts';
import type { BenchCase } from './benchCase.ts';
import { comparePlainExportCase } from './comparePlainExport.ts';
import { drawLinesCase } from './drawLines.ts';
import { estimateAgainCase } from './estimateAgain.ts';
import { matchPhotosCase } from './matchPhotos.ts';
import { readWeightsCase } from './readWeights.ts';

export const allCases: readonly BenchCase[] = [
  ...networkIds.map(readWeightsCase),
  ...networkIds.flatMap((network) => sizes.map((size) => matchPhotosCase(network, size))),
  ...networkIds.flatMap((network) => sizes.map((size) => comparePlainExportCase(network, size))),
  estimateAgainCase,
  drawLinesCase,
];
