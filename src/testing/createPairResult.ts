/** A complete, plausible result for tests of what is written and read: matches that follow one homography. */
import { essentialOfPose, fundamentalOfEssential, measureSampson } from '../geometry/epipolar.ts';
import { reproject } from '../geometry/reprojection.ts';
import type { ViewId } from '../pipeline/pairMatches.ts';
import type { Estimation, EstimationSettings, PairResult } from '../pipeline/pairResult.ts';
import { countConfident, type MatchSelection, selectMatches } from '../pipeline/selectMatches.ts';
import { createHomographyMatches } from './homographyMatches.ts';
import { createRandom } from './random.ts';

const settings: EstimationSettings = {
  model: 'homography',
  method: 'usac-magsac',
  thresholdPx: 3,
  confidence: 0.9999,
  maxIterations: 10_000,
  seed: 0,
};

/** @param selection what the estimation is of; all matches by default */
export function createPairResult(
  count: number,
  selection: MatchSelection = { minimumConfidence: 0, maximumMatches: Infinity },
): PairResult {
  const { keypoints0, keypoints1, matrix } = createHomographyMatches({ count, wrong: 0.3, seed: 1 });
  const random = createRandom(2);
  const confidence = Float32Array.from({ length: count }, () => random.next())
    .sort()
    .reverse();
  const selected = Math.min(
    countConfident(confidence, selection.minimumConfidence),
    selection.maximumMatches,
  );
  const estimation: Estimation = {
    ok: true,
    model: 'homography',
    settings,
    matrix,
    ...reproject(matrix, keypoints0.subarray(0, 2 * selected), keypoints1.subarray(0, 2 * selected), 3),
  };
  return {
    photos: [
      { name: 'left.jpg', width: 640, height: 480, sha256: 'a'.repeat(64) },
      { name: 'right “2”.jpg', width: 640, height: 480, sha256: '0123456789abcdef'.repeat(4) },
    ],
    matches: {
      settings: { matcher: 'loftr', longEdge: 640, views: ['original'] },
      weights: { id: 'loftr-compact', sha256: 'b'.repeat(64) },
      keypoints0,
      keypoints1,
      confidence,
      view: new Uint8Array(count),
      support: new Uint8Array(count).fill(1),
      viewReports: [{ view: 'original', found: count, added: count, milliseconds: 1012.5, failure: null }],
      inputSize: [
        [640, 480],
        [640, 480],
      ],
      provider: 'wasm',
      precision: 'fp32',
      timingsMs: { decode: 12.3456, coarse: 1000.004, total: 1012.5 },
    },
    selection,
    estimation,
  };
}

/** The same result as of a run of four views, the last of which failed; views and support take turns. */
export function withViews(result: PairResult): PairResult {
  const { matches } = result;
  const found = matches.confidence.length;
  const report = (view: ViewId, added: number) => ({
    view,
    found,
    added,
    milliseconds: 10.123,
    failure: null,
  });
  return {
    ...result,
    matches: {
      ...matches,
      settings: { ...matches.settings, views: ['original', 'flip', 'scale:960', 'shared-region'] },
      view: matches.view.map((_, k) => k % 3),
      support: matches.support.map((_, k) => 1 + (k % 3)),
      viewReports: [
        report('original', found),
        report('flip', 0),
        report('scale:960', 0),
        {
          view: 'shared-region',
          found: 0,
          added: 0,
          milliseconds: 0.5,
          failure: { stage: 'matching', code: 'no-shared-region', message: 'The photos share nothing.' },
        },
      ],
    },
  };
}

/** The same matches under an epipolar geometry that a few of them follow. */
export function withEpipolarGeometry(result: PairResult, model: 'fundamental' | 'essential'): PairResult {
  const { keypoints0, keypoints1 } = selectMatches(result.matches, result.selection);
  const cameras = [
    { focalPx: 500, principalPoint: [319.5, 239.5], focalSource: 'exif' },
    { focalPx: 768, principalPoint: [319.5, 239.5], focalSource: 'guessed' },
  ] as const;
  const [cosine, sine] = [0.8, 0.6];
  const pose = {
    rotation: [cosine, 0, sine, 0, 1, 0, -sine, 0, cosine],
    translation: [-0.6, 0, 0.8],
  } as const;
  // Adding 0 turns -0, which JSON does not know, into 0.
  const essential = essentialOfPose(pose).map((entry) => entry + 0);
  const fundamental = fundamentalOfEssential(essential, cameras).map((entry) => entry + 0);
  const agreement = measureSampson(fundamental, keypoints0, keypoints1, settings.thresholdPx);
  const common = { ok: true, ...agreement, settings: { ...settings, model, method: 'magsac' } } as const;
  const estimation: Estimation =
    model === 'fundamental'
      ? { ...common, model, matrix: fundamental }
      : {
          ...common,
          model,
          settings: { ...common.settings, cameras },
          matrix: essential,
          cameras,
          pose: { ...pose, inFrontCount: agreement.inlierCount },
          restsOnPlane: true,
        };
  return { ...result, estimation };
}
