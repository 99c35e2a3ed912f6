/**
 * Light: a sun with a disc, a sky with clouds, lamps, lit rooms, and what the surroundings throw back.
 *
 * Skylight and the first bounce are gathered at the nodes of a grid on each surface and interpolated between
 * them (after Ward's irradiance caching, 1988): corners and eaves darken, and sunlit walls colour their
 * neighbours. Reflectance times irradiance is radiance here: the factor pi is folded into the lights.
 */
import { mix, type Rgb } from './colour.ts';
import { fractalNoise, smoothstep } from './noise.ts';
import { createHit, quadSize, type Scene } from './scene.ts';
import { add, dot, norm, normalize, scale, subtract, tangents, up, type Vec3 } from './vector.ts';

export interface Sun {
  /** Unit vector towards the sun. */
  readonly direction: Vec3;
  /** Irradiance across its rays. */
  readonly light: Rgb;
  /** Radius of the disc in radians; larger than the true 0.0047 gives a veiled sun. */
  readonly radius: number;
}

export interface Lamp {
  readonly position: Vec3;
  /** Irradiance at one metre. */
  readonly light: Rgb;
}

export interface Sky {
  readonly zenith: Rgb;
  readonly horizon: Rgb;
  readonly cloud: Rgb;
  /** 0 = clear, 1 = mostly cloud. */
  readonly cover: number;
  /** Extra light about the sun or the place where it set. */
  readonly glow: Rgb;
  readonly glowDirection: Vec3;
  readonly seed: number;
}

export interface Lighting {
  readonly sun: Sun | null;
  readonly sky: Sky;
  readonly lamps: readonly Lamp[];
  /** What one unit of a material's own light stands for: 0 by day. */
  readonly rooms: number;
  /** Distance in metres over which the air hides all but 1/e of a view. */
  readonly visibility: number;
}

function glowShare(sky: Sky, direction: Vec3): number {
  const towards = Math.max(dot(direction, sky.glowDirection), 0);
  return 0.7 * towards ** 6 + 1.5 * towards ** 60;
}

function clearSky(sky: Sky, direction: Vec3): Rgb {
  const clear = mix(sky.horizon, sky.zenith, 1 - (1 - Math.max(direction[2], 0)) ** 4);
  const glow = glowShare(sky, direction);
  return [clear[0] + sky.glow[0] * glow, clear[1] + sky.glow[1] * glow, clear[2] + sky.glow[2] * glow];
}

/** Radiance of the sky in a unit direction. */
export function skyRadiance(sky: Sky, direction: Vec3): Rgb {
  const lit = clearSky(sky, direction);
  if (sky.cover <= 0 || direction[2] < 0.02) return lit;
  const [x, y] = [direction[0] / (direction[2] + 0.12), direction[1] / (direction[2] + 0.12)];
  const field = fractalNoise(x, y, 1.7, 6, 0.004, sky.seed);
  const share =
    smoothstep(0.55 - sky.cover, 1.05 - sky.cover, field + 0.15) * smoothstep(0.02, 0.2, direction[2]);
  const thick = smoothstep(0.2, 0.9, field);
  const glow = glowShare(sky, direction);
  const cloud: Rgb = [
    sky.cloud[0] * (1 - 0.28 * thick) + sky.glow[0] * glow * 0.8,
    sky.cloud[1] * (1 - 0.26 * thick) + sky.glow[1] * glow * 0.8,
    sky.cloud[2] * (1 - 0.22 * thick) + sky.glow[2] * glow * 0.8,
  ];
  return mix(lit, cloud, share * 0.92);
}

/** The sky without its clouds' outlines: what a matt surface gathers. */
function gatheredSky(sky: Sky, direction: Vec3): Rgb {
  return mix(clearSky(sky, direction), sky.cloud, sky.cover * 0.45);
}

/** Cosine-distributed directions about +z, from Hammersley's points: the same for every node, so no grain. */
function hemisphere(count: number): readonly Vec3[] {
  return Array.from({ length: count }, (_, k) => {
    let bits = k;
    let radical = 0;
    for (let digit = 0.5; bits > 0; bits >>= 1, digit /= 2) if (bits & 1) radical += digit;
    const radius = Math.sqrt((k + 0.5) / count);
    const angle = 2 * Math.PI * radical;
    return [radius * Math.cos(angle), radius * Math.sin(angle), Math.sqrt(1 - radius * radius)] as Vec3;
  });
}

export interface GatheredLight {
  /** Adds to `out` (length 3) the indirect irradiance at a position (0 to 1 each) on a quad. */
  irradianceAt(quad: number, u: number, v: number, out: Float64Array): void;
}

interface Grid {
  readonly across: number;
  readonly upwards: number;
  /** Three numbers a node; NaN until gathered. */
  readonly nodes: Float32Array;
}

/**
 * @param spacing distance of the nodes in metres
 * @param rays for each node
 */
