/**
 * Pairs of pictures whose correspondences are known exactly, for every test that needs some: the rendered sample
 * scenes at any size, and textures under a homography.
 *
 * The truth follows Hartley and Zisserman ("Multiple View Geometry"): x1 ~ H x0 on a plane; x1 = R x0 + t between
 * camera coordinates otherwise. Pixel coordinates have the centre of the first pixel at (0, 0).
 */
import type { PixelSource } from '../photos/pixelSource.ts';
import { createRandom } from './random.ts';
import {
  applyHomography,
  type Camera,
  cameraCentre,
  invert,
  type Matrix3,
  multiply,
  planeHomography,
  projectPoint,
  rayDirection,
  relativePose,
  resizeCamera,
} from './render/camera.ts';
import { encodeSrgb } from './render/colour.ts';
import { developPhoto } from './render/developPhoto.ts';
import { createGatheredLight, type GatheredLight, type Lighting } from './render/lighting.ts';
import { renderDepth, renderRadiance } from './render/renderRadiance.ts';
import { type SampleId, sampleScenes } from './render/sampleScenes.ts';
import { createHit, type Scene } from './render/scene.ts';
import { type Collage, createCollage } from './render/scenes/collage.ts';
import { type PairScene, photoSize } from './render/scenes/view.ts';
import { add, norm, scale, subtract, type Vec3 } from './render/vector.ts';

export type { Matrix3 } from './render/camera.ts';
export { type SampleId, sampleIds } from './render/sampleScenes.ts';

export interface SyntheticPhoto {
  readonly width: number;
  readonly height: number;
  /** sRGB bytes, opaque. */
  readonly rgba: Uint8ClampedArray;
}

export type PairTruth =
  | { readonly type: 'homography'; readonly H_0to1: Matrix3 }
  | {
      readonly type: 'pose';
      readonly K0: Matrix3;
      readonly K1: Matrix3;
      /** 4x4, row-major: camera 0 to camera 1, metres. */
      readonly T_0to1: readonly number[];
    };

export interface SyntheticPair {
  readonly photo0: SyntheticPhoto;
  readonly photo1: SyntheticPhoto;
  readonly truth: PairTruth;
  /** Where a point of photo 0 lies in photo 1; null when it is sky, hidden or outside of photo 1. */
  transfer(x0: number, y0: number): readonly [x: number, y: number] | null;
  /** Distance in pixels of photo 1 between a match and the truth; null where `transfer` is. */
  transferError(x0: number, y0: number, x1: number, y1: number): number | null;
}

export interface RenderedSample extends SyntheticPair {
  /** z in the camera at each pixel centre of a photo in metres, infinite for sky. */
  renderDepth(photo: 0 | 1): Float64Array;
}

export interface RenderOptions {
  /** Rays of a pixel along each side. */
  readonly supersampling?: number;
  /** Distance in metres of the nodes that gather light. */
  readonly gatherSpacing?: number;
  readonly gatherRays?: number;
}

/** How far apart two hits may be and still be one surface point, as a share of their distance. */
const samePointTolerance = 1e-7;

function isInside({ width, height }: { width: number; height: number }, x: number, y: number): boolean {
  return x >= -0.5 && y >= -0.5 && x < width - 0.5 && y < height - 0.5;
}

type Transfer = SyntheticPair['transfer'];

function withErrors(transfer: Transfer): Pick<SyntheticPair, 'transfer' | 'transferError'> {
  return {
    transfer,
    transferError(x0, y0, x1, y1) {
      const truth = transfer(x0, y0);
      return truth === null ? null : Math.hypot(truth[0] - x1, truth[1] - y1);
    },
  };
}

/** The surface point a photo shows at (x, y), or null for sky. */
export function surfaceAt(
  scene: Scene,
  camera: Camera,
  x: number,
  y: number,
): { readonly point: Vec3; readonly quad: number } | null {
  const eye = cameraCentre(camera);
  const direction = rayDirection(camera, x, y);
  const hit = createHit();
  if (!scene.intersect(eye, direction, 1e-4, 1e4, hit)) return null;
  return { point: add(eye, scale(direction, hit.distance)), quad: hit.quad };
}

