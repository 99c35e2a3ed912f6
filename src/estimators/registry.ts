/**
 * The geometric models and their robust methods, as the page offers them: labels, descriptions, defaults and
 * nothing that computes, so that importing it costs nothing. A new model is one entry here and one folder.
 */
import type { EstimationSettings, RequestedModel } from './estimator.ts';

interface MethodEntry {
  readonly label: string;
  readonly description: string;
}

interface ModelEntry {
  readonly label: string;
  readonly description: string;
  readonly minimumMatches: number;
  readonly methods: Readonly<Record<string, MethodEntry>>;
  readonly defaults: Omit<EstimationSettings, 'model' | 'cameras'>;
}

/** Of our own robust search; every model has them. */
export const ownMethods = {
  magsac: {
    label: 'MAGSAC++',
    description: 'Weighs matches over a range of noise levels: the least sensitive to the threshold.',
  },
  'magsac-prosac': {
    label: 'MAGSAC++, PROSAC',
    description: 'Draws the most confident matches first: the best where most matches are wrong.',
  },
  'lo-ransac': {
    label: 'LO-RANSAC',
    description: 'Counts what lies within the threshold, nearer matches for more, and fits the best again.',
  },
} as const satisfies Readonly<Record<string, MethodEntry>>;

export type OwnMethod = keyof typeof ownMethods;

/** These need OpenCV.js, some ten megabytes. */
export const openCvMethods = {
  'usac-magsac': {
    label: 'OpenCV MAGSAC++',
    description: 'Weighs matches over a range of noise levels: the least sensitive to the threshold.',
  },
  'usac-default': {
    label: 'OpenCV USAC',
    description: 'Random samples with inner and iterated local optimisation.',
  },
  'usac-fast': {
    label: 'OpenCV USAC, fast',
    description: 'The same with fewer steps of local optimisation.',
  },
  'usac-accurate': {
    label: 'OpenCV USAC, accurate',
    description: 'Graph-cut local optimisation: neighbouring matches support each other.',
  },
  'usac-prosac': {
    label: 'OpenCV PROSAC',
    description: 'Random samples of the most confident matches first.',
  },
  ransac: {
    label: 'OpenCV RANSAC',
    description: 'The classic: counts inliers of random samples, then fits them. Slow where most are wrong.',
  },
} as const satisfies Readonly<Record<string, MethodEntry>>;

export type OpenCvMethod = keyof typeof openCvMethods;

export function isOpenCvMethod(method: string): method is OpenCvMethod {
  return Object.hasOwn(openCvMethods, method);
}

export const homographyMethods = { ...ownMethods, ...openCvMethods } as const;

const epipolarDefaults = {
  method: 'magsac-prosac',
  thresholdPx: 1.5,
  confidence: 0.9999,
  maxIterations: 10_000,
  seed: 0,
} as const satisfies ModelEntry['defaults'];

export const estimators = {
  homography: {
    label: 'Homography',
    description: 'A flat scene, or a camera that only turned: every point moves by one projective map.',
    minimumMatches: 4,
    methods: homographyMethods,
    defaults: {
      method: 'magsac-prosac',
      thresholdPx: 3,
      confidence: 0.9999,
      maxIterations: 10_000,
      seed: 0,
    },
  },
  fundamental: {
    label: 'Fundamental matrix',
    description: 'A scene with depth and a camera that moved: every point has its match on a line.',
    minimumMatches: 7,
    methods: ownMethods,
    defaults: epipolarDefaults,
  },
  essential: {
    label: 'Essential matrix',
    description: 'The same with known focal lengths: where the second camera stood and looked.',
    minimumMatches: 5,
    methods: ownMethods,
    defaults: epipolarDefaults,
  },
  automatic: {
    label: 'Automatic',
    description: 'Homography or fundamental matrix, whichever the matches ask for, and why.',
    minimumMatches: 4,
    methods: ownMethods,
    defaults: epipolarDefaults,
  },
} as const satisfies Readonly<Record<RequestedModel, ModelEntry>>;

export function defaultEstimationSettings(model: RequestedModel): EstimationSettings {
  return { model, ...estimators[model].defaults };
}
