/** Re-estimation of a homography from 5,000 matches, as at each step of a slider with that model: every method, three inlier shares. */
import { createHomographyEstimator } from '../../src/estimators/homography/createHomographyEstimator.ts';
import { defaultEstimationSettings } from '../../src/estimators/registry.ts';
import type { Points } from '../../src/geometry/coordinates.ts';
import { loadOpenCv } from '../../src/runtime/openCv/loadOpenCv.ts';
import { createRandom } from '../../src/testing/random.ts';
import type { BenchCase } from './benchCase.ts';
import { type Measurement, repeat, summarise, timed } from './measureRuns.ts';

const matchCount = 5_000;
const inlierShares = [0.8, 0.5, 0.3] as const;
const noisePx = 0.7;

const defaults = defaultEstimationSettings('homography');

/** Our own default, OpenCV's likest, and its plain one. */
const methods = [defaults.method, 'usac-magsac', 'ransac'] as const;

/** From a photo of 1600x1200 to another, in perspective. */
const homography = [1.05, 0.08, -40, -0.06, 0.98, 55, 4e-5, -2e-5, 1] as const;

export const estimateAgainCase: BenchCase = {
  id: 'estimate-5000',
  environments: ['node-cpu', 'browser-wasm'],
  async run({ plan }) {
    const loading = await timed(loadOpenCv);
    const estimate = createHomographyEstimator(loading.result);
    const facts: Record<string, number> = { matches: matchCount };
    const measurements: Record<string, Measurement> = { 'load OpenCV': summarise('ms', [loading.ms]) };
    for (const share of inlierShares) {
      const [keypoints0, keypoints1] = drawMatches(share);
      for (const method of methods) {
        const name = `${method}, ${share * 100} % inliers`;
        const runs = await repeat(plan, async (run) => {
          // A slider asks for another threshold each time.
          const settings = { ...defaults, method, thresholdPx: 3 + 0.1 * run };
          const { ms, result } = await timed(() => estimate(keypoints0, keypoints1, settings));
          facts[`inliers: ${name}`] = result.ok ? result.inlierCount : 0;
          return { ms };
        });
        measurements[name] = summarise(
          'ms',
          runs.map((run) => run.ms),
        );
      }
    }
    return { facts, measurements };
  },
};

/** Confident matches are right more often, as a matcher's are: the order is by falling confidence. */
function drawMatches(inlierShare: number): readonly [Points<'photo'>, Points<'photo'>] {
  const random = createRandom(7);
  const keypoints0 = new Float32Array(2 * matchCount) as Points<'photo'>;
  const keypoints1 = new Float32Array(2 * matchCount) as Points<'photo'>;
  const h = homography;
  const steepness = Math.min(inlierShare, 1 - inlierShare) / 2;
  for (let k = 0; k < matchCount; k++) {
    const [x, y] = [random.uniform(0, 1600), random.uniform(0, 1200)];
    keypoints0.set([x, y], 2 * k);
    if (random.next() < inlierShare + steepness * (1 - (2 * k) / matchCount)) {
      const w = h[6] * x + h[7] * y + h[8];
      const x1 = (h[0] * x + h[1] * y + h[2]) / w + noisePx * random.normal();
      const y1 = (h[3] * x + h[4] * y + h[5]) / w + noisePx * random.normal();
      keypoints1.set([x1, y1], 2 * k);
    } else {
      keypoints1.set([random.uniform(0, 1600), random.uniform(0, 1200)], 2 * k);
    }
  }
  return [keypoints0, keypoints1];
}
