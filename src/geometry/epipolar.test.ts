import { describe, expect, it } from 'vitest';
import { turnAbout } from '../testing/epipolarMatches.ts';
import { createRandom } from '../testing/random.ts';
import {
  clipToPhoto,
  epipolarLine,
  epipoles,
  essentialOfFundamental,
  essentialOfPose,
  fundamentalOfEssential,
  type Line,
  measureSampson,
  nearestEssential,
  normaliseFundamental,
  sampsonDistance,
} from './epipolar.ts';
import {
  add3,
  apply3,
  cofactors3,
  determinant3,
  frobenius3,
  invert3,
  multiply3,
  scale3,
  transpose3,
  unit3,
  type Vector3,
} from './matrix3.ts';
import { chooseCamera, type PinholeCamera } from './pinholeCamera.ts';
import {
  candidatePoses,
  depthsOf,
  poseOfEssential,
  type RelativePose,
  rayOf,
  rotationAngle,
  triangulate,
} from './relativePose.ts';
import { decompose3 } from './singularValues.ts';

const rounds = 50;

type Random = ReturnType<typeof createRandom>;

const randomMatrix = (random: Random) => Array.from({ length: 9 }, () => random.normal());
const randomDirection = (random: Random) =>
  unit3([random.normal(), random.normal(), random.normal()] as Vector3);

interface Scene {
  readonly pose: RelativePose;
  readonly cameras: readonly [PinholeCamera, PinholeCamera];
  readonly points: readonly Vector3[];
  readonly keypoints0: Float32Array;
  readonly keypoints1: Float32Array;
}

function project({ focalPx, principalPoint: [cx, cy] }: PinholeCamera, [x, y, z]: Vector3) {
  return [(focalPx * x) / z + cx, (focalPx * y) / z + cy] as const;
}

/** Points in front of both cameras, whose photos differ in size and focal length. */
function randomScene(random: Random, count = 40): Scene {
  const pose = {
    rotation: turnAbout(randomDirection(random), random.uniform(0, 0.5)),
    translation: randomDirection(random),
  };
  const cameras = [
    chooseCamera({ width: 640, height: 480, focalPx: 700 }),
    chooseCamera({ width: 300, height: 400, focalPx: 350 }),
  ] as const;
  const points = Array.from(
    { length: count },
    () => [random.uniform(-2, 2), random.uniform(-2, 2), random.uniform(4, 9)] as Vector3,
  );
  const in1 = points.map((point) => add3(apply3(pose.rotation, point), pose.translation));
  return {
    pose,
    cameras,
    points,
    keypoints0: Float32Array.from(points.flatMap((point) => project(cameras[0], point))),
    keypoints1: Float32Array.from(in1.flatMap((point) => project(cameras[1], point))),
  };
}

const largest = (values: Iterable<number>) => Math.max(...Array.from(values, Math.abs));
const difference = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  largest(Array.from(a, (entry, k) => entry - b[k]!));

describe('matrices of three by three', () => {
  it('are inverted, and singular ones are not', () => {
    const random = createRandom(1);
    for (let round = 0; round < rounds; round++) {
      const matrix = randomMatrix(random);
      const identity = multiply3(matrix, invert3(matrix)!);
      expect(difference(identity, [1, 0, 0, 0, 1, 0, 0, 0, 1])).toBeLessThan(1e-9);
      expect(
        difference(
          multiply3(transpose3(cofactors3(matrix)), matrix),
          [1, 0, 0, 0, 1, 0, 0, 0, 1].map((entry) => entry * determinant3(matrix)),
        ),
      ).toBeLessThan(1e-9);
    }
    expect(invert3([1, 2, 3, 2, 4, 6, 0, 1, 0])).toBeNull();
  });

  it('are decomposed into singular values', () => {
    const random = createRandom(2);
    const special = [
      [0, 0, 0, 0, 0, 0, 0, 0, 0],
      [1, 0, 0, 0, 1, 0, 0, 0, 1],
      [0, -1, 0, 1, 0, 0, 0, 0, 0],
      [1, 2, 3, 2, 4, 6, 3, 6, 9],
      [1e-9, 0, 1, 0, 1e-7, 2, 1e-3, 1, 3],
    ];
    const matrices = [...special, ...Array.from({ length: rounds }, () => randomMatrix(random))];
    for (const matrix of matrices) {
      const { values, left, right } = decompose3(matrix);
      expect(values[0]).toBeGreaterThanOrEqual(values[1]);
      expect(values[1]).toBeGreaterThanOrEqual(values[2]);
      const rebuilt = matrix.map((_, k) =>
        [0, 1, 2].reduce((sum, j) => sum + values[j]! * left[j]![Math.floor(k / 3)]! * right[j]![k % 3]!, 0),
      );
      expect(difference(rebuilt, matrix)).toBeLessThan(1e-14 * (1 + 10 * frobenius3(matrix)));
      for (const vectors of [left, right]) {
        const square = multiply3(vectors.flat(), transpose3(vectors.flat()));
        expect(difference(square, [1, 0, 0, 0, 1, 0, 0, 0, 1])).toBeLessThan(1e-13);
      }
    }
  });
});

