/**
 * Points and the transforms between spaces.
 *
 * Every space has x to the right, y down, and the centre of its top-left pixel (or cell) at (0, 0). The space
 * is part of the type, so that network coordinates cannot be drawn on a photo by mistake.
 *
 * - `photo`: pixels of the original photo after EXIF orientation
 * - `framed`: pixels of the photo as a view shows it, cut out, mirrored or turned
 * - `input`: pixels of the tensor a network sees
 * - `cell`: cells of a dense matcher's grid
 */

declare const inSpace: unique symbol;

export type Space = 'photo' | 'framed' | 'input' | 'cell';

export type Point<S extends Space> = readonly [x: number, y: number] & { readonly [inSpace]?: S };

/** N points as x0, y0, x1, y1, ... (length 2N). */
export type Points<S extends Space> = Float32Array & { readonly [inSpace]?: S };

/**
 * An affine map of the plane: (x, y) -> (a x + b y + c, d x + e y + f), stored row-major as [a, b, c, d, e, f].
 */
export type Affine<From extends Space, To extends Space> = readonly [
  a: number,
  b: number,
  c: number,
  d: number,
  e: number,
  f: number,
] & { readonly [inSpace]?: readonly [From, To] };

/**
 * The map of a resize by `scale`: pixel areas are scaled, so x goes to (x + 0.5) scale - 0.5.
 */
export function resizeTransform<From extends Space, To extends Space>(scale: number): Affine<From, To> {
  const shift = 0.5 * scale - 0.5;
  return [scale, 0, shift, 0, scale, shift];
}

/** First `first`, then `second`. */
export function composeAffine<A extends Space, B extends Space, C extends Space>(
  first: Affine<A, B>,
  second: Affine<B, C>,
): Affine<A, C> {
  const [a, b, c, d, e, f] = first;
  const [p, q, r, s, t, u] = second;
  return [p * a + q * d, p * b + q * e, p * c + q * f + r, s * a + t * d, s * b + t * e, s * c + t * f + u];
}

/** @throws RangeError when the map has no inverse */
export function invertAffine<From extends Space, To extends Space>(
  transform: Affine<From, To>,
): Affine<To, From> {
  const [a, b, c, d, e, f] = transform;
  const determinant = a * e - b * d;
  if (determinant === 0 || !Number.isFinite(determinant)) throw new RangeError('The transform is singular.');
  const [p, q, s, t] = [e / determinant, -b / determinant, -d / determinant, a / determinant];
  return [p, q, -(p * c + q * f), s, t, -(s * c + t * f)];
}

export function applyAffine<From extends Space, To extends Space>(
  transform: Affine<From, To>,
  points: Points<From>,
): Points<To> {
  const [a, b, c, d, e, f] = transform;
  const result = new Float32Array(points.length);
  for (let k = 0; k < points.length; k += 2) {
    const [x, y] = [points[k]!, points[k + 1]!];
    result[k] = a * x + b * y + c;
    result[k + 1] = d * x + e * y + f;
  }
  return result as Points<To>;
}

/** Whether point `k` lies on a picture: its area ends at the outer edges of its outermost pixels. */
export function liesWithin<S extends Space>(
  points: Points<S>,
  k: number,
  { width, height }: { readonly width: number; readonly height: number },
): boolean {
  const [x, y] = [points[2 * k]!, points[2 * k + 1]!];
  return x >= -0.5 && y >= -0.5 && x < width - 0.5 && y < height - 0.5;
}

/** Indices by falling value; equal ones keep their order. */
export function orderFalling(values: ArrayLike<number>): Uint32Array {
  return Uint32Array.from({ length: values.length }, (_, k) => k).sort(
    (a, b) => values[b]! - values[a]! || a - b,
  );
}

/** The points of these indices, in their order. */
export function pickPoints<S extends Space>(
  points: Points<S>,
  indices: readonly number[] | Uint32Array,
): Points<S> {
  const picked = new Float32Array(2 * indices.length);
  for (const [position, k] of indices.entries()) {
    picked[2 * position] = points[2 * k]!;
    picked[2 * position + 1] = points[2 * k + 1]!;
  }
  return picked as Points<S>;
}
