/**
 * The ray caster: a scene, its light and a camera become light on a sensor (Whitted, "An improved illumination model
 * for shaded display", 1980, with the gathered light of lighting.ts), and exact depth.
 *
 * Rays of one pixel are jittered by a hash of its position, so a picture repeats to the byte.
 */
import { type Camera, cameraCentre, projectPoint, rayDirection } from './camera.ts';
import { type GatheredLight, type Lighting, skyRadiance } from './lighting.ts';
import { createSurfacePoint } from './material.ts';
import { randomOfCell } from './noise.ts';
import { createHit, quadSize, type Scene } from './scene.ts';
import { add, dot, norm, normalize, scale, subtract, tangents, type Vec3 } from './vector.ts';

/** How much of the light glass mirrors head on; two panes have four faces. */
const glassReflectance = 0.13;

/** Size of the light of a lantern in metres. */
const lampRadius = 0.12;

const goldenAngle = Math.PI * (3 - Math.sqrt(5));

/** The part of each light that a ray asks for: a point in the unit disc, and a height from -1 to 1. */
interface LightPart {
  x: number;
  y: number;
  z: number;
}

interface Tracer {
  /** Adds the radiance along a ray to `out` (length 3). */
  trace(origin: Vec3, direction: Vec3, part: LightPart, out: Float64Array): void;
}

function createTracer(scene: Scene, lighting: Lighting, gathered: GatheredLight, pixelAngle: number): Tracer {
  const { sun, lamps, rooms, sky, visibility } = lighting;
  const hit = createHit();
  const point = createSurfacePoint();
  const irradiance = new Float64Array(3);
  const sizes = scene.quads.map(quadSize);
  const sunTangents = sun === null ? null : tangents(sun.direction);

  function addSky(direction: Vec3, share: number, out: Float64Array): void {
    const light = skyRadiance(sky, direction);
    for (let k = 0; k < 3; k++) out[k]! += share * light[k]!;
  }

  function follow(
    origin: Vec3,
    direction: Vec3,
    travelled: number,
    part: LightPart,
    share: number,
    bounce: number,
    out: Float64Array,
  ): void {
    if (!scene.intersect(origin, direction, 1e-4, 1e4, hit)) {
      addSky(direction, share, out);
      return;
    }
    const index = hit.quad;
    const quad = scene.quads[index]!;
    const [lengthU, lengthV] = sizes[index]!;
    const { u, v, distance } = hit;
    const flat: Vec3 = [
      scene.normals[3 * index]!,
      scene.normals[3 * index + 1]!,
      scene.normals[3 * index + 2]!,
    ];
    const side = dot(flat, direction) > 0 ? -1 : 1;
    const facing = Math.max(Math.abs(dot(flat, direction)), 0.08);

    point.u = (quad.u ?? 0) + u * lengthU;
    point.v = (quad.v ?? 0) + v * lengthV;
    point.footprint = ((travelled + distance) * pixelAngle) / Math.sqrt(facing);
    point.slopeU = 0;
    point.slopeV = 0;
    point.gloss = 0;
    point.emitR = 0;
    point.emitG = 0;
    point.emitB = 0;
    quad.material.shade(point);
    const { r, g, b, gloss, emitR, emitG, emitB } = point;

    const leanU = ((quad.bend ?? 0) * (2 * u - 1) + point.slopeU) / lengthU;
    const leanV = point.slopeV / lengthV;
    const normal =
      leanU === 0 && leanV === 0
        ? scale(flat, side)
        : normalize([
            side * flat[0] + leanU * quad.sideU[0] + leanV * quad.sideV[0],
            side * flat[1] + leanU * quad.sideU[1] + leanV * quad.sideV[1],
            side * flat[2] + leanU * quad.sideU[2] + leanV * quad.sideV[2],
          ]);
    const surface = add(origin, scale(direction, distance));
    const lifted = add(surface, scale(flat, side * 1e-3));

    irradiance.fill(0);
    gathered.irradianceAt(index, u, v, irradiance);
    if (side < 0 && quad.shape !== 'round') for (let k = 0; k < 3; k++) irradiance[k]! *= 0.6;

    if (sun !== null && sunTangents !== null) {
      let lit = dot(normal, sun.direction);
      // Leaves pass on about half of the light that falls on their other side.
      if (quad.shape === 'round') lit = lit > 0 ? lit : -0.55 * lit;
      if (lit > 0 && (quad.shape === 'round' || side * dot(flat, sun.direction) > 0)) {
        const towards = add(
          sun.direction,
          add(scale(sunTangents[0], sun.radius * part.x), scale(sunTangents[1], sun.radius * part.y)),
        );
        if (!scene.isBlocked(lifted, towards, 1e-4, 1e4)) {
          for (let k = 0; k < 3; k++) irradiance[k]! += lit * sun.light[k]!;
        }
      }
    }
    for (const lamp of lamps) {
      // A lamp has a size: each ray of a pixel goes to another part of it.
      const bulb = add(lamp.position, [lampRadius * part.x, lampRadius * part.y, lampRadius * part.z]);
      const towards = subtract(bulb, lifted);
      const length = norm(towards);
      const lit = dot(normal, towards) / length / (length * length + 0.3);
      if (lit * lamp.light[0] < 0.002) continue;
      if (scene.isBlocked(lifted, towards, 1e-4, 1 - (lampRadius * 1.6) / length)) continue;
      for (let k = 0; k < 3; k++) irradiance[k]! += lit * lamp.light[k]!;
    }

    const clearAir = Math.exp(-(travelled + distance) / visibility);
    const mirrored =
      gloss > 0
        ? gloss *
          (glassReflectance +
            (1 - glassReflectance) * (1 - Math.min(Math.abs(dot(normal, direction)), 1)) ** 5)
        : 0;
    const matt = share * clearAir * (1 - mirrored);
    out[0]! += matt * (r * irradiance[0]! + emitR * rooms);
    out[1]! += matt * (g * irradiance[1]! + emitG * rooms);
    out[2]! += matt * (b * irradiance[2]! + emitB * rooms);
    for (let k = 0; k < 3; k++) out[k]! += share * (1 - clearAir) * sky.horizon[k]!;

    if (mirrored < 0.008) return;
    const reflected = subtract(direction, scale(normal, 2 * dot(normal, direction)));
    if (bounce === 0 && gloss > 0.3) {
      follow(lifted, reflected, travelled + distance, part, share * clearAir * mirrored, 1, out);
    } else if (reflected[2] > 0) addSky(reflected, share * clearAir * mirrored, out);
  }

  return {
    trace: (origin, direction, part, out) => follow(origin, direction, 0, part, 1, 0, out),
  };
}

