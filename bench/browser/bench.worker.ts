/** Networks run in a worker, as in the application: a page's own thread must not wait for others. */
import type { PageOrder } from './pageMessages.ts';
import { runHere } from './runHere.ts';

self.addEventListener('message', async ({ data }: MessageEvent<PageOrder>) => {
  self.postMessage(await runHere(data));
});