/** Transfer by intersection: what camera 0 sees is projected, and camera 1 is asked whether it sees the same. */
export function transferThroughScene(scene: Scene, camera0: Camera, camera1: Camera): Transfer {
  return (x0, y0) => {
    const seen = isInside(camera0, x0, y0) ? surfaceAt(scene, camera0, x0, y0) : null;
    if (seen === null) return null;
    const { x, y, depth } = projectPoint(camera1, seen.point);
    if (!(depth > 0) || !isInside(camera1, x, y)) return null;
    const seenAgain = surfaceAt(scene, camera1, x, y);
    if (seenAgain === null) return null;
    const gap = norm(subtract(seenAgain.point, seen.point));
    return gap <= samePointTolerance * Math.max(depth, 1) ? [x, y] : null;
  };
}

const sizeFactorOf = (longEdge: number) => longEdge / Math.max(photoSize.width, photoSize.height);

/** The two cameras of a sample when its photos have a long edge of `longEdge` pixels. */
export function sampleCameras({ views }: PairScene, longEdge: number): readonly [Camera, Camera] {
  const factor = sizeFactorOf(longEdge);
  return [resizeCamera(views[0].camera, factor), resizeCamera(views[1].camera, factor)];
}

export function sampleTruth({ plane }: PairScene, camera0: Camera, camera1: Camera): PairTruth {
  if (plane !== null) {
    return { type: 'homography', H_0to1: planeHomography(camera0, camera1, plane.point, plane.normal) };
  }
  const { R, t } = relativePose(camera0, camera1);
  const T_0to1 = [...R.slice(0, 3), t[0], ...R.slice(3, 6), t[1], ...R.slice(6, 9), t[2], 0, 0, 0, 1];
  return { type: 'pose', K0: camera0.K, K1: camera1.K, T_0to1 };
}

/**
 * Renders one of the sample pairs with its exact truth; the same arguments give the same bytes.
 * @param longEdge of both photos in pixels; by default a size for tests
 */
export function renderSample(id: SampleId, longEdge = 320, options: RenderOptions = {}): RenderedSample {
  const { supersampling = 2, gatherSpacing = 2, gatherRays = 12 } = options;
  const pair = sampleScenes[id].createScene();
  const { scene, views } = pair;
  const cameras = sampleCameras(pair, longEdge);
  const gatheredIn = new Map<Lighting, GatheredLight>();
  const [photo0, photo1] = ([0, 1] as const).map((k) => {
    const { lighting, development } = views[k];
    const gathered =
      gatheredIn.get(lighting) ?? createGatheredLight(scene, lighting, gatherSpacing, gatherRays);
    gatheredIn.set(lighting, gathered);
    const { width, height } = cameras[k];
    const radiance = renderRadiance(scene, lighting, gathered, cameras[k], supersampling);
    return {
      width,
      height,
      rgba: developPhoto(radiance, width, height, sizeFactorOf(longEdge), development),
    };
  });
  return {
    photo0: photo0!,
    photo1: photo1!,
    truth: sampleTruth(pair, ...cameras),
    renderDepth: (photo) => renderDepth(scene, cameras[photo]),
    ...withErrors(transferThroughScene(scene, ...cameras)),
  };
}

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/**
 * A strong homography that keeps most of a picture in view: turn, change of scale and perspective about its middle.
 */
