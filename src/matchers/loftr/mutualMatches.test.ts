import { describe, expect, it } from 'vitest';
import { mutualMatches } from './mutualMatches.ts';

const half = (confidence: number): number => Math.log(confidence) / 2;

describe('mutualMatches', () => {
  it('keeps rows whose best column has its best in that row, above the floor', () => {
    const confidence = [
      [0.9, 0.2, 0.1],
      [0.3, 0.1, 0.0001],
      [0.001, 0.005, 0.004],
    ];
    const columns = [0, 1, 2].map((j) => Math.max(...confidence.map((row) => row[j]!)));
    const maxima = {
      rowMax: Float32Array.from(confidence, (row) => half(Math.max(...row))),
      rowBest: Int32Array.from(confidence, (row) => row.indexOf(Math.max(...row))),
      columnMax: Float32Array.from(columns, half),
    };
    const matches = mutualMatches(maxima, 0.01);
    expect([...matches.cells0]).toEqual([0]);
    expect([...matches.cells1]).toEqual([0]);
    expect(matches.confidence[0]).toBeCloseTo(0.9, 6);
  });

  it('finds nothing where nothing is confident', () => {
    const maxima = {
      rowMax: Float32Array.of(half(0.009)),
      rowBest: Int32Array.of(0),
      columnMax: Float32Array.of(half(0.009)),
    };
    expect(mutualMatches(maxima, 0.01).confidence.length).toBe(0);
  });
});
