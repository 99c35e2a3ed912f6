/** One match in words and numbers, for the readout beside the pointer and for screen readers. */
import { describeView } from '../pipeline/pairMatches.ts';
import { formatCount } from '../reporting/formatCount.ts';
import { distanceFromLine } from './relationMarks.ts';
import type { StageGeometry, StageMatches, StagePhoto } from './stageData.ts';

export interface MatchDescription {
  readonly title: string;
  readonly confidence: string;
  /** Null while there is no geometry to agree with. */
  readonly agreement: 'inlier' | 'outlier' | null;
  /** Null where there is one view. */
  readonly view: string | null;
  readonly rows: readonly { readonly name: string; readonly x: string; readonly y: string }[];
  /** How far the match is from the geometry. */
  readonly measures: readonly { readonly name: string; readonly value: string }[];
}

/** Matches count from 1 by falling confidence; coordinates are photo pixels with one decimal. */
export function describeMatch(
  index: number,
  matches: StageMatches,
  geometry: StageGeometry | null,
  photo0: StagePhoto,
  photo1: StagePhoto,
): MatchDescription {
  const row = (name: string, points: Float32Array) => ({
    name,
    x: points[2 * index]!.toFixed(1),
    y: points[2 * index + 1]!.toFixed(1),
  });
  return {
    title: `Match ${formatCount(index + 1)}`,
    confidence: matches.confidence[index]!.toFixed(3),
    agreement: geometry === null ? null : geometry.inliers[index] === 1 ? 'inlier' : 'outlier',
    view: describeViewOf(index, matches),
    rows: [row(photo0.name, matches.keypoints0), row(photo1.name, matches.keypoints1)],
    measures: geometry ? measureMatch(index, matches, geometry) : [],
  };
}

function measureMatch(
  index: number,
  { keypoints0, keypoints1 }: StageMatches,
  { relation, residualsPx }: StageGeometry,
): MatchDescription['measures'] {
  const residual = residualsPx[index]!;
  if (Number.isNaN(residual)) return [];
  const measures = [{ name: 'Residual', value: formatPixels(residual) }];
  if (relation.kind === 'homography') return measures;
  const at = (points: Float32Array) => [points[2 * index]!, points[2 * index + 1]!] as const;
  const [[x0, y0], [x1, y1]] = [at(keypoints0), at(keypoints1)];
  const distances = [
    distanceFromLine(relation.fundamental, { side: 1, x: x1, y: y1 }, [x0, y0]),
    distanceFromLine(relation.fundamental, { side: 0, x: x0, y: y0 }, [x1, y1]),
  ].map((distance) => (distance === null ? '–' : formatPixels(distance)));
  return [...measures, { name: 'From its lines', value: distances.join(' and ') }];
}

function formatPixels(value: number): string {
  if (!Number.isFinite(value)) return 'behind the camera';
  return `${value.toFixed(value < 10 ? 2 : 1)}\u2009px`;
}

/** Such as "Mirrored and 2 other views". */
function describeViewOf(index: number, { view, support, settings: { views } }: StageMatches): string | null {
  if (views.length < 2) return null;
  const { label } = describeView(views[view[index]!]!);
  const count = support[index]!;
  if (count === 1) return `${label} alone`;
  return `${label} and ${count === 2 ? 'one other view' : `${count - 1} other views`}`;
}

export function sayMatch(description: MatchDescription): string {
  const { title, confidence, agreement, view, rows, measures } = description;
  const places = [
    ...rows.map(({ name, x, y }) => `${name} at ${x}, ${y}`),
    ...measures.map(({ name, value }) => `${name.toLowerCase()} ${value}`),
  ].join('; ');
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
  return `${photos}, ${formatCount(drawn)} of ${formatCount(matchCount)} matches drawn`;
}
