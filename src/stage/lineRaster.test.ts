import { describe, expect, it } from 'vitest';
import { createRandom } from '../testing/random.ts';
import { packRgb } from './colourMap.ts';
import { LineRaster } from './lineRaster.ts';

const RED = packRgb([255, 0, 0]);
const GREEN = packRgb([0, 255, 0]);
const BLUE = packRgb([0, 0, 255]);

function draw(
  raster: LineRaster,
  limit: number,
  colours: number[],
  opacity = 1,
  haloOpacity = 0.5,
): Uint32Array {
  const pixels = new Uint32Array(raster.width * raster.height).fill(0xdeadbeef);
  raster.resolve(limit, { colours: Uint32Array.from(colours), opacity, haloOpacity }, pixels, null);
  return pixels;
}

function rgba(pixels: Uint32Array, raster: LineRaster, x: number, y: number): number[] {
  const value = pixels[y * raster.width + x]!;
  return [value & 255, (value >> 8) & 255, (value >> 16) & 255, value >>> 24];
}

describe('LineRaster', () => {
  it('fills the pixels a line covers, from end to end, and no others', () => {
    const raster = new LineRaster(40, 20);
    raster.addLine(0, 5, 10.5, 30, 10.5, 1, 0);
    const pixels = draw(raster, 1, [RED]);
    for (let x = 0; x < 40; x++) {
      const expected = x >= 5 && x < 30 ? [255, 0, 0, 255] : [0, 0, 0, 0];
      expect(rgba(pixels, raster, x, 10)).toEqual(expected);
      expect(rgba(pixels, raster, x, 8)).toEqual([0, 0, 0, 0]);
    }
  });

  it('covers length times width whatever the direction', () => {
    for (const degrees of [0, 17, 45, 60, 90, 135, 200, 290]) {
      const raster = new LineRaster(200, 200);
      const [dx, dy] = [80 * Math.cos((degrees * Math.PI) / 180), 80 * Math.sin((degrees * Math.PI) / 180)];
      raster.addLine(0, 100 - dx, 100 - dy, 100 + dx, 100 + dy, 3, 0);
      const covered = draw(raster, 1, [RED]).reduce((sum, value) => sum + (value >>> 24) / 255, 0);
      expect(covered / (160 * 3)).toBeGreaterThan(0.97);
      expect(covered / (160 * 3)).toBeLessThan(1.03);
    }
  });

  it('puts a black halo beside the core', () => {
    const raster = new LineRaster(20, 20);
    raster.addLine(0, 0, 10.5, 20, 10.5, 1, 1);
    const pixels = draw(raster, 1, [RED], 1, 0.4);
    expect(rgba(pixels, raster, 8, 10)).toEqual([255, 0, 0, 255]);
    expect(rgba(pixels, raster, 8, 9)).toEqual([0, 0, 0, 102]);
    expect(rgba(pixels, raster, 8, 11)).toEqual([0, 0, 0, 102]);
    expect(rgba(pixels, raster, 8, 12)).toEqual([0, 0, 0, 0]);
  });

  it('draws the lower rank on top and takes the higher ranks away first', () => {
    const raster = new LineRaster(20, 20);
    raster.addLine(0, 0, 10.5, 20, 10.5, 1, 0);
    raster.addLine(1, 10.5, 0, 10.5, 20, 1, 0);
    const both = draw(raster, 2, [RED, GREEN]);
    expect(rgba(both, raster, 10, 10)).toEqual([255, 0, 0, 255]);
    expect(rgba(both, raster, 10, 4)).toEqual([0, 255, 0, 255]);
    const first = draw(raster, 1, [RED, GREEN]);
    expect(rgba(first, raster, 10, 10)).toEqual([255, 0, 0, 255]);
    expect(rgba(first, raster, 10, 4)).toEqual([0, 0, 0, 0]);
    expect(draw(raster, 0, [RED, GREEN]).every((value) => value === 0)).toBe(true);
  });

  it('lets a second line show through a translucent one, and no third', () => {
    const raster = new LineRaster(4, 4);
    for (let rank = 0; rank < 3; rank++) raster.addLine(rank, 0, 1.5, 4, 1.5, 1, 0);
    const [red, green, blue, alpha] = rgba(draw(raster, 3, [RED, GREEN, BLUE], 0.5), raster, 2, 1);
    expect(alpha).toBe(Math.round(255 * 0.75));
    expect([red, green, blue]).toEqual([Math.round((255 * 2) / 3), 255 / 3, 0]);
  });

  it('shows under a limit exactly what only the lines under the limit would show', () => {
    const random = createRandom(3).next;
    const lines = Array.from({ length: 300 }, () =>
      Array.from({ length: 4 }, (_, k) => random() * (k % 2 ? 90 : 140) - 10),
    );
    const colours = lines.map(() => (random() * 0xffffff) | 0);
    const enter = (raster: LineRaster, count: number) =>
      lines.slice(0, count).forEach(([x0, y0, x1, y1], rank) => {
        raster.addDot(rank, x0!, y0!, 1.5, 0.6);
        raster.addLine(rank, x0!, y0!, x1!, y1!, 1.3, 0.6);
      });
    const all = new LineRaster(125, 75);
    enter(all, 300);
    for (const limit of [0, 1, 20, 150, 299, 300]) {
      const some = new LineRaster(125, 75);
      enter(some, limit);
      expect(draw(all, limit, colours, 0.7)).toEqual(draw(some, 300, colours, 0.7));
    }
  });

  it('changes a picture to another limit as if it had been drawn for it, lines entered in between too', () => {
    const random = createRandom(4).next;
    const look = {
      colours: Uint32Array.from({ length: 200 }, () => random() * 0xffffff),
      opacity: 0.8,
      haloOpacity: 0.3,
    };
    const ends = Array.from({ length: 800 }, () => random() * 80 - 8);
    const raster = new LineRaster(64, 48);
    const pixels = new Uint32Array(64 * 48);
    let entered = 0;
    let before: number | null = null;
    for (const limit of [40, 120, 30, 31, 119, 160, 0, 200, 199]) {
      for (; entered < limit; entered++) {
        const [x0, y0, x1, y1] = ends.slice(4 * entered, 4 * entered + 4);
        raster.addLine(entered, x0!, y0!, x1!, y1!, 1.3, 0.5);
      }
      raster.resolve(limit, look, pixels, before);
      before = limit;
      const atOnce = new Uint32Array(64 * 48);
      raster.resolve(limit, look, atOnce, null);
      expect(pixels).toEqual(atOnce);
    }
  });

  it('gives every pixel to the first two lines that cover it, however crowded its neighbourhood', () => {
    const random = createRandom(5).next;
    const [width, height, count] = [37, 29, 400];
    const all = new LineRaster(width, height);
    const layers: number[][] = Array.from({ length: width * height }, () => []);
    for (let rank = 0; rank < count; rank++) {
      const [x0, y0, x1, y1] = [
        random() * 60 - 10,
        random() * 50 - 10,
        random() * 60 - 10,
        random() * 50 - 10,
      ];
      all.addLine(rank, x0, y0, x1, y1, 1.2, 0);
      const alone = new LineRaster(width, height);
      alone.addLine(rank, x0, y0, x1, y1, 1.2, 0);
      const pixels = draw(alone, count, new Array(count).fill(RED));
      pixels.forEach((value, pixel) => {
        if (value !== 0) layers[pixel]!.push((value >>> 24) / 255);
      });
    }
    const drawn = draw(all, count, new Array(count).fill(RED), 0.5);
    drawn.forEach((value, pixel) => {
      const [front, back] = [(layers[pixel]![0] ?? 0) / 2, (layers[pixel]![1] ?? 0) / 2];
      expect(Math.abs((value >>> 24) - 255 * (front + back * (1 - front)))).toBeLessThan(1);
    });
  });

  it('clips lines that are far longer than the view without moving them', () => {
    const [near, far] = [new LineRaster(60, 40), new LineRaster(60, 40)];
    near.addLine(0, -30, -10, 90, 50, 2, 1);
    far.addLine(0, -300_030, -150_010, 300_090, 150_050, 2, 1);
    expect(draw(far, 1, [RED])).toEqual(draw(near, 1, [RED]));
    const beside = new LineRaster(60, 40);
    beside.addLine(0, -1000, -50, 1000, -5, 2, 1);
    beside.addLine(1, 70, -1000, 70, 1000, 2, 1);
    expect(draw(beside, 2, [RED, GREEN]).every((value) => value === 0)).toBe(true);
  });

  it('starts from nothing after clear', () => {
    const raster = new LineRaster(30, 30);
    for (let k = 0; k < 2; k++) {
      raster.clear();
      for (let rank = 0; rank < 40; rank++) raster.addLine(rank, 0, rank, 30, 29 - rank, 2, 0);
    }
    const once = new LineRaster(30, 30);
    for (let rank = 0; rank < 40; rank++) once.addLine(rank, 0, rank, 30, 29 - rank, 2, 0);
    const colours = Array.from({ length: 40 }, (_, k) => k * 5000);
    expect(draw(raster, 40, colours)).toEqual(draw(once, 40, colours));
    raster.clear();
    expect(draw(raster, 40, colours).every((value) => value === 0)).toBe(true);
  });

  it('rounds a dot', () => {
    const raster = new LineRaster(40, 40);
    raster.addDot(0, 20, 20, 6, 0);
    const covered = draw(raster, 1, [RED]).reduce((sum, value) => sum + (value >>> 24) / 255, 0);
    expect(covered / (Math.PI * 36)).toBeGreaterThan(0.97);
    expect(covered / (Math.PI * 36)).toBeLessThan(1.03);
  });
});