describe('epipolar geometry of two cameras', () => {
  it('puts the match of every point on its line, both ways', () => {
    const random = createRandom(3);
    for (let round = 0; round < rounds; round++) {
      const { pose, cameras, keypoints0, keypoints1 } = randomScene(random);
      const fundamental = fundamentalOfEssential(essentialOfPose(pose), cameras);
      expect(frobenius3(fundamental)).toBeCloseTo(1, 12);
      for (let k = 0; k < keypoints0.length; k += 2) {
        const ends = [
          [keypoints0[k]!, keypoints0[k + 1]!],
          [keypoints1[k]!, keypoints1[k + 1]!],
        ] as const;
        for (const side of [0, 1] as const) {
          const [a, b, c] = epipolarLine(fundamental, ends[side], side)!;
          const [x, y] = ends[1 - side]!;
          expect(a * a + b * b).toBeCloseTo(1, 12);
          // Coordinates are in single precision: thousands of pixels to some 1e-4, more near an epipole.
          expect(Math.abs(a * x + b * y + c)).toBeLessThan(0.02);
        }
      }
      const { inlierCount } = measureSampson(fundamental, keypoints0, keypoints1, 0.001);
      expect(inlierCount).toBe(40);
    }
  });

  it('knows where the cameras see each other', () => {
    const random = createRandom(4);
    for (let round = 0; round < rounds; round++) {
      const { pose, cameras } = randomScene(random);
      const [epipole0, epipole1] = epipoles(fundamentalOfEssential(essentialOfPose(pose), cameras));
      const centre1 = scale3(apply3(transpose3(pose.rotation), pose.translation), -1);
      const [x0, y0] = project(cameras[0], centre1);
      const [x1, y1] = project(cameras[1], pose.translation);
      const scale = Math.max(1, ...[x0, y0, x1, y1].map(Math.abs));
      expect(difference(epipole0!, [x0, y0]) / scale ** 2).toBeLessThan(1e-9);
      expect(difference(epipole1!, [x1, y1]) / scale ** 2).toBeLessThan(1e-9);
    }
  });

  it('has parallel lines and no epipoles where the camera moved sideways', () => {
    const rectified = [0, 0, 0, 0, 0, -1, 0, 1, 0];
    expect(epipoles(rectified)).toEqual([null, null]);
    const [a, b, c] = epipolarLine(rectified, [10, 20], 0)!;
    expect(Math.abs(a)).toBe(0);
    expect(-c / b).toBe(20);
    // The epipole itself has every line.
    expect(epipolarLine([0, 0, 0, 0, 0, 0, 0, 0, 0], [1, 1], 1)).toBeNull();
  });

  it('is one of four poses, and cheirality says which', () => {
    const random = createRandom(5);
    for (let round = 0; round < rounds; round++) {
      const { pose, cameras, points, keypoints0, keypoints1 } = randomScene(random);
      const scale = random.pick([-3, 0.2, 1]);
      const essential = essentialOfPose(pose).map((entry) => scale * entry);
      const candidates = candidatePoses(essential);
      expect(candidates).toHaveLength(4);
      for (const { rotation, translation } of candidates) {
        expect(determinant3(rotation)).toBeCloseTo(1, 9);
        const square = multiply3(rotation, transpose3(rotation));
        expect(difference(square, [1, 0, 0, 0, 1, 0, 0, 0, 1])).toBeLessThan(1e-9);
        expect(Math.hypot(...translation)).toBeCloseTo(1, 12);
      }
      const inliers = new Uint8Array(points.length).fill(1);
      // One that lies behind the camera does not count and does no harm.
      inliers[7] = 0;
      const inFront = points.filter((point, k) => {
        const [, , z] = add3(apply3(pose.rotation, point), pose.translation);
        return inliers[k] === 1 && z > 0;
      }).length;
      const found = poseOfEssential(essential, cameras, keypoints0, keypoints1, inliers);
      expect(difference(found.rotation, pose.rotation)).toBeLessThan(1e-9);
      expect(difference(found.translation, pose.translation)).toBeLessThan(1e-9);
      expect(found.inFrontCount).toBe(inFront);
    }
  });

  it('gives the points back', () => {
    const random = createRandom(6);
    for (let round = 0; round < rounds; round++) {
      const { pose, cameras, points } = randomScene(random, 8);
      for (const point of points) {
        const in1 = add3(apply3(pose.rotation, point), pose.translation);
        const ray0 = rayOf(cameras[0], ...project(cameras[0], point));
        const ray1 = rayOf(cameras[1], ...project(cameras[1], in1));
        expect(difference(triangulate(pose, ray0, ray1), point)).toBeLessThan(1e-6);
        const [depth0, depth1] = depthsOf(pose, ray0, ray1);
        expect(depth0).toBeCloseTo(point[2], 6);
        expect(depth1).toBeCloseTo(in1[2], 6);
      }
    }
    const sideways = { rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], translation: [1, 0, 0] } as const;
    expect(depthsOf(sideways, [0, 0, 1], [0, 0, 1])).toEqual([Infinity, Infinity]);
  });

  it('goes from the essential to the fundamental matrix and back', () => {
    const random = createRandom(7);
    for (let round = 0; round < rounds; round++) {
      const { pose, cameras } = randomScene(random);
      const essential = essentialOfPose(pose);
      const { values } = decompose3(essential);
      expect(difference(values, [1, 1, 0])).toBeLessThan(1e-9);
      const back = essentialOfFundamental(fundamentalOfEssential(essential, cameras), cameras);
      const sign = Math.sign(back.reduce((sum, entry, k) => sum + entry * essential[k]!, 0));
      expect(
        difference(
          back,
          essential.map((entry) => sign * entry),
        ),
      ).toBeLessThan(1e-9);
    }
    expect(difference(decompose3(nearestEssential(randomMatrix(random))).values, [1, 1, 0])).toBeLessThan(
      1e-9,
    );
  });
});

