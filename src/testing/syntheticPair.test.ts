import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from './random.ts';
import {
  applyHomography,
  type Camera,
  cameraCentre,
  invert,
  type Matrix3,
  resizeHomography,
  transform,
} from './render/camera.ts';
import { createGatheredLight } from './render/lighting.ts';
import { renderRadiance } from './render/renderRadiance.ts';
import { sampleScenes } from './render/sampleScenes.ts';
import type { PairScene } from './render/scenes/view.ts';
import { add, norm, subtract } from './render/vector.ts';
import {
  type PairTruth,
  pixelSourceFromRgba,
  type RenderedSample,
  randomHomography,
  renderPlanarPair,
  renderSample,
  type SyntheticPair,
  type SyntheticPhoto,
  sampleCameras,
  sampleIds,
  sampleTruth,
  surfaceAt,
  texturelessPhoto,
} from './syntheticPair.ts';

type Pose = Extract<PairTruth, { type: 'pose' }>;

function homographyOf(truth: PairTruth): Matrix3 {
  if (truth.type !== 'homography') throw new Error('Expected a homography.');
  return truth.H_0to1;
}

function poseOf(truth: PairTruth): Pose {
  if (truth.type !== 'pose') throw new Error('Expected a pose.');
  return truth;
}

/** Photo 0 to photo 1 by the published numbers alone: depth, intrinsics and pose. */
function projectByDepth({ K0, K1, T_0to1: T }: Pose, x: number, y: number, depth: number) {
  const local = transform(invert(K0), [x * depth, y * depth, depth]);
  const R: Matrix3 = [T[0]!, T[1]!, T[2]!, T[4]!, T[5]!, T[6]!, T[8]!, T[9]!, T[10]!];
  const [px, py, pz] = transform(K1, add(transform(R, local), [T[3]!, T[7]!, T[11]!]));
  return { x: px / pz, y: py / pz, depth: pz };
}

function greyAt({ width, height, rgba }: SyntheticPhoto, x: number, y: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const grey = (i: number, j: number) => {
    const at = 4 * (Math.min(Math.max(j, 0), height - 1) * width + Math.min(Math.max(i, 0), width - 1));
    return (rgba[at]! + rgba[at + 1]! + rgba[at + 2]!) / 3;
  };
  const [fx, fy] = [x - left, y - top];
  const upper = grey(left, top) * (1 - fx) + grey(left + 1, top) * fx;
  const lower = grey(left, top + 1) * (1 - fx) + grey(left + 1, top + 1) * fx;
  return upper * (1 - fy) + lower * fy;
}

/** Mean absolute difference, at most 60 a pixel, between photo 0 and photo 1 looked up where the truth, moved by (dx, dy), says. */
function photometricError({ photo0, photo1, transfer }: SyntheticPair, dx: number, dy: number): number {
  const errors: number[] = [];
  for (let y = 4; y < photo0.height - 4; y += 2) {
    for (let x = 4; x < photo0.width - 4; x += 2) {
      const there = transfer(x, y);
      if (there === null) continue;
      errors.push(Math.abs(greyAt(photo0, x, y) - greyAt(photo1, there[0] + dx, there[1] + dy)));
    }
  }
  return errors.reduce((sum, error) => sum + Math.min(error, 60), 0) / errors.length;
}

const haveSameBytes = (a: SyntheticPhoto, b: SyntheticPhoto): boolean =>
  Buffer.from(a.rgba.buffer).equals(Buffer.from(b.rgba.buffer));

/** Correlation of the grey values of two photos of one size, the second one moved by whole pixels. */
function correlation(a: SyntheticPhoto, b: SyntheticPhoto, dx: number, dy: number): number {
  let [n, sumA, sumB, sumAA, sumBB, sumAB] = [0, 0, 0, 0, 0, 0];
  for (let y = 2; y < a.height - 2; y++) {
    for (let x = 2; x < a.width - 2; x++) {
      const [p, q] = [greyAt(a, x, y), greyAt(b, x + dx, y + dy)];
      n++;
      sumA += p;
      sumB += q;
      sumAA += p * p;
      sumBB += q * q;
      sumAB += p * q;
    }
  }
  return (n * sumAB - sumA * sumB) / Math.sqrt((n * sumAA - sumA ** 2) * (n * sumBB - sumB ** 2));
}

