/** Time and success on made matches: the many, half of them wrong, and the few correct among many wrong ones. */
import type { GeometricModel } from '../../src/estimators/estimator.ts';
import { openEstimator } from '../../src/estimators/openEstimator.ts';
import { defaultEstimationSettings } from '../../src/estimators/registry.ts';
import { loadOpenCv } from '../../src/runtime/openCv/loadOpenCv.ts';
import { createEpipolarMatches, type EpipolarMatchesOptions } from '../../src/testing/epipolarMatches.ts';
import { createHomographyMatches } from '../../src/testing/homographyMatches.ts';
import { median } from '../accuracy/measures.ts';

const warmUps = 3;
const runs = 20;

type Case = Omit<EpipolarMatchesOptions, 'seed'> & {
  readonly model: GeometricModel;
  readonly method?: string;
};

const cases: readonly Case[] = [
  { model: 'homography', count: 5000, wrong: 0.5 },
  { model: 'homography', count: 5000, wrong: 0.5, method: 'usac-magsac' },
  { model: 'fundamental', count: 5000, wrong: 0.5 },
  { model: 'fundamental', count: 5000, wrong: 0.5, scene: 'relief', ordered: true },
  { model: 'essential', count: 5000, wrong: 0.5 },
  { model: 'essential', count: 5000, wrong: 0.5, scene: 'relief', ordered: true },
  { model: 'homography', count: 2000, wrong: 0.95, ordered: true },
  { model: 'homography', count: 2000, wrong: 0.95, ordered: true, method: 'usac-magsac' },
  { model: 'homography', count: 2000, wrong: 0.95, ordered: true, method: 'usac-prosac' },
  { model: 'fundamental', count: 2000, wrong: 0.9, scene: 'relief', ordered: true },
  { model: 'fundamental', count: 2000, wrong: 0.95, scene: 'relief', ordered: true },
  { model: 'essential', count: 2000, wrong: 0.95, scene: 'relief', ordered: true },
  { model: 'homography', count: 2000, wrong: 1 },
  { model: 'fundamental', count: 2000, wrong: 1 },
  { model: 'essential', count: 2000, wrong: 1 },
];

/** A table; milliseconds are processor time of this process, so that a busy machine adds little. */
export async function timeEstimators(): Promise<string> {
  const rows: string[] = [];
  for (const { model, method, ...options } of cases) {
    const times: number[] = [];
    let found = 0;
    for (let seed = 0; seed < warmUps + runs; seed++) {
      const truth = matchesOf(model, { ...options, seed });
      const settings = {
        ...defaultEstimationSettings(model),
        ...(method !== undefined && { method }),
        seed,
        ...('cameras' in truth && { cameras: truth.cameras }),
      };
      const estimate = await openEstimator(settings, loadOpenCv);
      const start = process.cpuUsage();
      const estimation = estimate(truth.keypoints0, truth.keypoints1, settings);
      const { user, system } = process.cpuUsage(start);
      if (seed < warmUps) continue;
      times.push((user + system) / 1000);
      if (estimation.ok && recallOf(estimation.inliers, truth.correct) > 0.9) found++;
    }
    const { count, wrong, scene, ordered } = options;
    const kind = [model, method, scene, ordered && 'by confidence'].filter(Boolean).join(', ');
    rows.push([kind, count, `${100 * wrong} %`, `${found} of ${runs}`, median(times).toFixed(0)].join(' | '));
  }
  return ['matches | number | wrong | found | CPU ms', '--- | --- | --- | --- | ---', ...rows].join('\n');
}

function matchesOf(model: GeometricModel, options: EpipolarMatchesOptions) {
  const { scene, ...others } = options;
  return model === 'homography' ? createHomographyMatches(others) : createEpipolarMatches(options);
}

function recallOf(inliers: Uint8Array, correct: Uint8Array): number {
  const both = correct.reduce((sum, known, k) => sum + (known & inliers[k]!), 0);
  return both / correct.reduce((sum, known) => sum + known, 0);
}