/** Depth (z in the camera, metres, infinite for sky) at each pixel centre, by one exact ray each. */
export function renderDepth(scene: Scene, camera: Camera): Float64Array {
  const depth = new Float64Array(camera.width * camera.height);
  const eye = cameraCentre(camera);
  const hit = createHit();
  for (let y = 0; y < camera.height; y++) {
    for (let x = 0; x < camera.width; x++) {
      const direction = rayDirection(camera, x, y);
      depth[y * camera.width + x] = scene.intersect(eye, direction, 1e-4, 1e4, hit)
        ? projectPoint(camera, add(eye, scale(direction, hit.distance))).depth
        : Number.POSITIVE_INFINITY;
    }
  }
  return depth;
}

/**
 * The light on the sensor: linear RGB, three numbers a pixel, still to be developed.
 * @param gathered of the same scene and lighting; photos in the same light share it
 * @param supersampling rays of a pixel along each side
 */
export function renderRadiance(
  scene: Scene,
  lighting: Lighting,
  gathered: GatheredLight,
  camera: Camera,
  supersampling: number,
): Float32Array {
  const { width, height } = camera;
  const side = supersampling;
  const tracer = createTracer(scene, lighting, gathered, 1.3 / (camera.K[0] * side));
  const eye = cameraCentre(camera);
  const radiance = new Float32Array(3 * width * height);
  const sum = new Float64Array(3);
  const part: LightPart = { x: 0, y: 0, z: 0 };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      sum.fill(0);
      const turn = randomOfCell(x, y, 77) * 2 * Math.PI;
      for (let sample = 0; sample < side * side; sample++) {
        const jitterX = randomOfCell(x * side * side + sample, y, 1);
        const jitterY = randomOfCell(x * side * side + sample, y, 2);
        const px = x - 0.5 + ((sample % side) + jitterX) / side;
        const py = y - 0.5 + (Math.floor(sample / side) + jitterY) / side;
        // Vogel's spiral spreads the rays of a pixel evenly over each light; the turn keeps pixels apart.
        const share = (sample + 0.5) / (side * side);
        part.x = Math.sqrt(share) * Math.cos(turn + sample * goldenAngle);
        part.y = Math.sqrt(share) * Math.sin(turn + sample * goldenAngle);
        part.z = 2 * share - 1;
        tracer.trace(eye, rayDirection(camera, px, py), part, sum);
      }
      for (let k = 0; k < 3; k++) radiance[3 * (y * width + x) + k] = sum[k]! / (side * side);
    }
  }
  return radiance;
}
