/**
 * The match file, version 1: one pair's matches and geometry as JSON, described for other programs by
 * `match-file.schema.json`. The page and the terminal write the same bytes for the same result, but for
 * `createdBy` and the timings.
 */

import type { Preprocessing } from '../pipeline/pairMatches.ts';
import type { Cameras, GeometricModel, PairResult, RequestedModel } from '../pipeline/pairResult.ts';
import { selectMatches } from '../pipeline/selectMatches.ts';
import { CovisError } from '../reporting/covisError.ts';
import { roundTo, shortestFloat } from './shortestFloat.ts';

export const matchFileFormat = 'covis.matches';
export const matchFileVersion = 1;

type Pair<T> = readonly [T, T];
type Row = readonly [number, number, number];

export interface MatchFile {
  readonly format: typeof matchFileFormat;
  readonly version: typeof matchFileVersion;
  readonly createdBy: string;
  readonly images: Pair<{
    readonly name: string;
    readonly width: number;
    readonly height: number;
    readonly sha256: string;
  }>;
  readonly matcher: {
    readonly id: string;
    readonly weights: { readonly id: string; readonly sha256: string };
    readonly inputSize: Pair<Pair<number>>;
    readonly views: readonly string[];
    readonly executionProvider: string;
    readonly precision: string;
  };
  /** Photo pixels, x right, y down, the centre of the top-left pixel at (0, 0). */
  readonly coordinates: 'pixel-centre-origin';
  /** Columns of equal length, by falling confidence. */
  readonly keypoints0: readonly Pair<number>[];
  readonly keypoints1: readonly Pair<number>[];
  readonly confidence: readonly number[];
  /** Agrees with `geometry`; all false without one. */
  readonly inlier: readonly boolean[];
  /** Index into `matcher.views`. */
  readonly view: readonly number[];
  /** Whether the place in photo 1 was refined; missing where none was to be. */
  readonly refined?: readonly boolean[];
  /** Whether no network found the match, but it was propagated from a neighbour; missing where none was to be. */
  readonly propagated?: readonly boolean[];
  /** How many views found the match; missing where there was one view. */
  readonly support?: readonly number[];
  /** What each of `matcher.views` cost and gave; missing where there was one view. */
  readonly viewReports?: readonly {
    readonly view: string;
    readonly found: number;
    readonly added: number;
    readonly milliseconds: number;
    readonly failure: { readonly stage: string; readonly code: string; readonly message: string } | null;
  }[];
  readonly geometry: {
    readonly model: GeometricModel;
    readonly matrix: readonly [Row, Row, Row];
    readonly method: string;
    readonly thresholdPx: number;
    readonly confidence: number;
    readonly iterations: number;
    readonly inlierCount: number;
    /** Of an essential matrix: what its matrix is relative to. */
    readonly cameras?: Cameras;
    /** Of an essential matrix: a point X of camera 0 lies at R X + t in camera 1, t of length 1. */
    readonly pose?: {
      readonly rotation: readonly [Row, Row, Row];
      readonly translation: Row;
      /** Inliers in front of both cameras. */
      readonly inFrontCount: number;
    };
    /** Of an essential matrix: whether all inliers lie on one plane, which another pose fits as well. */
    readonly restsOnPlane?: boolean;
    /** Why this model, where the choice was automatic. */
    readonly choiceReason?: string;
  } | null;
  readonly settings: {
    readonly match: {
      readonly matcher: string;
      readonly longEdge: number;
      readonly views: readonly string[];
      /** Only of matchers that match every point. */
      readonly samples?: number;
      /** Only where something was asked for. */
      readonly preprocessing?: Preprocessing;
      /** Only where matches were to be refined. */
      readonly refinement?: string;
    };
    readonly minimumConfidence: number;
    /** Null keeps all. */
    readonly maximumMatches: number | null;
    readonly estimation: {
      readonly model: RequestedModel;
      readonly method: string;
      readonly thresholdPx: number;
      readonly confidence: number;
      readonly maxIterations: number;
      readonly seed: number;
      /** Of the essential matrix alone. */
      readonly cameras?: Cameras;
    } | null;
  };
  readonly timingsMs: Readonly<Record<string, number>>;
}

/**
 * @param createdBy program and version
 * @throws CovisError `estimation-of-other-matches` when the estimation has not one entry a selected match
 */