describe('Sampson distance', () => {
  it('is half the distance from the line where both lines are alike', () => {
    // Rows match rows: a point three pixels too low; both ends move by half, at right angles in four dimensions.
    expect(sampsonDistance([0, 0, 0, 0, 0, -1, 0, 1, 0], 5, 10, 80, 13)).toBeCloseTo(3 / Math.SQRT2, 12);
  });

  it('is the size of the correction that makes the match fit, for small errors', () => {
    const random = createRandom(8);
    for (let round = 0; round < rounds; round++) {
      const { pose, cameras, keypoints0, keypoints1 } = randomScene(random, 1);
      const f = fundamentalOfEssential(essentialOfPose(pose), cameras);
      const [x0, y0, x1, y1] = [keypoints0[0]! + 0.05, keypoints0[1]!, keypoints1[0]!, keypoints1[1]! - 0.03];
      const gradient = [
        f[0]! * x1 + f[3]! * y1 + f[6]!,
        f[1]! * x1 + f[4]! * y1 + f[7]!,
        f[0]! * x0 + f[1]! * y0 + f[2]!,
        f[3]! * x0 + f[4]! * y0 + f[5]!,
      ];
      const size = Math.hypot(...gradient);
      const distance = sampsonDistance(f, x0, y0, x1, y1);
      const moves = [-1, 1].map((sign) => {
        const [dx0, dy0, dx1, dy1] = gradient.map((entry) => (sign * distance * entry) / size);
        return sampsonDistance(f, x0 + dx0!, y0 + dy0!, x1 + dx1!, y1 + dy1!);
      });
      expect(Math.min(...moves)).toBeLessThan(0.01 * distance + 1e-4);
    }
  });

  it('marks as inliers what is reported within the threshold, and nothing that is not finite', () => {
    const rows = [0, 0, 0, 0, 0, -1, 0, 1, 0];
    const { residualsPx, inliers, inlierCount } = measureSampson(
      rows,
      Float32Array.of(0, 0, 0, 0, 0, Number.NaN, 0, 0),
      Float32Array.of(9, Math.SQRT2, 9, 2, 0, 0, Infinity, 0),
      1,
    );
    expect([...inliers]).toEqual([1, 0, 0, 0]);
    expect(inlierCount).toBe(1);
    expect(residualsPx[2]).toBe(Infinity);
    expect(residualsPx[3]).toBe(Infinity);
  });
});

