import { describe, expect, it } from 'vitest';
import { createRandom } from '../testing/random.ts';
import { indexLines } from './lineIndex.ts';

/** The same rule without an index: every line, in doubles. */
function nearestByForce(
  ends: Float32Array,
  x: number,
  y: number,
  radius: number,
  accept: (index: number) => boolean,
): number | null {
  const found: { line: number; kind: 'end' | 'line'; distance: number }[] = [];
  for (let line = 0; line < ends.length / 4; line++) {
    if (!accept(line)) continue;
    const [x0, y0, x1, y1] = ends.subarray(4 * line, 4 * line + 4) as unknown as [
      number,
      number,
      number,
      number,
    ];
    const toEnd = Math.min(Math.hypot(x - x0, y - y0), Math.hypot(x - x1, y - y1));
    const length = (x1 - x0) ** 2 + (y1 - y0) ** 2;
    const t =
      length === 0 ? 0 : Math.min(1, Math.max(0, ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length));
    const toLine = Math.hypot(x - x0 - t * (x1 - x0), y - y0 - t * (y1 - y0));
    if (toEnd <= radius) found.push({ line, kind: 'end', distance: toEnd });
    else if (toLine <= radius) found.push({ line, kind: 'line', distance: toLine });
  }
  found.sort(
    (a, b) =>
      Number(b.kind === 'end') - Number(a.kind === 'end') || a.distance - b.distance || a.line - b.line,
  );
  return found[0]?.line ?? null;
}

describe('indexLines', () => {
  it('finds what looking at every line finds', () => {
    const random = createRandom(1).next;
    const ends = Float32Array.from({ length: 4 * 600 }, (_, k) => random() * (k % 2 ? 700 : 1200));
    const index = indexLines(ends);
    const accept = (line: number) => line % 3 !== 0 && line < 500;
    let ofEnds = 0;
    let ofLines = 0;
    let none = 0;
    for (let k = 0; k < 3000; k++) {
      const [x, y, radius] = [random() * 1240 - 20, random() * 740 - 20, 0.3 + random() * 8];
      const expected = nearestByForce(ends, x, y, radius, accept);
      expect(index.nearest(x, y, radius, accept)).toBe(expected);
      if (expected === null) none++;
      else {
        const [x0, y0, x1, y1] = ends.subarray(4 * expected, 4 * expected + 4);
        if (Math.min(Math.hypot(x - x0!, y - y0!), Math.hypot(x - x1!, y - y1!)) <= radius) ofEnds++;
        else ofLines++;
      }
    }
    // All three outcomes are really exercised.
    expect(Math.min(ofEnds, ofLines, none)).toBeGreaterThan(50);
  });

  it('prefers an end within reach to a line that is nearer', () => {
    const index = indexLines(new Float32Array([0, 100, 400, 100, 200, 106, 400, 300]));
    expect(index.nearest(200, 101, 8, () => true)).toBe(1);
    expect(index.nearest(150, 101, 8, () => true)).toBe(0);
  });

  it('gives the more confident of two equal lines', () => {
    const index = indexLines(new Float32Array([0, 0, 100, 0, 0, 0, 100, 0]));
    expect(index.nearest(50, 3, 8, () => true)).toBe(0);
    expect(index.nearest(50, 3, 8, (line) => line !== 0)).toBe(1);
  });

  it('copes with no lines and with lines of no length', () => {
    expect(indexLines(new Float32Array(0)).nearest(0, 0, 8, () => true)).toBeNull();
    expect(indexLines(new Float32Array([5, 5, 5, 5])).nearest(6, 5, 8, () => true)).toBe(0);
  });
});
