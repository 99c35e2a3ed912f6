/** One match in words and numbers, for the readout beside the pointer and for screen readers. */
import { describeView } from '../pipeline/pairMatches.ts';
import type { StageMatches, StagePhoto } from './stageProps.ts';

export interface MatchDescription {
  readonly title: string;
  readonly confidence: string;
  /** Null while there is no geometry to agree with. */
  readonly agreement: 'inlier' | 'outlier' | null;
  /** Null where there is one view. */
  readonly view: string | null;
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
    view: describeViewOf(index, matches),
    rows: [row(photo0.name, matches.keypoints0), row(photo1.name, matches.keypoints1)],
  };
}

/** Such as "Mirrored and 2 other views". */
function describeViewOf(index: number, { view, support, settings: { views } }: StageMatches): string | null {
  if (views.length < 2) return null;
  const { label } = describeView(views[view[index]!]!);
  const count = support[index]!;
  if (count === 1) return `${label} alone`;
  return `${label} and ${count === 2 ? 'one other view' : `${count - 1} other views`}`;
}

export function sayMatch({ title, confidence, agreement, view, rows }: MatchDescription): string {
  const places = rows.map(({ name, x, y }) => `${name} at ${x}, ${y}`).join('; ');
  const details = [title, `confidence ${confidence}`, agreement, view].filter((part) => part !== null);
  return `${details.join(', ')}: ${places}`;
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
