/** The estimation worker: geometry while the matcher is busy or idle, so that sliders never wait for it. */
import { openEstimator } from '../estimators/openEstimator.ts';
import { loadOpenCv } from '../runtime/openCv/loadOpenCv.ts';
import type { EstimationCalls } from './protocol.ts';
import { type MessageScope, serveCalls } from './serveCalls.ts';

serveCalls<keyof EstimationCalls>(self as unknown as MessageScope, {
  async estimate({ keypoints0, keypoints1, confidence, settings }, { signal }) {
    const estimate = await openEstimator(settings, loadOpenCv);
    signal.throwIfAborted();
    const start = performance.now();
    const estimation = estimate(keypoints0, keypoints1, settings, confidence);
    return { estimation, milliseconds: performance.now() - start };
  },
});
