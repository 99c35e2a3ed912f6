/** Every benchmark, in the order of the table. */
import { dkmSizes, matchedIds, networkIds, sizes } from '../inputs/inputFiles.ts';
import type { BenchCase } from './benchCase.ts';
import { comparePlainExportCase } from './comparePlainExport.ts';
import { compareTorchCase } from './compareTorch.ts';
import { drawLinesCase } from './drawLines.ts';
import { estimateAgainCase } from './estimateAgain.ts';
import { matchPhotosCase } from './matchPhotos.ts';
import { readWeightsCase } from './readWeights.ts';

export const allCases: readonly BenchCase[] = [
  ...matchedIds.map(readWeightsCase),
  ...networkIds.flatMap((network) => sizes.map((size) => matchPhotosCase(network, size))),
  ...Object.values(dkmSizes).map((size) => matchPhotosCase('dkm', size)),
  ...networkIds.flatMap((network) => sizes.map((size) => comparePlainExportCase(network, size))),
  ...Object.values(dkmSizes).map(compareTorchCase),
  estimateAgainCase,
  drawLinesCase,
];
