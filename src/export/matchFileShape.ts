/**
 * The match file's shape as checks: what `match-file.schema.json` says, and tests hold both to the same
 * verdicts. Limits are far beyond any photo; they keep nonsense from being drawn.
 */

import {
  type MatchSettings,
  preprocessingLimits,
  type Refinement,
  type ResamplingFilter,
  viewIdPattern,
} from '../pipeline/pairMatches.ts';
import type { Cameras, GeometricModel, RequestedModel } from '../pipeline/pairResult.ts';
import type { ExecutionProvider, Precision } from '../runtime/session.ts';
import {
  boolean,
  integer,
  list,
  nullable,
  number,
  numberBetween,
  object,
  oneOf,
  record,
  text,
  textLike,
  tuple,
} from './checkShape.ts';
import { matchFileFormat, matchFileVersion } from './matchFile.ts';

/** Records, so that a new member of the type is an error here until the file format knows it. */
const matchers: Readonly<Record<MatchSettings['matcher'], true>> = { loftr: true, dkm: true };
const models: Readonly<Record<GeometricModel, true>> = {
  homography: true,
  fundamental: true,
  essential: true,
};
const requests: Readonly<Record<RequestedModel, true>> = { ...models, automatic: true };
const focalSources: Readonly<Record<Cameras[number]['focalSource'], true>> = {
  exif: true,
  guessed: true,
  given: true,
};
const providers: Readonly<Record<ExecutionProvider, true>> = { webgpu: true, wasm: true, cpu: true };
const resamplings: Readonly<Record<ResamplingFilter, true>> = { cubic: true, area: true, lanczos: true };
const refinements: Readonly<Record<Refinement, true>> = { 'least-squares': true, propagation: true };
const precisions: Readonly<Record<Precision, true>> = { fp32: true, fp16: true };

const sha256 = textLike(/^[0-9a-f]{64}$/, 'a SHA-256 in hexadecimal');
const side = integer(1, 1_000_000);
const matcher = oneOf(...Object.keys(matchers));
const viewId = textLike(viewIdPattern, 'the name of a view');
const viewList = list(viewId, 1);
const keypoints = list(tuple(number(-1_000_000, 1_000_000), 2));
const unit = number(0, 1);
const finite = number(-Number.MAX_VALUE, Number.MAX_VALUE);
const model = oneOf(...Object.keys(models));
const { clipLimit, tiles, gamma } = preprocessingLimits;
const preprocessing = object({
  resampling: oneOf(...Object.keys(resamplings)),
  equalisation: nullable(
    object({ clipLimit: number(clipLimit.least, clipLimit.most), tiles: integer(tiles.least, tiles.most) }),
  ),
  gamma: number(gamma.least, gamma.most),
});
const thresholdPx = numberBetween(0, 1_000_000);
const cameras = tuple(
  object({
    focalPx: numberBetween(0, 1_000_000_000),
    principalPoint: tuple(number(-1_000_000, 1_000_000), 2),
    focalSource: oneOf(...Object.keys(focalSources)),
  }),
  2,
);
const direction = tuple(number(-1, 1), 3);
const count = integer(0, 0x7fffffff);
const iterations = integer(1, 0x7fffffff);

const requiredFields = {
  format: oneOf(matchFileFormat),
  version: oneOf(matchFileVersion),
  createdBy: text,
  images: tuple(object({ name: text, width: side, height: side, sha256 }), 2),
  matcher: object({
    id: matcher,
    weights: object({ id: text, sha256 }),
    inputSize: tuple(tuple(side, 2), 2),
    views: viewList,
    executionProvider: oneOf(...Object.keys(providers)),
    precision: oneOf(...Object.keys(precisions)),
  }),
  coordinates: oneOf('pixel-centre-origin'),
  keypoints0: keypoints,
  keypoints1: keypoints,
  confidence: list(unit),
  inlier: list(boolean),
  view: list(integer(0, 255)),
  geometry: nullable(
    object(
      {
        model,
        matrix: tuple(tuple(finite, 3), 3),
        method: text,
        thresholdPx,
        confidence: numberBetween(0, 1),
        iterations,
        inlierCount: count,
      },
      {
        cameras,
        pose: object({ rotation: tuple(direction, 3), translation: direction, inFrontCount: count }),
        restsOnPlane: boolean,
        choiceReason: text,
      },
    ),
  ),
  settings: object({
    match: object(
      { matcher, longEdge: side, views: viewList },
      { samples: integer(1, 0x7fffffff), preprocessing, refinement: oneOf(...Object.keys(refinements)) },
    ),
    minimumConfidence: unit,
    maximumMatches: nullable(count),
    estimation: nullable(
      object(
        {
          model: oneOf(...Object.keys(requests)),
          method: text,
          thresholdPx,
          confidence: numberBetween(0, 1),
          maxIterations: iterations,
          seed: integer(-0x80000000, 0x7fffffff),
        },
        { cameras },
      ),
    ),
  }),
  timingsMs: record(number(0, Number.MAX_VALUE)),
};

const optionalFields = {
  /** Missing where nothing was to be refined. */
  refined: list(boolean),
  /** Missing where nothing was to be propagated. */
  propagated: list(boolean),
  /** This and the next missing where there was one view. */
  support: list(integer(1, 255)),
  viewReports: list(
    object({
      view: viewId,
      found: integer(0, 0x7fffffff),
      added: integer(0, 0x7fffffff),
      milliseconds: number(0, Number.MAX_VALUE),
      failure: nullable(object({ stage: text, code: text, message: text })),
    }),
    1,
  ),
};

export const matchFileShape = object(requiredFields, optionalFields);
