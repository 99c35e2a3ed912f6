/** Pictures whose brightness is known everywhere, under exactly known motions: the ground truth of least squares matching. */
import type { Points } from '../geometry/coordinates.ts';
import { invert3, type Matrix3 } from '../geometry/matrix3.ts';
import type { GreyPicture } from '../refine/greyPicture.ts';
import { mapPoint } from './homographyMatches.ts';
import { createRandom } from './random.ts';

export const [width, height] = [320, 240];
/** Brightness at any place: waves of 7 to 60 pixels in all directions, so that pictures of it are exact. */
const scene = (() => {
  const random = createRandom(3);
  const waves = Array.from({ length: 60 }, () => {
    const length = 7 * (60 / 7) ** random.next();
    const angle = random.uniform(0, Math.PI);
    const turn = (2 * Math.PI) / length;
    return [
      turn * Math.cos(angle),
      turn * Math.sin(angle),
      random.uniform(0, 2 * Math.PI),
      0.02 * Math.sqrt(length / 7),
    ];
  });
  return (x: number, y: number) =>
    0.5 + waves.reduce((sum, [u, v, phase, size]) => sum + size! * Math.sin(u! * x + v! * y + phase!), 0);
})();

export function photograph(shade: (x: number, y: number) => number): GreyPicture {
  const data = Float32Array.from({ length: width * height }, (_, k) =>
    shade(k % width, Math.floor(k / width)),
  );
  return { width, height, data };
}

export const picture0 = photograph(scene);

/** @param matrix picture 0 to picture 1 */
export function photographOf(matrix: Matrix3): GreyPicture {
  const inverse = Array.from(invert3(matrix)!);
  return photograph((x, y) => scene(...mapPoint(inverse, x, y)));
}

/** Every ten pixels where both pictures show it, off by up to `offPx` in picture 1. */
export function gridMatches(matrix: Matrix3, offPx: number, seed = 1) {
  const random = createRandom(seed);
  const [from, to, truth]: [number[], number[], number[]] = [[], [], []];
  for (let y = 20; y < height - 20; y += 10) {
    for (let x = 20; x < width - 20; x += 10) {
      const [u, v] = mapPoint(Array.from(matrix), x, y);
      if (u < 20 || v < 20 || u > width - 21 || v > height - 21) continue;
      from.push(x, y);
      truth.push(u, v);
      to.push(u + random.uniform(-offPx, offPx), v + random.uniform(-offPx, offPx));
    }
  }
  const asPoints = (list: number[]) => Float32Array.from(list) as Points<'input'>;
  return { keypoints0: asPoints(from), keypoints1: asPoints(to), truth: asPoints(truth) };
}

export function errorsOf(points: Points<'input'>, truth: Points<'input'>): number[] {
  return Array.from({ length: truth.length / 2 }, (_, k) =>
    Math.hypot(points[2 * k]! - truth[2 * k]!, points[2 * k + 1]! - truth[2 * k + 1]!),
  );
}

export function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))]!;
}
