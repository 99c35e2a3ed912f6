/**
 * A match file back into the result it was written from. Nothing in a file is believed before it is checked:
 * first the shape, then what a schema cannot say (columns that belong together).
 */
import { orderFalling, type Points } from '../geometry/coordinates.ts';
import { fundamentalOfEssential, measureSampson } from '../geometry/epipolar.ts';
import { reproject } from '../geometry/reprojection.ts';
import type { PairMatches } from '../pipeline/pairMatches.ts';
import type { Estimation, EstimationSettings, PairResult } from '../pipeline/pairResult.ts';
import { CovisError } from '../reporting/covisError.ts';
import type { ExecutionProvider, Precision } from '../runtime/session.ts';
import type { MatchFile } from './matchFile.ts';
import { matchFileFormat, matchFileVersion } from './matchFile.ts';
import { matchFileShape } from './matchFileShape.ts';

/** About a million matches. Larger files are refused before they are parsed; check a file's size before reading it. */
export const maximumMatchFileBytes = 100_000_000;

export interface ParsedMatchFile extends PairResult {
  readonly createdBy: string;
  /** What the geometry was, or was to be, estimated with; also where `estimation` is null. */
  readonly estimationSettings: EstimationSettings | null;
}

/**
 * Matches are ordered by falling confidence whatever the file's order. Residuals are those of the file's
 * matrix; which matches are inliers is what the file says.
 *
 * @throws CovisError (export) `match-file-too-large`, `match-file-not-json`, `match-file-other-format`,
 *   `match-file-newer` or `match-file-damaged`
 */
export function parseMatchFile(text: string): ParsedMatchFile {
  const file = checkMatchFile(parseJson(text));
  const order = orderFalling(file.confidence);
  const matches: PairMatches = {
    // The shape admits only the names that these types know.
    settings: file.settings.match as PairMatches['settings'],
    weights: file.matcher.weights,
    keypoints0: toPoints(file.keypoints0, order),
    keypoints1: toPoints(file.keypoints1, order),
    confidence: Float32Array.from(order, (k) => file.confidence[k]!),
    view: Uint8Array.from(order, (k) => file.view[k]!),
    support: Uint8Array.from(order, (k) => file.support?.[k] ?? 1),
    ...(file.refined && { refined: toFlags(file.refined, order) }),
    ...(file.propagated && { propagated: toFlags(file.propagated, order) }),
    viewReports: restoreViewReports(file),
    inputSize: file.matcher.inputSize,
    provider: file.matcher.executionProvider as ExecutionProvider,
    precision: file.matcher.precision as Precision,
    timingsMs: file.timingsMs,
  };
  return {
    createdBy: file.createdBy,
    photos: file.images,
    matches,
    selection: {
      minimumConfidence: file.settings.minimumConfidence,
      maximumMatches: file.settings.maximumMatches ?? Infinity,
    },
    estimation: restoreEstimation(file, matches, order),
    estimationSettings: file.settings.estimation,
  };
}

function parseJson(text: string): unknown {
  if (text.length > maximumMatchFileBytes) {
    throw new CovisError(
      'export',
      'match-file-too-large',
      'This file is larger than any match file (over 100 MB): choose a match file that Covis saved.',
    );
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CovisError(
      'export',
      'match-file-not-json',
      'This file is no match file, or was cut off: it is not valid JSON; choose another or save it again.',
      { cause },
    );
  }
}

/** @returns the value itself, once it is known to be a match file that makes sense */
export function checkMatchFile(value: unknown): MatchFile {
  const { format, version } = Object(value) as { format?: unknown; version?: unknown };
  if (format !== matchFileFormat) {
    throw new CovisError(
      'export',
      'match-file-other-format',
      `This file is JSON but no match file of Covis (its "format" is not "${matchFileFormat}"): choose another.`,
    );
  }
  if (typeof version === 'number' && version > matchFileVersion) {
    throw new CovisError(
      'export',
      'match-file-newer',
      `This match file has version ${version} and this Covis reads up to ${matchFileVersion}: open it with a newer Covis.`,
    );
  }
  const mismatch = matchFileShape(value);
  if (mismatch) throw damaged(`"${mismatch.path.slice(1)}" must be ${mismatch.expected}`);
  const file = value as MatchFile;
  const contradiction = findContradiction(file);
  if (contradiction !== null) throw damaged(contradiction);
  return file;
}

