import { describe, expect, it } from 'vitest';
import { createPairResult, withViews } from '../testing/createPairResult.ts';
import { parseMatchFile } from './parseMatchFile.ts';
import { exportFormats } from './registry.ts';

const result = createPairResult(120, { minimumConfidence: 0.3, maximumMatches: 50 });

describe('exportFormats', () => {
  it('writes a match file that opens again', () => {
    const parsed = parseMatchFile(exportFormats.matchFile.write(result, 'Covis'));
    expect(parsed.matches.confidence).toHaveLength(50);
    expect(parsed.selection).toEqual(result.selection);
  });

  it('writes the same matches as a table', () => {
    const lines = exportFormats.csv.write(result).split('\n');
    expect(lines).toHaveLength(52);
    expect(lines[0]).toBe('x0,y0,x1,y1,confidence,inlier,view,support,refined,propagated');
    expect(lines[51]).toBe('');
    const { matches, estimation } = parseMatchFile(exportFormats.matchFile.write(result, ''));
    if (!estimation?.ok) throw new Error('No geometry.');
    lines.slice(1, 51).forEach((line, k) => {
      const cells = line.split(',');
      expect(cells.slice(6)).toEqual(['original', '1', '0', '0']);
      expect(cells.slice(0, 6).map((cell) => Math.fround(Number(cell)))).toEqual([
        matches.keypoints0[2 * k],
        matches.keypoints0[2 * k + 1],
        matches.keypoints1[2 * k],
        matches.keypoints1[2 * k + 1],
        matches.confidence[k],
        estimation.inliers[k],
      ]);
    });
  });

  it('names the view of each match in the table, and how many views found it', () => {
    const cells = exportFormats.csv
      .write(withViews(result))
      .split('\n')
      .slice(1, 5)
      .map((line) => line.split(',').slice(6));
    expect(cells).toEqual([
      ['original', '1', '0', '0'],
      ['flip', '2', '0', '0'],
      ['scale:960', '3', '0', '0'],
      ['original', '1', '0', '0'],
    ]);
  });
});
