/** Two photo files to one match file: what the page does between dropping and saving, in Node. */
import { openCheckpoint } from '../checkpoint/openCheckpoint.ts';
import type { Estimation } from '../estimators/estimator.ts';
import { openEstimator } from '../estimators/openEstimator.ts';
import { createdBy } from '../export/createdBy.ts';
import { exportFormats } from '../export/registry.ts';
import { writeDense } from '../export/writeDense.ts';
import { chooseCamera } from '../geometry/pinholeCamera.ts';
import { rotationAngle } from '../geometry/relativePose.ts';
import { createMatcher } from '../matchers/createMatcher.ts';
import { openPhotoFile } from '../photos/decodePhoto.node.ts';
import { matchPair } from '../pipeline/matchPair.ts';
import { createPairPhoto } from '../pipeline/pairPhoto.ts';
import { selectMatches } from '../pipeline/selectMatches.ts';
import { planProgress, type ReportProgress } from '../reporting/progress.ts';
import { createNodeRuntime } from '../runtime/node/createNodeRuntime.ts';
import { loadOpenCv } from '../runtime/openCv/loadOpenCv.ts';
import { loadWeightsNode } from '../weights/node/loadWeightsNode.ts';
import type { MatchCommand } from './parseArguments.ts';

export interface MatchedFiles {
  /** The match file. */
  readonly text: string;
  /** A NumPy archive of every point's match; null unless the command asks for it. */
  readonly dense: Uint8Array | null;
  /** The matches for COLMAP, as a zip; null unless the command asks for it. */
  readonly colmap: Uint8Array | null;
  /** One line for a person. */
  readonly summary: string;
}

/** @throws CovisError of the stage that failed, or the abort reason between steps */
export async function matchFiles(
  command: MatchCommand,
  signal: AbortSignal,
  report: ReportProgress,
  warn: (message: string) => void,
): Promise<MatchedFiles> {
  const progress = planProgress(
    [
      ['download', 10],
      ['read', 1],
      ['decode', 10],
      ['build', 3],
      ['compile', 10],
      ['features', 30],
      ['coarse', 25],
      ['fine', 10],
      ['refine', 5],
    ],
    report,
  );
  const photo0 = await openPhotoFile(command.photo0, signal);
  const photo1 = await openPhotoFile(command.photo1, signal);
  const { bytes, description } = await loadWeightsNode(command.weights, {
    signal,
    warn,
    matcher: command.match.matcher,
    report: (fraction) => progress.report('download', fraction),
  });
  progress.report('read', 0);
  const runtime = await createNodeRuntime({ provider: command.provider });
  try {
    const matcher = createMatcher(
      command.match.matcher,
      openCheckpoint(bytes),
      description.options ?? command.weightsOptions,
      runtime,
    );
    const matches = await matchPair(
      createPairPhoto(photo0.source, photo0.description.sha256),
      createPairPhoto(photo1.source, photo1.description.sha256),
      matcher,
      command.match,
      {
        provider: runtime.provider,
        weights: { id: description.id, sha256: description.sha256 },
        signal,
        progress,
      },
    );
    for (const { view, failure } of matches.viewReports) {
      if (failure) warn(`The view ${view} gave nothing: ${failure.message}`);
    }
    const { selection } = command;
    const selected = selectMatches(matches, selection);
    const estimate = await openEstimator(command.estimation, loadOpenCv);
    const settings = {
      ...command.estimation,
      ...(command.estimation.model === 'essential' && {
        cameras: [
          chooseCamera(photo0.description, command.focalPx?.[0]),
          chooseCamera(photo1.description, command.focalPx?.[1]),
        ] as const,
      }),
    };
    const estimation = estimate(selected.keypoints0, selected.keypoints1, settings, selected.confidence);
    const result = {
      photos: [photo0.description, photo1.description],
      matches,
      selection,
      estimation,
    } as const;
    const seconds = ((matches.timingsMs.total ?? 0) / 1000).toFixed(1);
    return {
      text: exportFormats.matchFile.write(result, createdBy),
      colmap: command.colmap === null ? null : exportFormats.colmap.write(result, createdBy),
      dense: command.dense !== null && matches.dense ? writeDense(matches.dense) : null,
      summary: `${selected.confidence.length} matches, ${describeGeometry(estimation)} (${seconds} s, ${runtime.description})`,
    };
  } finally {
    await runtime.release();
  }
}

function describeGeometry(estimation: Estimation): string {
  if (!estimation.ok) return estimation.message;
  const inliers = `${estimation.inlierCount} inliers`;
  if (estimation.model === 'essential') {
    const focals = estimation.cameras.map(({ focalPx, focalSource }) =>
      focalSource === 'exif'
        ? `${Math.round(focalPx)} px from EXIF`
        : `${Math.round(focalPx)} px ${focalSource}`,
    );
    return `${inliers}, the camera turned by ${rotationAngle(estimation.pose.rotation).toFixed(1)} degrees, focal lengths ${focals.join(' and ')}${estimation.restsOnPlane ? '; all of it lies on one plane, which another pose fits as well' : ''}`;
  }
  return estimation.choiceReason === undefined ? inliers : `${inliers}; ${estimation.choiceReason}`;
}
