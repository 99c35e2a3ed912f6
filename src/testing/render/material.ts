/**
 * What a surface looks like at one point: a function of its own coordinates in metres, so that it stays on the
 * surface whatever the camera does.
 */
import type { Rgb } from './colour.ts';

/** Filled in by the renderer (first block), then by the material (second block). */
export interface SurfacePoint {
  /** Position on the surface in metres. */
  u: number;
  v: number;
  /** Width of a pixel on the surface in metres. */
  footprint: number;

  /** Diffuse reflectance, linear. */
  r: number;
  g: number;
  b: number;
  /** Slope of the relief along u and v, added to the normal. */
  slopeU: number;
  slopeV: number;
  /** Share of light mirrored at normal incidence, 0 for matt. */
  gloss: number;
  /** Light of its own, as a share of what the scene's lit rooms give. */
  emitR: number;
  emitG: number;
  emitB: number;
}

export interface Material {
  /** Average reflectance, for light that bounces off. */
  readonly mean: Rgb;
  /** Average light of its own. */
  readonly glow?: Rgb;
  shade(point: SurfacePoint): void;
}

export function createSurfacePoint(): SurfacePoint {
  return {
    u: 0,
    v: 0,
    footprint: 0,
    r: 0,
    g: 0,
    b: 0,
    slopeU: 0,
    slopeV: 0,
    gloss: 0,
    emitR: 0,
    emitG: 0,
    emitB: 0,
  };
}

/** Sets the reflectance, times `shade`. */
export function paint(point: SurfacePoint, colour: Rgb, shade = 1): void {
  point.r = colour[0] * shade;
  point.g = colour[1] * shade;
  point.b = colour[2] * shade;
}

/** Lays a colour over what is there, by `share` from 0 to 1. */
export function paintOver(point: SurfacePoint, colour: Rgb, share: number): void {
  point.r += (colour[0] - point.r) * share;
  point.g += (colour[1] - point.g) * share;
  point.b += (colour[2] - point.b) * share;
}

export function shadeBy(point: SurfacePoint, factor: number): void {
  point.r *= factor;
  point.g *= factor;
  point.b *= factor;
}