export function createGatheredLight(
  scene: Scene,
  lighting: Lighting,
  spacing: number,
  rays: number,
): GatheredLight {
  const directions = hemisphere(rays);
  const leafDirections = hemisphere(Math.max(6, rays >> 2));
  const grids: Array<Grid | undefined> = new Array(scene.quads.length);
  const hit = createHit();
  const { sky, sun } = lighting;
  const skyFill = gatheredSky(sky, up);

  /** Light that leaves a surface seen by a gathering ray, without looking further. */
  function bounced(point: Vec3, direction: Vec3, sum: Float64Array): void {
    const quad = scene.quads[hit.quad]!;
    const mean = quad.material.mean;
    const at = 3 * hit.quad;
    const n: Vec3 = [scene.normals[at]!, scene.normals[at + 1]!, scene.normals[at + 2]!];
    const side = dot(n, direction) > 0 ? -1 : 1;
    const facing = sun === null ? 0 : side * dot(n, sun.direction);
    const open = 0.3 + 0.15 * side * n[2];
    let [r, g, b] = [skyFill[0] * open, skyFill[1] * open, skyFill[2] * open];
    if (sun !== null && facing > 0 && !scene.isBlocked(point, sun.direction, 1e-3, 1e4)) {
      r += sun.light[0] * facing;
      g += sun.light[1] * facing;
      b += sun.light[2] * facing;
    }
    for (const lamp of lighting.lamps) {
      const towards = subtract(lamp.position, point);
      const distance = norm(towards);
      const falling = Math.max((side * dot(n, towards)) / distance, 0) / (distance * distance + 0.3);
      r += lamp.light[0] * falling;
      g += lamp.light[1] * falling;
      b += lamp.light[2] * falling;
    }
    const glow = quad.material.glow;
    sum[0]! += mean[0] * r + (glow === undefined ? 0 : glow[0] * lighting.rooms);
    sum[1]! += mean[1] * g + (glow === undefined ? 0 : glow[1] * lighting.rooms);
    sum[2]! += mean[2] * b + (glow === undefined ? 0 : glow[2] * lighting.rooms);
  }

  const sum = new Float64Array(3);
  function gather(origin: Vec3, normal: Vec3, pattern: readonly Vec3[], out: Float32Array, at: number): void {
    const [tangent, bitangent] = tangents(normal);
    sum.fill(0);
    for (const [x, y, z] of pattern) {
      const direction = add(add(scale(tangent, x), scale(bitangent, y)), scale(normal, z));
      if (scene.intersect(origin, direction, 1e-3, 60, hit)) {
        bounced(add(origin, scale(direction, hit.distance * (1 - 1e-6) - 1e-4)), direction, sum);
      } else {
        const light = direction[2] > -0.02 ? gatheredSky(sky, direction) : scale(skyFill, 0.25);
        sum[0]! += light[0];
        sum[1]! += light[1];
        sum[2]! += light[2];
      }
    }
    for (let k = 0; k < 3; k++) out[at + k] = sum[k]! / pattern.length;
  }

  function gridOf(index: number): Grid {
    const existing = grids[index];
    if (existing !== undefined) return existing;
    const quad = scene.quads[index]!;
    const [lengthU, lengthV] = quadSize(quad);
    const across = quad.shape === 'round' ? 0 : Math.min(Math.max(1, Math.ceil(lengthU / spacing)), 400);
    const upwards = quad.shape === 'round' ? 0 : Math.min(Math.max(1, Math.ceil(lengthV / spacing)), 400);
    const nodes = new Float32Array(3 * (across + 1) * (upwards + 1)).fill(Number.NaN);
    const grid = { across, upwards, nodes };
    grids[index] = grid;
    return grid;
  }

  function ensureNode(index: number, grid: Grid, i: number, j: number): number {
    const at = 3 * (j * (grid.across + 1) + i);
    if (!Number.isNaN(grid.nodes[at]!)) return at;
    const quad = scene.quads[index]!;
    const normal: Vec3 = [
      scene.normals[3 * index]!,
      scene.normals[3 * index + 1]!,
      scene.normals[3 * index + 2]!,
    ];
    if (quad.shape === 'round') {
      // A leaf lets light through: what matters is how much sky its place sees.
      const middle = add(add(quad.corner, scale(quad.sideU, 0.5)), scale(quad.sideV, 0.5));
      gather(
        add(middle, scale(normal, 0.01)),
        normalize(add(up, scale(normal, 0.4))),
        leafDirections,
        grid.nodes,
        at,
      );
      return at;
    }
    // Nodes keep off the rim, where they would lie inside the neighbouring surface.
    const inset = 0.03;
    const u = Math.min(Math.max(i / grid.across, inset), 1 - inset);
    const v = Math.min(Math.max(j / grid.upwards, inset), 1 - inset);
    const origin = add(add(quad.corner, scale(quad.sideU, u)), scale(quad.sideV, v));
    gather(add(origin, scale(normal, 2e-3)), normal, directions, grid.nodes, at);
    return at;
  }

  return {
    irradianceAt(index, u, v, out) {
      const grid = gridOf(index);
      const x = Math.min(Math.max(u, 0), 1) * grid.across;
      const y = Math.min(Math.max(v, 0), 1) * grid.upwards;
      const i = Math.min(Math.floor(x), Math.max(grid.across - 1, 0));
      const j = Math.min(Math.floor(y), Math.max(grid.upwards - 1, 0));
      const i1 = Math.min(i + 1, grid.across);
      const j1 = Math.min(j + 1, grid.upwards);
      const [fx, fy] = [x - i, y - j];
      const a = ensureNode(index, grid, i, j);
      const b = ensureNode(index, grid, i1, j);
      const c = ensureNode(index, grid, i, j1);
      const d = ensureNode(index, grid, i1, j1);
      const nodes = grid.nodes;
      for (let k = 0; k < 3; k++) {
        const low = nodes[a + k]! * (1 - fx) + nodes[b + k]! * fx;
        const high = nodes[c + k]! * (1 - fx) + nodes[d + k]! * fx;
        out[k]! += low * (1 - fy) + high * fy;
      }
    },
  };
}
