import { describe, expect, it } from 'vitest';
import { styleDimmedLines, styleLines } from './lineStyle.ts';

describe('styleLines', () => {
  it('never gets heavier with more lines', () => {
    let before = styleLines(1, 1);
    for (let count = 1; count < 50_000; count = Math.ceil(count * 1.2)) {
      const style = styleLines(count, 1);
      for (const key of ['width', 'halo', 'dotRadius', 'opacity'] as const) {
        expect(style[key]).toBeLessThanOrEqual(before[key]);
      }
      before = style;
    }
    expect(before).toMatchObject({ width: 1.1, dotRadius: 0, opacity: 0.5 });
  });

  it('marks the ends again when zoomed in', () => {
    expect(styleLines(5000, 1).dotRadius).toBe(0);
    expect(styleLines(5000, 10).dotRadius).toBeGreaterThan(0);
  });
});

it('draws dimmed lines much fainter than shown ones', () => {
  for (const count of [1, 100, 10_000]) {
    expect(styleDimmedLines(count, 1).opacity).toBeLessThan(0.4 * styleLines(count, 1).opacity);
  }
});
