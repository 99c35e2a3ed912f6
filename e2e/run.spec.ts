/** What a run promises: progress that only rises, a cancel that is heard, work that is not done twice, bounded memory. */
import { existsSync, readFileSync } from 'node:fs';
import type { Browser, Page } from '@playwright/test';
import type { FromWorker } from '../src/worker/protocol.ts';
import { expect, geometryOf, test } from './fixtures/CovisPage.ts';
import { changeWorker } from './fixtures/changeWorker.ts';
import { homographyErrors, publishedHomography, samplePaths } from './fixtures/samples.ts';

declare global {
  interface Window {
    /** What the workers said, without the photos and matches in it. */
    workerLog: (
      | { readonly kind: 'progress'; readonly step: string; readonly fraction: number }
      | { readonly kind: 'reply' | 'failure' | 'cancelled' | 'notice' }
    )[];
  }
}

/** Writes down what the workers say, before the page hears it. */
async function logWorkers(page: Page): Promise<void> {
  await page.addInitScript(() => {
    window.workerLog = [];
    window.Worker = class extends Worker {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options);
        this.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
          window.workerLog.push(
            data.kind === 'progress' ? { kind: data.kind, ...data.progress } : { kind: data.kind },
          );
        });
      }
    };
  });
}

async function takeLog(page: Page) {
  return page.evaluate(() => window.workerLog.splice(0));
}

function sortedPoints(points: ArrayLike<number>): string[] {
  return Array.from(
    { length: points.length / 2 },
    (_, k) => `${points[2 * k]} ${points[2 * k + 1]}`,
  ).toSorted();
}

test('refining brings matches nearer to the truth and to neighbours, says of how many, and can be left out', async ({
  covis,
  page,
}) => {
  await covis.openFast();
  await covis.choosePhotos(samplePaths('poster-wall'));
  const truth = publishedHomography('poster-wall');
  const medianError = (matches: Parameters<typeof homographyErrors>[1]) =>
    homographyErrors(truth, matches)
      .slice(0, 500)
      .toSorted((a, b) => a - b)[250]!;
  const refine = page.getByRole('checkbox', { name: 'Refine to sub-pixels' });
  const propagate = page.getByRole('checkbox', { name: 'Propagate to neighbours' });
  await expect(refine).toBeChecked();
  await expect(propagate).toBeChecked();
  const propagated = (await covis.match()).result!;
  await expect(page.getByTestId('refined')).toHaveText(/^[\d,]+ of [\d,]+$/);
  await expect(page.getByTestId('propagated')).toHaveText(/^[\d,]+ more$/);
  await propagate.uncheck();
  await expect(refine).toBeChecked();
  expect((await covis.snapshot()).result!.outdated).toBe(true);
  const refined = (await covis.match()).result!;
  await expect(page.getByTestId('propagated')).toHaveCount(0);
  expect(propagated.keypoints0.length).toBeGreaterThan(1.1 * refined.keypoints0.length);
  await refine.uncheck();
  await expect(propagate).not.toBeChecked();
  const plain = (await covis.match()).result!;
  await expect(page.getByTestId('refined')).toHaveCount(0);
  // Refined ones are surer, so their order is another.
  expect(sortedPoints(plain.keypoints0)).toEqual(sortedPoints(refined.keypoints0));
  expect(medianError(refined)).toBeLessThan(0.5 * medianError(plain));
});

test('progress rises from step to step and reaches the end', async ({ covis, page, pictures }) => {
  await logWorkers(page);
  await covis.openFast();
  await covis.choosePhotos(pictures.pair.paths);
  await covis.type('Long edge in pixels', 320);
  for (const kind of ['first', 'later'] as const) {
    await takeLog(page);
    await covis.startMatch();
    if (kind === 'first') await expect(page.getByRole('progressbar', { name: 'Matching' })).toBeVisible();
    await covis.untilDone();
    const progress = (await takeLog(page)).filter((entry) => entry.kind === 'progress');
    const fractions = progress.map(({ fraction }) => fraction);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(fractions[0]).toBeLessThan(0.05);
    expect(fractions.every((fraction) => fraction >= 0 && fraction <= 1)).toBe(true);
    expect(fractions.at(-1)).toBe(1);
    const steps = [...new Set(progress.map(({ step }) => step))];
    expect(steps).toEqual(
      kind === 'first'
        ? ['download', 'read', 'decode', 'build', 'compile', 'features', 'coarse', 'fine', 'refine']
        : ['decode', 'build', 'compile', 'features', 'coarse', 'fine', 'refine'],
    );
  }
});

