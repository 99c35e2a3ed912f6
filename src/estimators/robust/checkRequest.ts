/** What every estimator asks of its input before it computes, and says in the same words. */
import type { Points } from '../../geometry/coordinates.ts';
import { CovisError } from '../../reporting/covisError.ts';
import { formatCount } from '../../reporting/formatCount.ts';
import type { EstimationSettings, RequestedModel } from '../estimator.ts';
import { estimators } from '../registry.ts';

/**
 * @param methods the ids that `settings.method` may have
 * @param matchConfidence of each match, where they do not count alike
 * @throws CovisError `invalid-settings` or `invalid-matches` for input that no photos can give
 */
export function checkRequest(
  model: RequestedModel,
  methods: readonly string[],
  keypoints0: Points<'photo'>,
  keypoints1: Points<'photo'>,
  settings: EstimationSettings,
  matchConfidence: Float32Array | undefined,
): void {
  const { method, thresholdPx, confidence, maxIterations, seed } = settings;
  if (settings.model !== model) {
    const label = estimators[model].label.toLowerCase();
    throw invalidSettings(`This estimator is for the model "${label}", not for "${settings.model}".`);
  }
  if (!methods.includes(method)) {
    throw invalidSettings(`The method "${method}" is unknown: choose one of ${methods.join(', ')}.`);
  }
  if (!(thresholdPx > 0 && thresholdPx < Infinity)) {
    throw invalidSettings(`The threshold must be a positive number of pixels, not ${thresholdPx}.`);
  }
  if (!(confidence > 0 && confidence < 1)) {
    throw invalidSettings(`The wanted confidence must lie between 0 and 1, not at ${confidence}.`);
  }
  if (!(Number.isInteger(maxIterations) && maxIterations >= 1 && maxIterations <= 0x7fffffff)) {
    throw invalidSettings(
      `The number of iterations must be a whole number of at least 1, not ${maxIterations}.`,
    );
  }
  if (seed !== (seed | 0)) throw invalidSettings(`The seed must be a 32-bit whole number, not ${seed}.`);
  if (keypoints0.length !== keypoints1.length || keypoints0.length % 2 !== 0) {
    throw new CovisError(
      'estimation',
      'invalid-matches',
      `The matches are damaged: ${keypoints0.length} coordinates in one photo, ${keypoints1.length} in the other.`,
    );
  }
  if (matchConfidence !== undefined && matchConfidence.length !== keypoints0.length / 2) {
    throw new CovisError(
      'estimation',
      'invalid-matches',
      `The matches are damaged: ${keypoints0.length / 2} of them, but ${matchConfidence.length} confidences.`,
    );
  }
}

export function invalidSettings(message: string): CovisError {
  return new CovisError('estimation', 'invalid-settings', message);
}

/** Completes "there are ...". */
export function describeCount(count: number): string {
  if (count === 0) return 'no matches';
  return count === 1 ? 'only one match' : `only ${formatCount(count)} matches`;
}