export function createMatchFile(result: PairResult, createdBy: string): MatchFile {
  const { photos, selection, estimation } = result;
  const matches = selectMatches(result.matches, selection);
  const count = matches.confidence.length;
  const geometry = estimation?.ok ? estimation : null;
  if (geometry && geometry.inliers.length !== count) {
    throw new CovisError(
      'export',
      'estimation-of-other-matches',
      `The geometry was estimated from ${geometry.inliers.length} matches but ${count} are selected: wait for the new estimate and save again.`,
    );
  }
  return {
    format: matchFileFormat,
    version: matchFileVersion,
    createdBy,
    images: [identify(photos[0]), identify(photos[1])],
    matcher: {
      id: matches.settings.matcher,
      weights: { id: matches.weights.id, sha256: matches.weights.sha256 },
      inputSize: matches.inputSize,
      views: matches.settings.views,
      executionProvider: matches.provider,
      precision: matches.precision,
    },
    coordinates: 'pixel-centre-origin',
    keypoints0: toPairs(matches.keypoints0),
    keypoints1: toPairs(matches.keypoints1),
    confidence: Array.from(matches.confidence, shortestFloat),
    inlier: Array.from({ length: count }, (_, k) => geometry?.inliers[k] === 1),
    view: Array.from(matches.view),
    ...(matches.refined && { refined: toBooleans(matches.refined) }),
    ...(matches.propagated && { propagated: toBooleans(matches.propagated) }),
    ...(matches.settings.views.length > 1 && describeViews(matches)),
    geometry: geometry && {
      model: geometry.model,
      matrix: toRows(geometry.matrix),
      method: geometry.settings.method,
      thresholdPx: geometry.settings.thresholdPx,
      confidence: geometry.settings.confidence,
      iterations: geometry.settings.maxIterations,
      inlierCount: geometry.inlierCount,
      ...(geometry.model === 'essential' && {
        cameras: copyCameras(geometry.cameras),
        pose: {
          rotation: toRows(geometry.pose.rotation),
          translation: geometry.pose.translation,
          inFrontCount: geometry.pose.inFrontCount,
        },
        ...(geometry.restsOnPlane !== null && { restsOnPlane: geometry.restsOnPlane }),
      }),
      ...(geometry.choiceReason !== undefined && { choiceReason: geometry.choiceReason }),
    },
    settings: {
      match: {
        matcher: matches.settings.matcher,
        longEdge: matches.settings.longEdge,
        views: matches.settings.views,
        ...(matches.settings.samples !== undefined && { samples: matches.settings.samples }),
        ...(matches.settings.preprocessing && { preprocessing: matches.settings.preprocessing }),
        ...(matches.settings.refinement && { refinement: matches.settings.refinement }),
      },
      minimumConfidence: selection.minimumConfidence,
      maximumMatches: selection.maximumMatches === Infinity ? null : selection.maximumMatches,
      estimation: estimation && {
        model: estimation.settings.model,
        method: estimation.settings.method,
        thresholdPx: estimation.settings.thresholdPx,
        confidence: estimation.settings.confidence,
        maxIterations: estimation.settings.maxIterations,
        seed: estimation.settings.seed,
        ...(estimation.settings.model === 'essential' &&
          estimation.settings.cameras && { cameras: copyCameras(estimation.settings.cameras) }),
      },
    },
    timingsMs: Object.fromEntries(
      Object.entries(matches.timingsMs).map(([step, milliseconds]) => [step, roundTo(milliseconds, 2)]),
    ),
  };
}

function describeViews({
  support,
  viewReports,
}: PairResult['matches']): Pick<MatchFile, 'support' | 'viewReports'> {
  return {
    support: Array.from(support),
    viewReports: viewReports.map(({ view, found, added, milliseconds, failure }) => ({
      view,
      found,
      added,
      milliseconds: roundTo(milliseconds, 2),
      failure: failure && { stage: failure.stage, code: failure.code, message: failure.message },
    })),
  };
}

/** One line a field: short files that can still be read and compared. */
export function writeMatchFile(file: MatchFile): string {
  const lines = Object.entries(file).map(
    ([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)}`,
  );
  return `{\n${lines.join(',\n')}\n}\n`;
}

function identify({
  name,
  width,
  height,
  sha256,
}: PairResult['photos'][number]): MatchFile['images'][number] {
  return { name, width, height, sha256 };
}

function copyCameras([camera0, camera1]: Cameras): Cameras {
  const copy = ({ focalPx, principalPoint, focalSource }: Cameras[number]) => ({
    focalPx,
    principalPoint,
    focalSource,
  });
  return [copy(camera0), copy(camera1)];
}

function toBooleans(flags: Uint8Array): boolean[] {
  return Array.from(flags, (flag) => flag === 1);
}

function toPairs(points: Float32Array): Pair<number>[] {
  return Array.from({ length: points.length / 2 }, (_, k) => [
    roundTo(points[2 * k]!, 3),
    roundTo(points[2 * k + 1]!, 3),
  ]);
}

function toRows(matrix: readonly number[]): [Row, Row, Row] {
  const row = (k: number): Row => [matrix[k]!, matrix[k + 1]!, matrix[k + 2]!];
  return [row(0), row(3), row(6)];
}