test('a cancel is heard at once, stops the worker and leaves sessions that work', async ({
  covis,
  page,
  pictures,
}) => {
  await logWorkers(page);
  await covis.openFast();
  await covis.choosePhotos(pictures.pair.paths);
  await covis.type('Long edge in pixels', 160);
  const before = await covis.match();
  await takeLog(page);

  await covis.type('Long edge in pixels', 640);
  await covis.startMatch();
  await covis.until('the run is under way', ({ progress }) => {
    return progress !== null && ['compile', 'features', 'coarse'].includes(progress.step);
  });
  // The page does not wait for the worker, which may be inside a network.
  const statusAfterwards = await page.evaluate(async () => {
    const buttons = [...document.querySelectorAll('button')];
    buttons.find(({ textContent }) => textContent.startsWith('Cancel'))!.click();
    await new Promise((resolve) => setTimeout(resolve));
    return window.covis.status;
  });
  expect(statusAfterwards).toBe('idle');
  await expect
    .poll(() => page.evaluate(() => window.workerLog.filter(({ kind }) => kind !== 'progress')))
    .toContainEqual({ kind: 'cancelled' });
  // It stopped at its next step.
  const log = await takeLog(page);
  expect(log.filter((entry) => entry.kind === 'progress').map(({ step }) => step)).not.toContain('fine');
  // No message, and what was there stays: a cancel is a wish, not a failure.
  const after = await covis.snapshot();
  expect(after.notices).toEqual([]);
  expect(after.result!.keypoints1).toEqual(before.result!.keypoints1);

  await covis.type('Long edge in pixels', 160);
  const again = await covis.match();
  expect(again.result!.keypoints1).toEqual(before.result!.keypoints1);
  expect(again.result!.timingsMs.compile).toBeUndefined();

  // Escape cancels as well.
  await covis.type('Long edge in pixels', 480);
  await covis.startMatch();
  await covis.until('the run is under way', ({ progress }) => progress !== null);
  await page.keyboard.press('Escape');
  await covis.until('the run is cancelled', ({ status }) => status === 'idle');
  const whole = await covis.match();
  expect(whole.result!.settings.longEdge).toBe(480);
  expect(whole.counts!.all).toBeGreaterThan(before.counts!.all);
});

test('what is known is not computed again', async ({ covis, page, pictures }) => {
  await covis.openFast();
  await covis.choosePhotos(pictures.pair.paths);
  await covis.type('Long edge in pixels', 160);
  const first = await covis.match();
  const spent = (step: 'build' | 'compile' | 'features', { result } = first) => result!.timingsMs[step];
  for (const step of ['build', 'compile', 'features'] as const) expect(spent(step)).toBeGreaterThan(0);

  // The same again: everything is there, and the result is the same to the bit.
  const second = await covis.match();
  expect(spent('compile', second)).toBeUndefined();
  expect(spent('features', second)).toBeUndefined();
  expect(second.result!.keypoints1).toEqual(first.result!.keypoints1);
  expect(second.result!.confidence).toEqual(first.result!.confidence);
  expect(geometryOf(second).inliers).toEqual(geometryOf(first).inliers);

  // Swapped: the features stay.
  await page.getByRole('button', { name: 'Swap the photos' }).click();
  const swapped = await covis.match();
  expect(spent('compile', swapped)).toBeUndefined();
  expect(spent('features', swapped)).toBeUndefined();
  expect(swapped.counts!.confident).toBeGreaterThan(100);

  // Another photo of the same size: only its features are computed.
  await covis.choosePhotos([pictures.blank], 1);
  const other = await covis.match();
  expect(spent('compile', other)).toBeUndefined();
  expect(spent('features', other)).toBeGreaterThan(0);
});

