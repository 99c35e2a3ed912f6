/** The page the runner opens: it runs drawing itself and everything else in a worker. */
import type { PageAnswer, PageOrder } from './pageMessages.ts';
import { runHere } from './runHere.ts';

window.runBenchCase = (order) => (order.environment === 'browser-page' ? runHere(order) : runInWorker(order));

function runInWorker(order: PageOrder): Promise<PageAnswer> {
  const worker = new Worker(new URL('./bench.worker.ts', import.meta.url), { type: 'module' });
  return new Promise<PageAnswer>((resolve, reject) => {
    worker.addEventListener('message', ({ data }: MessageEvent<PageAnswer>) => resolve(data));
    worker.addEventListener('error', ({ message }) => reject(new Error(`The worker failed: ${message}`)));
    worker.postMessage(order);
  }).finally(() => worker.terminate());
}