function damaged(what: string): CovisError {
  return new CovisError(
    'export',
    'match-file-damaged',
    `The match file is damaged: ${what}; save it again from its photos.`,
  );
}

const columns = ['keypoints1', 'confidence', 'inlier', 'view', 'support', 'refined', 'propagated'] as const;

function findContradiction(file: MatchFile): string | null {
  const count = file.keypoints0.length;
  for (const name of columns) {
    const length = file[name]?.length ?? count;
    if (length !== count) return `"keypoints0" has ${count} entries and "${name}" has ${length}`;
  }
  if (file.viewReports && file.viewReports.map(({ view }) => view).join() !== file.matcher.views.join()) {
    return '"viewReports" and "matcher.views" name different views';
  }
  if (file.view.some((view) => view >= file.matcher.views.length)) {
    return '"view" names a view that "matcher.views" does not list';
  }
  const inlierCount = file.inlier.reduce((sum, inlier) => sum + (inlier ? 1 : 0), 0);
  if (inlierCount !== (file.geometry?.inlierCount ?? 0)) {
    return `"inlier" marks ${inlierCount} matches and "geometry" counts ${file.geometry?.inlierCount ?? 0}`;
  }
  if (file.geometry?.model === 'essential' && !(file.geometry.cameras && file.geometry.pose)) {
    return 'its "geometry" is an essential matrix without "cameras" or "pose"';
  }
  const least = Math.fround(file.settings.minimumConfidence);
  if (file.confidence.some((confidence) => Math.fround(confidence) < least)) {
    return '"confidence" goes below "settings.minimumConfidence"';
  }
  const { maximumMatches } = file.settings;
  if (maximumMatches !== null && count > maximumMatches) {
    return `it has ${count} matches and "settings.maximumMatches" is ${maximumMatches}`;
  }
  return null;
}

/** Files of one view, and all of before there were more, tell of it by their columns. */
function restoreViewReports(file: MatchFile): PairMatches['viewReports'] {
  if (file.viewReports) return file.viewReports as PairMatches['viewReports'];
  const count = file.confidence.length;
  return (file.matcher.views as PairMatches['settings']['views']).map((view) => ({
    view,
    found: count,
    added: count,
    milliseconds: file.timingsMs.total ?? 0,
    failure: null,
  }));
}

function toFlags(flags: readonly boolean[], order: Uint32Array): Uint8Array {
  return Uint8Array.from(order, (k) => (flags[k] ? 1 : 0));
}

function toPoints(pairs: MatchFile['keypoints0'], order: Uint32Array): Points<'photo'> {
  const points = new Float32Array(2 * order.length);
  order.forEach((k, position) => {
    points.set(pairs[k]!, 2 * position);
  });
  return points;
}

function restoreEstimation(file: MatchFile, matches: PairMatches, order: Uint32Array): Estimation | null {
  const { geometry } = file;
  if (geometry === null) return null;
  const matrix = geometry.matrix.flat();
  const { keypoints0, keypoints1 } = matches;
  const { thresholdPx, choiceReason } = geometry;
  const common = {
    ok: true,
    settings: {
      model: file.settings.estimation?.model ?? geometry.model,
      method: geometry.method,
      thresholdPx,
      confidence: geometry.confidence,
      maxIterations: geometry.iterations,
      seed: file.settings.estimation?.seed ?? 0,
      ...(geometry.cameras && { cameras: geometry.cameras }),
    },
    matrix,
    inliers: toFlags(file.inlier, order),
    inlierCount: geometry.inlierCount,
    ...(choiceReason !== undefined && { choiceReason }),
  } as const;
  if (geometry.model === 'homography') {
    const { residualsPx } = reproject(matrix, keypoints0, keypoints1, thresholdPx);
    return { ...common, model: 'homography', residualsPx };
  }
  if (geometry.model === 'fundamental') {
    const { residualsPx } = measureSampson(matrix, keypoints0, keypoints1, thresholdPx);
    return { ...common, model: 'fundamental', residualsPx };
  }
  // Checked before: an essential matrix comes with both.
  const [cameras, pose] = [geometry.cameras!, geometry.pose!];
  const fundamental = fundamentalOfEssential(matrix, cameras);
  return {
    ...common,
    model: 'essential',
    residualsPx: measureSampson(fundamental, keypoints0, keypoints1, thresholdPx).residualsPx,
    cameras,
    pose: { ...pose, rotation: pose.rotation.flat() },
    restsOnPlane: geometry.restsOnPlane ?? null,
  };
}
