import { describe, expect, it } from 'vitest';
import { createSurfacePoint, paint, type SurfacePoint } from './material.ts';
import { Print } from './print.ts';
import { glyphOf, measureText } from './strokeFont.ts';

function look(print: Print, u: number, v: number, footprint: number): SurfacePoint {
  const point = createSurfacePoint();
  paint(point, [1, 1, 1]);
  point.footprint = footprint;
  print.paintAt(point, u, v);
  return point;
}

describe('print', () => {
  it('lays later shapes over earlier ones', () => {
    const print = new Print(1, 1).rectangle(0, 0, 1, 1, [1, 0, 0]).disc(0.5, 0.5, 0.2, [0, 0, 1]);
    expect(look(print, 0.1, 0.1, 1e-4)).toMatchObject({ r: 1, g: 0, b: 0 });
    expect(look(print, 0.5, 0.5, 1e-4)).toMatchObject({ r: 0, g: 0, b: 1 });
    expect(look(print, 1.2, 0.5, 1e-4)).toMatchObject({ r: 1, g: 1, b: 1 });
  });

  it('shows a stroke thinner than a pixel by the share it covers', () => {
    const print = new Print(1, 1).line(0, 0.5, 1, 0.5, 0.002, [0, 0, 0]);
    expect(look(print, 0.5, 0.5, 0.008).r).toBeCloseTo(0.75, 9);
    expect(look(print, 0.5, 0.5, 0.0005).r).toBe(0);
  });

  it('writes letters where the text is, and nothing beside it', () => {
    const print = new Print(1, 1).text('H', 0.2, 0.2, { height: 0.6, colour: [0, 0, 0] });
    expect(look(print, 0.2, 0.5, 1e-4).r).toBe(0);
    expect(look(print, 0.35, 0.3, 1e-4).r).toBe(1);
    expect(measureText('HI')).toBeGreaterThan(measureText('H'));
    expect(() => glyphOf('~')).toThrow(RangeError);
  });
});