/** A shift of the pixel grid by a third of a pixel, in either photo, would show here. */
function expectSharpestWithoutShift(pair: SyntheticPair): void {
  const at = (dx: number, dy: number) => photometricError(pair, dx, dy);
  for (const [dx, dy] of [
    [0.35, 0],
    [-0.35, 0],
    [0, 0.35],
    [0, -0.35],
  ] as const) {
    expect(at(dx, dy)).toBeGreaterThan(at(0, 0));
  }
}

describe('sample pairs', () => {
  const pairs = new Map<
    string,
    { pair: PairScene; cameras: readonly [Camera, Camera]; sample: RenderedSample }
  >();
  beforeAll(() => {
    for (const id of sampleIds) {
      const pair = sampleScenes[id].createScene();
      pairs.set(id, { pair, cameras: sampleCameras(pair, 240), sample: renderSample(id, 240) });
    }
  }, 120_000);

  it.each(sampleIds)('%s: a point and its transfer show one surface point', (id) => {
    const { pair, cameras, sample } = pairs.get(id)!;
    const random = createRandom(1);
    let seen = 0;
    for (let k = 0; k < 3000; k++) {
      const [x, y] = [random.uniform(0, 239), random.uniform(0, 179)];
      const there = sample.transfer(x, y);
      if (there === null) continue;
      seen++;
      const [surface0, surface1] = [
        surfaceAt(pair.scene, cameras[0], x, y)!,
        surfaceAt(pair.scene, cameras[1], ...there)!,
      ];
      expect(norm(subtract(surface0.point, surface1.point))).toBeLessThan(1e-6);
      expect(pair.scene.quads[surface1.quad]!.material).toBe(pair.scene.quads[surface0.quad]!.material);
      expect(sample.transferError(x, y, there[0] + 3, there[1] - 4)).toBeCloseTo(5, 9);
    }
    expect(seen).toBeGreaterThan(1000);
  });

  it.each(['street-corner', 'noon-and-night'] as const)(
    '%s: depth, intrinsics and pose say the same as intersection, and hidden points have no transfer',
    (id) => {
      const { pair, cameras, sample } = pairs.get(id)!;
      const pose = poseOf(sample.truth);
      const depth = sample.renderDepth(0);
      const eye = cameraCentre(cameras[1]);
      const counts = { sky: 0, visible: 0, hidden: 0 };
      for (let y = 0; y < 180; y += 2) {
        for (let x = 0; x < 240; x += 2) {
          const there = sample.transfer(x, y);
          const z = depth[y * 240 + x]!;
          expect(z).toBeGreaterThan(0);
          if (z === Number.POSITIVE_INFINITY) {
            expect(there).toBeNull();
            counts.sky++;
            continue;
          }
          const projected = projectByDepth(pose, x, y, z);
          if (there !== null) {
            counts.visible++;
            expect(Math.hypot(projected.x - there[0], projected.y - there[1])).toBeLessThan(1e-6);
          } else if (
            projected.depth > 0 &&
            projected.x >= -0.5 &&
            projected.y >= -0.5 &&
            projected.x < 239.5 &&
            projected.y < 179.5
          ) {
            counts.hidden++;
            const blocker = surfaceAt(pair.scene, cameras[1], projected.x, projected.y)!;
            const point = surfaceAt(pair.scene, cameras[0], x, y)!.point;
            expect(norm(subtract(blocker.point, eye))).toBeLessThan(norm(subtract(point, eye)));
          }
        }
      }
      expect(counts.sky).toBeGreaterThan(100);
      expect(counts.visible).toBeGreaterThan(3000);
      expect(counts.hidden).toBeGreaterThan(100);
    },
  );

  it('poster-wall: one homography maps the whole picture', () => {
    const { pair, cameras, sample } = pairs.get('poster-wall')!;
    const H = homographyOf(sample.truth);
    for (const camera of cameras) {
      for (let y = 0; y < 180; y += 3) {
        for (let x = 0; x < 240; x += 3) expect(surfaceAt(pair.scene, camera, x, y)!.quad).toBe(0);
      }
    }
    for (let y = 0; y < 180; y += 5) {
      for (let x = 0; x < 240; x += 5) {
        const [mx, my] = applyHomography(H, x, y);
        const there = sample.transfer(x, y);
        const inside = mx >= -0.5 && my >= -0.5 && mx < 239.5 && my < 179.5;
        expect(there !== null).toBe(inside);
        if (there !== null) expect(Math.hypot(mx - there[0], my - there[1])).toBeLessThan(1e-7);
      }
    }
  });

  it.each(sampleIds)('%s: the truth follows the resize rule exactly', (id) => {
    const pair = sampleScenes[id].createScene();
    const [full, small] = [1280, 400].map((edge) => sampleTruth(pair, ...sampleCameras(pair, edge)));
    const factor = 400 / 1280;
    if (full!.type === 'homography') {
      const resized = resizeHomography(full!.H_0to1, factor);
      for (const [k, value] of homographyOf(small!).entries()) expect(value).toBeCloseTo(resized[k]!, 11);
      return;
    }
    const [before, after] = [poseOf(full!), poseOf(small!)];
    expect(after.T_0to1).toEqual(before.T_0to1);
    for (const name of ['K0', 'K1'] as const) {
      expect(after[name][0]).toBeCloseTo(before[name][0] * factor, 11);
      expect(after[name][2]).toBeCloseTo((before[name][2] + 0.5) * factor - 0.5, 11);
      expect(after[name][5]).toBeCloseTo((before[name][5] + 0.5) * factor - 0.5, 11);
    }
  });

  it.each(['poster-wall', 'street-corner'] as const)(
    '%s: the pictures agree with the truth to less than half a pixel',
    (id) => {
      expectSharpestWithoutShift(pairs.get(id)!.sample);
    },
  );

  it.each(sampleIds)('%s: the cameras differ, but not beyond what a matcher can follow', (id) => {
    const { sample, cameras } = pairs.get(id)!;
    const [a, b] = [cameras[0].R, cameras[1].R];
    const trace = a.reduce((sum, value, k) => sum + value * b[k]!, 0);
    expect((Math.acos((trace - 1) / 2) * 180) / Math.PI).toBeGreaterThan(8);
    // What happens to a small upright line: its change of length, and its turn in degrees.
    const step = 0.02;
    const scales: number[] = [];
    const turns: number[] = [];
    for (let y = 20; y < 160; y += 10) {
      for (let x = 20; x < 220; x += 10) {
        const [p, q] = [sample.transfer(x, y), sample.transfer(x, y + step)];
        if (p === null || q === null) continue;
        scales.push(Math.hypot(q[0] - p[0], q[1] - p[1]) / step);
        turns.push((Math.abs(Math.atan2(p[0] - q[0], q[1] - p[1])) * 180) / Math.PI);
      }
    }
    const sort = (values: number[]) => values.sort((left, right) => left - right);
    const quantile = (values: number[], share: number) =>
      sort(values)[Math.floor(share * (values.length - 1))]!;
    expect(scales.length).toBeGreaterThan(120);
    expect(quantile(scales, 0.1)).toBeGreaterThan(1 / 1.6);
    expect(quantile(scales, 0.9)).toBeLessThan(1.6);
    // The ground shears with every step aside; the median says how far the picture as a whole turns.
    expect(quantile(turns, 0.5)).toBeLessThan(25);
  });

  it('renders the same bytes twice, opaque, from finite light', () => {
    const [first, second] = [renderSample('street-corner', 96), renderSample('street-corner', 96)];
    expect(haveSameBytes(first.photo0, second.photo0)).toBe(true);
    expect(haveSameBytes(first.photo1, second.photo1)).toBe(true);
    expect(first.photo0.rgba.filter((_, k) => k % 4 === 3).every((alpha) => alpha === 255)).toBe(true);
    for (const id of sampleIds) {
      const { pair } = pairs.get(id)!;
      for (const [k, { lighting }] of pair.views.entries()) {
        const camera = sampleCameras(pair, 64)[k]!;
        const gathered = createGatheredLight(pair.scene, lighting, 2, 8);
        const light = renderRadiance(pair.scene, lighting, gathered, camera, 1);
        expect(light.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
      }
    }
  });

  it('noon and night differ strongly in light', () => {
    const { photo0, photo1 } = pairs.get('noon-and-night')!.sample;
    const mean = (photo: SyntheticPhoto) =>
      photo.rgba.reduce((sum, value) => sum + value, 0) / photo.rgba.length;
    expect(mean(photo0) - mean(photo1)).toBeGreaterThan(25);
  });

  it.each(sampleIds)('%s: the shipped files are what the program renders', async (id) => {
    const folder = path.join(import.meta.dirname, '../../public/samples');
    const index = JSON.parse(await readFile(path.join(folder, 'index.json'), 'utf8'));
    expect(index.map((entry: { id: string }) => entry.id)).toEqual(sampleIds);
    const entry = index.find((candidate: { id: string }) => candidate.id === id);
    const { title, description, photo0, photo1, truth } = JSON.parse(
      await readFile(path.join(folder, entry.truth), 'utf8'),
    );
    expect({ id, title, description, photo0, photo1, truth: entry.truth }).toEqual(entry);

    const { pair, sample } = pairs.get(id)!;
    const expected = sampleTruth(pair, ...sampleCameras(pair, 1280));
    const numbers = (value: PairTruth) =>
      value.type === 'homography' ? value.H_0to1 : [...value.K0, ...value.K1, ...value.T_0to1];
    expect(truth.type).toBe(expected.type);
    for (const [k, value] of numbers(truth).entries()) expect(value).toBeCloseTo(numbers(expected)[k]!, 8);

    for (const [name, rendered] of [
      [photo0, sample.photo0],
      [photo1, sample.photo1],
    ] as const) {
      const file = path.join(folder, name);
      expect((await stat(file)).size).toBeLessThan(500_000);
      const { data } = await sharp(file)
        .resize(240, 180)
        .ensureAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      const shipped = { width: 240, height: 180, rgba: new Uint8ClampedArray(data) };
      // Means differ a little: a resized photo averages after the tone curve, a small rendering before it.
      const alike = correlation(shipped, rendered, 0, 0);
      // The rest is grain and sharpness; one pixel off, or another picture, stays below this.
      expect(alike).toBeGreaterThan(0.92);
      for (const [dx, dy] of [
        [1, 0],
        [-1, 0],
        [0, 1],
        [0, -1],
      ] as const) {
        expect(correlation(shipped, rendered, dx, dy)).toBeLessThan(alike);
      }
    }
  });
});

describe('planar pairs', () => {
  const size = { width: 200, height: 150 };

  it.each([1, 2, 3, 4])('seed %i: the pictures agree with the homography', (seed) => {
    const pair = renderPlanarPair(seed, size);
    const H = homographyOf(pair.truth);
    expect(pair.transfer(100, 75)).toEqual(applyHomography(H, 100, 75));
    expect(photometricError(pair, 0, 0)).toBeLessThan(0.5 * photometricError(pair, 3, 3));
    expectSharpestWithoutShift(pair);
  });

  it('takes a given homography and repeats itself', () => {
    const H: Matrix3 = [0, -1, 149, 1, 0, 0, 0, 0, 1];
    const pair = renderPlanarPair(9, { ...size, H });
    expect(pair.transfer(20, 30)).toEqual([119, 20]);
    expect(pair.transfer(20, 149)).toEqual([0, 20]);
    expect(pair.transfer(190, 10)).toBeNull();
    expect(pair.transfer(-3, 10)).toBeNull();
    expect(haveSameBytes(pair.photo1, renderPlanarPair(9, { ...size, H }).photo1)).toBe(true);
  });

  it('draws homographies that keep most of the picture in view', () => {
    for (let seed = 0; seed < 200; seed++) {
      const H = randomHomography(seed, size);
      let inside = 0;
      for (let y = 0; y < 150; y += 10) {
        for (let x = 0; x < 200; x += 10) {
          const [mx, my] = applyHomography(H, x, y);
          if (mx >= 0 && my >= 0 && mx < 200 && my < 150 && H[6] * x + H[7] * y + 1 > 0) inside++;
        }
      }
      expect(inside).toBeGreaterThan(0.45 * 300);
    }
  });
});

describe('other pictures', () => {
  it('makes an even grey', () => {
    expect([...texturelessPhoto(2, 1, 90).rgba]).toEqual([90, 90, 90, 255, 90, 90, 90, 255]);
  });

  it('reads a photo by rows', async () => {
    const rgba = Uint8ClampedArray.from({ length: 4 * 3 * 2 }, (_, k) => k);
    const source = pixelSourceFromRgba({ width: 2, height: 3, rgba });
    expect([source.width, source.height]).toEqual([2, 3]);
    expect([...(await source.readRows(1, 2))]).toEqual(Array.from({ length: 16 }, (_, k) => 8 + k));
  });
});