export function randomHomography(seed: number, { width, height }: PictureSize): Matrix3 {
  const random = createRandom(seed);
  const [cx, cy] = [(width - 1) / 2, (height - 1) / 2];
  const angle = random.uniform(-0.4, 0.4);
  const zoom = random.uniform(0.75, 1.25);
  const stretch = random.uniform(0.88, 1.12);
  const [cos, sin] = [Math.cos(angle) * zoom, Math.sin(angle) * zoom];
  const reach = Math.max(width, height);
  const toMiddle: Matrix3 = [1, 0, -cx, 0, 1, -cy, 0, 0, 1];
  const bend: Matrix3 = [
    cos * stretch,
    -sin,
    random.uniform(-0.08, 0.08) * width,
    sin * stretch,
    cos,
    random.uniform(-0.08, 0.08) * height,
    random.uniform(-0.45, 0.45) / reach,
    random.uniform(-0.45, 0.45) / reach,
    1,
  ];
  const fromMiddle: Matrix3 = [1, 0, cx, 0, 1, cy, 0, 0, 1];
  const H = multiply(multiply(fromMiddle, bend), toMiddle);
  return H.map((value) => value / H[8]) as unknown as Matrix3;
}

/** Width in photo 0 of a pixel of photo 1, by finite differences of the inverse map. */
function footprintAt(H_1to0: Matrix3, x1: number, y1: number): number {
  const [ax, ay] = applyHomography(H_1to0, x1 - 0.5, y1);
  const [bx, by] = applyHomography(H_1to0, x1 + 0.5, y1);
  const [cx, cy] = applyHomography(H_1to0, x1, y1 - 0.5);
  const [dx, dy] = applyHomography(H_1to0, x1, y1 + 0.5);
  return Math.sqrt(Math.abs((bx - ax) * (dy - cy) - (by - ay) * (dx - cx)));
}

/** Photo of a flat texture; `toTexture` maps its pixels to pixels of the texture. */
function photographTexture(
  texture: Collage,
  { width, height }: PictureSize,
  toTexture: Matrix3,
): SyntheticPhoto {
  const rgba = new Uint8ClampedArray(4 * width * height);
  const corners = [-0.25, 0.25];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let [r, g, b] = [0, 0, 0];
      const footprint = footprintAt(toTexture, x, y) * 0.6;
      for (const dy of corners) {
        for (const dx of corners) {
          const [u, v] = applyHomography(toTexture, x + dx, y + dy);
          const colour = texture(u, v, footprint);
          r += colour[0] / 4;
          g += colour[1] / 4;
          b += colour[2] / 4;
        }
      }
      rgba.set([255 * encodeSrgb(r), 255 * encodeSrgb(g), 255 * encodeSrgb(b), 255], 4 * (y * width + x));
    }
  }
  return { width, height, rgba };
}

export interface PlanarPairOptions extends PictureSize {
  /** Photo 0 to photo 1; by default a random one of the same seed. */
  readonly H?: Matrix3;
}

/** Two photos of one flat texture of shapes, type and noise that fills both. */
export function renderPlanarPair(seed: number, options: PlanarPairOptions): SyntheticPair {
  const size: PictureSize = { width: options.width, height: options.height };
  const H = options.H ?? randomHomography(seed, size);
  const texture = createCollage(seed, size);
  const transfer: Transfer = (x0, y0) => {
    if (!isInside(size, x0, y0) || H[6] * x0 + H[7] * y0 + H[8] <= 0) return null;
    const [x, y] = applyHomography(H, x0, y0);
    return isInside(size, x, y) ? [x, y] : null;
  };
  return {
    photo0: photographTexture(texture, size, [1, 0, 0, 0, 1, 0, 0, 0, 1]),
    photo1: photographTexture(texture, size, invert(H)),
    truth: { type: 'homography', H_0to1: H },
    ...withErrors(transfer),
  };
}

/** A picture with nothing to match: one even grey. */
export function texturelessPhoto(width: number, height: number, grey = 128): SyntheticPhoto {
  const rgba = new Uint8ClampedArray(4 * width * height).fill(grey);
  for (let k = 3; k < rgba.length; k += 4) rgba[k] = 255;
  return { width, height, rgba };
}

/** The pixels of a photo as the pipeline reads them. */
export function pixelSourceFromRgba({ width, height, rgba }: SyntheticPhoto): PixelSource {
  return {
    width,
    height,
    readRows: async (start, count) => rgba.subarray(4 * width * start, 4 * width * (start + count)),
    close: () => {},
  };
}
