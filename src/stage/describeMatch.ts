/** One match in words and numbers, for the readout beside the pointer and for screen readers. */
import type { StageMatches, StagePhoto } from './stageProps.ts';

export interface MatchDescription {
  readonly title: string;
  readonly confidence: string;
  /** Null while there is no geometry to agree with. */
  readonly agreement: 'inlier' | 'outlier' | null;
  readonly rows: readonly { readonly name: string; readonly x: string; readonly y: string }[];
}

/** Matches count from 1 by falling confidence; coordinates are photo pixels with one decimal. */
export function describeMatch(
  index: number,
  matches: StageMatches,
  inliers: Uint8Array | null,
  photo0: StagePhoto,
  photo1: StagePhoto,
): MatchDescription {
  const row = (name: string, points: Float32Array) => ({
    name,
    x: points[2 * index]!.toFixed(1),
    y: points[2 * index + 1]!.toFixed(1),
  });
  return {
    title: `Match ${(index + 1).toLocaleString('en')}`,
    confidence: matches.confidence[index]!.toFixed(3),
    agreement: inliers === null ? null : inliers[index] === 1 ? 'inlier' : 'outlier',
    rows: [row(photo0.name, matches.keypoints0), row(photo1.name, matches.keypoints1)],
  };
}

export function sayMatch({ title, confidence, agreement, rows }: MatchDescription): string {
  const places = rows.map(({ name, x, y }) => `${name} at ${x}, ${y}`).join('; ');
  return `${title}, confidence ${confidence}${agreement ? `, ${agreement}` : ''}: ${places}`;
}

/** What the stage shows, for its accessible name. */
export function describeStage(
  photo0: StagePhoto | null,
  photo1: StagePhoto | null,
  matchCount: number | null,
  drawn: number,
): string {
  const names = [photo0?.name, photo1?.name].filter((name) => name !== undefined);
  const photos =
    names.length === 0 ? 'No photos' : `${names.length === 1 ? 'Photo' : 'Photos'} ${names.join(' and ')}`;
  if (matchCount === null) return photos;
  return `${photos}, ${drawn.toLocaleString('en')} of ${matchCount.toLocaleString('en')} matches drawn`;
}
