/**
 * Which matches have company: density-based clustering (Ester, Kriegel, Sander and Xu, "A density-based algorithm
 * for discovering clusters", KDD 1996) of matches by both of their ends. True matches of one surface have
 * neighbours that go where they go; a false one seldom has.
 */
import Flatbush from 'flatbush';
import type { Points } from '../geometry/coordinates.ts';

export interface ClusterOptions {
  /** How far apart neighbours may lie in either photo, in its pixels. */
  readonly radiiPx: readonly [number, number];
  /** Matches within the radius, itself included, from which on a match can grow a cluster. */
  readonly leastNeighbours: number;
}

/** @returns indices of the matches of each cluster, rising, the largest cluster first; the others are in none */
export function clusterMatches(
  keypoints0: Points<'photo'>,
  keypoints1: Points<'photo'>,
  { radiiPx, leastNeighbours }: ClusterOptions,
): readonly (readonly number[])[] {
  const count = keypoints0.length / 2;
  if (count === 0) return [];
  const neighboursOf = createNeighbourSearch(keypoints0, keypoints1, radiiPx);
  const NONE = -1;
  const clusterOf = new Int32Array(count).fill(NONE);
  const visited = new Uint8Array(count);
  let clusters = 0;

  for (let seed = 0; seed < count; seed++) {
    if (visited[seed] === 1) continue;
    visited[seed] = 1;
    const around = neighboursOf(seed);
    if (around.length < leastNeighbours) continue;
    const cluster = clusters++;
    clusterOf[seed] = cluster;
    const front = [...around];
    for (let k = front.pop(); k !== undefined; k = front.pop()) {
      if (clusterOf[k] === NONE) clusterOf[k] = cluster;
      if (visited[k] === 1) continue;
      visited[k] = 1;
      const further = neighboursOf(k);
      if (further.length >= leastNeighbours) front.push(...further);
    }
  }

  const members = Array.from({ length: clusters }, (): number[] => []);
  for (const [k, cluster] of clusterOf.entries()) if (cluster !== NONE) members[cluster]!.push(k);
  return members.sort((a, b) => b.length - a.length || a[0]! - b[0]!);
}

function createNeighbourSearch(
  keypoints0: Points<'photo'>,
  keypoints1: Points<'photo'>,
  [radius0, radius1]: readonly [number, number],
): (k: number) => number[] {
  const count = keypoints0.length / 2;
  const index = new Flatbush(count);
  for (let k = 0; k < count; k++) index.add(keypoints0[2 * k]!, keypoints0[2 * k + 1]!);
  index.finish();
  const within = (points: Points<'photo'>, a: number, b: number, radius: number) =>
    (points[2 * a]! - points[2 * b]!) ** 2 + (points[2 * a + 1]! - points[2 * b + 1]!) ** 2 <= radius ** 2;
  return (k) => {
    const [x, y] = [keypoints0[2 * k]!, keypoints0[2 * k + 1]!];
    return index
      .search(x - radius0, y - radius0, x + radius0, y + radius0)
      .filter((other) => within(keypoints0, k, other, radius0) && within(keypoints1, k, other, radius1));
  };
}