describe('normaliseFundamental', () => {
  it('has one form whatever the scale and the sign', () => {
    const matrix = randomMatrix(createRandom(9));
    const form = normaliseFundamental(matrix);
    expect(difference(normaliseFundamental(matrix.map((entry) => -1e-7 * entry)), form)).toBeLessThan(1e-15);
    expect(Math.max(...form)).toBe(largest(form));
  });
});

describe('clipToPhoto', () => {
  const photo = { width: 101, height: 51 };
  it.each([
    ['level', [0, 1, -10], [-0.5, 10, 100.5, 10]],
    ['upright', [1, 0, -20], [20, -0.5, 20, 50.5]],
    ['slanted', [Math.SQRT1_2, -Math.SQRT1_2, 0], [-0.5, -0.5, 50.5, 50.5]],
    ['across a corner', [Math.SQRT1_2, Math.SQRT1_2, -5 * Math.SQRT1_2], [-0.5, 5.5, 5.5, -0.5]],
  ] as const)('cuts a %s line at the edges', (_, line, expected) => {
    const [[x0, y0], [x1, y1]] = clipToPhoto(line as Line, photo)!;
    const forwards = difference([x0, y0, x1, y1], expected);
    const backwards = difference([x1, y1, x0, y0], expected);
    expect(Math.min(forwards, backwards)).toBeLessThan(1e-9);
  });

  it.each([
    ['above', [0, 1, 2]],
    ['to the right', [1, 0, -300]],
    ['past a corner', [Math.SQRT1_2, Math.SQRT1_2, 3]],
  ] as const)('sees that a line passes %s', (_, line) => {
    expect(clipToPhoto(line as Line, photo)).toBeNull();
  });
});

describe('chooseCamera', () => {
  const photo = { width: 4000, height: 3000, focalPx: null };
  it('takes what is given, else EXIF, else a stated guess, and the middle of the photo', () => {
    const principalPoint = [1999.5, 1499.5];
    expect(chooseCamera(photo)).toEqual({ focalPx: 4800, principalPoint, focalSource: 'guessed' });
    expect(chooseCamera({ ...photo, focalPx: 3000 })).toEqual({
      focalPx: 3000,
      principalPoint,
      focalSource: 'exif',
    });
    expect(chooseCamera({ ...photo, focalPx: 3000 }, 2500)).toMatchObject({
      focalPx: 2500,
      focalSource: 'given',
    });
    expect(chooseCamera({ width: 300, height: 400, focalPx: null }).focalPx).toBe(480);
  });
});

describe('rotationAngle', () => {
  it.each([0, 1e-7, 0.5, 90, 179.999, 180])('of %d degrees', (degrees) => {
    const rotation = turnAbout(unit3([1, -2, 0.5]), (degrees * Math.PI) / 180);
    expect(rotationAngle(rotation)).toBeCloseTo(degrees, 5);
  });
});
