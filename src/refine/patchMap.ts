/**
 * How the surroundings of a match lie in the other picture: [x, y, a, b, c, d] sends a point (u, v) from the match's
 * place in picture 0 to (x + a u + b v, y + c u + d v) in picture 1.
 */
export type PatchMap = Float64Array;

export function determinantOf(map: PatchMap): number {
  return map[2]! * map[5]! - map[3]! * map[4]!;
}
