/** Matches as a table for spreadsheets and scripts: one line a match, photo pixels (see the match file). */
import type { PairResult } from '../pipeline/pairResult.ts';
import { createMatchFile } from './matchFile.ts';

export function writeCsv(result: PairResult): string {
  const { keypoints0, keypoints1, confidence, inlier, view, support, refined, propagated, matcher } =
    createMatchFile(result, '');
  const lines = confidence.map((value, k) =>
    [
      ...keypoints0[k]!,
      ...keypoints1[k]!,
      value,
      inlier[k] ? 1 : 0,
      matcher.views[view[k]!]!,
      support?.[k] ?? 1,
      refined?.[k] ? 1 : 0,
      propagated?.[k] ? 1 : 0,
    ].join(','),
  );
  return ['x0,y0,x1,y1,confidence,inlier,view,support,refined,propagated', ...lines, ''].join('\n');
}