test('no memory: one sentence with an offer, and the smaller size works on the same page', async ({
  covis,
  page,
}) => {
  await changeWorker(page, () => {
    // A device that gives WebAssembly no more than 80 MB.
    const Memory = WebAssembly.Memory;
    const maximum = (80 * 1024 * 1024) / 65536;
    WebAssembly.Memory = class extends Memory {
      constructor(wanted: WebAssembly.MemoryDescriptor) {
        super({ ...wanted, maximum: Math.min(wanted.maximum ?? maximum, maximum) });
      }
    };
  });
  await covis.openFast();
  await covis.choosePhotos(samplePaths('poster-wall'));
  await covis.type('Long edge in pixels', 160);
  const first = await covis.match();

  await covis.type('Long edge in pixels', 1280);
  await covis.startMatch();
  const failed = await covis.until('a message is shown', ({ notices }) => notices.length > 0);
  const { message, remedy } = failed.notices[0]!;
  expect(message).toMatch(
    /^There is not enough memory for this network at a long edge of 1280 pixels: choose/,
  );
  expect(message).toContain(`choose ${remedy!.longEdge} and run again.`);
  expect(failed.status).toBe('idle');
  expect(failed.photos).toEqual(first.photos);
  expect(failed.result!.keypoints1).toEqual(first.result!.keypoints1);

  // Each offer is smaller, until one fits.
  for (let tried = 1280; ; ) {
    const { notices } = await covis.snapshot();
    const longEdge = notices[0]?.remedy?.longEdge;
    if (longEdge === undefined) break;
    expect(longEdge).toBeLessThan(tried);
    tried = longEdge;
    await page.getByRole('button', { name: `Run at ${longEdge} px` }).click();
    const { matcher } = await covis.untilDone();
    expect(matcher.settings.longEdge).toBe(longEdge);
  }
  const fitted = await covis.snapshot();
  expect(fitted.result!.settings.longEdge).toBeLessThan(1000);
  expect(fitted.result!.outdated).toBe(false);
  expect(fitted.notices).toEqual([]);

  await covis.type('Long edge in pixels', 160);
  const again = await covis.match();
  expect(again.result!.keypoints1).toEqual(first.result!.keypoints1);
});

/** Memory in MB that the page's processes really use, as Linux tells it; elsewhere 0. */
async function createMemoryMeter(browser: Browser): Promise<() => number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const files = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => `/proc/${id}/status`);
  return () =>
    files
      .filter(existsSync)
      .map((file) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(file, 'utf8'))?.[1] ?? 0) / 1024)
      .reduce((sum, size) => sum + size, 0);
}

test('thirty runs over ten sizes do not grow memory', async ({ covis, page, browser, pictures }) => {
  test.slow();
  await changeWorker(page, () => {
    const Memory = WebAssembly.Memory;
    const memories: WebAssembly.Memory[] = [];
    WebAssembly.Memory = class extends Memory {
      constructor(wanted: WebAssembly.MemoryDescriptor) {
        super(wanted);
        memories.push(this);
      }
    };
    const questions = new BroadcastChannel('heap-bytes');
    questions.onmessage = () =>
      questions.postMessage(memories.reduce((sum, { buffer }) => sum + buffer.byteLength, 0));
  });
  const measureHeap = () =>
    page.evaluate(async () => {
      const questions = new BroadcastChannel('heap-bytes');
      const answer = new Promise<number>((resolve) => {
        questions.onmessage = ({ data }) => resolve(data);
      });
      questions.postMessage('how large?');
      const bytes = await answer;
      questions.close();
      return bytes / 2 ** 20;
    });
  await covis.openFast();
  await covis.choosePhotos(pictures.pair.paths);
  const measureProcess = await createMemoryMeter(browser);
  const inUse: number[] = [];
  const heap: number[] = [];
  for (let run = 0; run < 30; run++) {
    await covis.type('Long edge in pixels', 96 + 16 * (run % 10));
    await covis.match();
    inUse.push(measureProcess());
    heap.push(await measureHeap());
  }
  // WebAssembly's memory grows by fifths and never shrinks; sessions that stayed would double it in two rounds.
  expect(heap[29]! / heap[9]!, `MB after each run: ${heap.map(Math.round).join(' ')}`).toBeLessThan(1.5);
  const round = (k: number) => inUse.slice(10 * k, 10 * k + 10).reduce((sum, size) => sum + size) / 10;
  // The process's own memory, with what JavaScript holds, wavers by some 20 MB.
  expect(round(2) - round(1), `MB after each run: ${inUse.map(Math.round).join(' ')}`).toBeLessThan(40);
});
