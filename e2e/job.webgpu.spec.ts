/** The whole job on WebGPU, by the software adapter: the same matches as on WebAssembly, and a device that is lost. */

import { expect, geometryOf, test } from './fixtures/CovisPage.ts';
import { changeWorker } from './fixtures/changeWorker.ts';
import { readSavedMatches, toPairs } from './fixtures/matchFiles.ts';
import { cornerError, shareBelow } from './fixtures/samples.ts';

/** A software GPU takes its time. */
const runTimeoutMs = 240_000;

test('WebGPU gives the matches of WebAssembly, and they agree with the truth', async ({
  covis,
  page,
  pictures,
}) => {
  const { paths, truth } = pictures.pair;
  await covis.openFast();
  await covis.choosePhotos(paths);
  await covis.type('Long edge in pixels', 160);

  // Left to itself, the page prefers WebAssembly to a GPU in software, and says so.
  const onCpu = await covis.match();
  expect(onCpu.result!.provider).toBe('wasm');
  expect(onCpu.result!.providerNote).toMatch(/software one, slower than WebAssembly/);

  await covis.runOn('WebGPU');
  const onGpu = await covis.match(runTimeoutMs);
  expect(onGpu.result).toMatchObject({ provider: 'webgpu', precision: 'fp32', providerNote: null });
  await expect(page.getByTestId('provider')).toContainText('WebGPU');

  const [cpu, gpu] = [onCpu.result!, onGpu.result!];
  expect(Math.abs(gpu.confidence.length - cpu.confidence.length)).toBeLessThanOrEqual(
    0.01 * cpu.confidence.length,
  );
  // A few matches at the floor of confidence may come or go: every other has its twin.
  const twins = new Map(toPairs(cpu.keypoints0).map((point, k) => [point.join(), k]));
  const distances = toPairs(gpu.keypoints0).map((point, k) => {
    const twin = twins.get(point.join());
    return twin === undefined
      ? Number.POSITIVE_INFINITY
      : Math.hypot(
          gpu.keypoints1[2 * k]! - cpu.keypoints1[2 * twin]!,
          gpu.keypoints1[2 * k + 1]! - cpu.keypoints1[2 * twin + 1]!,
        );
  });
  expect(shareBelow(distances, 0.05)).toBeGreaterThanOrEqual(0.99);

  const errors = gpu.confidence.map(
    (_, k) =>
      truth.transferError(
        gpu.keypoints0[2 * k]!,
        gpu.keypoints0[2 * k + 1]!,
        gpu.keypoints1[2 * k]!,
        gpu.keypoints1[2 * k + 1]!,
      ) ?? Number.POSITIVE_INFINITY,
  );
  expect(shareBelow(errors, 5)).toBeGreaterThan(0.75);
  if (truth.truth.type !== 'homography') throw new Error('The pair is planar.');
  expect(cornerError(geometryOf(onGpu).matrix, truth.truth.H_0to1, truth.photo0)).toBeLessThan(6);

  // Both sliders act without another run.
  await covis.type('Minimum confidence', 0.4);
  await covis.thresholdSlider.focus();
  await page.keyboard.press('ArrowRight');
  const tuned = await covis.untilDone();
  expect(tuned.counts!.confident).toBeLessThan(onGpu.counts!.confident);
  expect(tuned.result!.timingsMs).toEqual(gpu.timingsMs);

  const file = await readSavedMatches(await covis.save('Match file'));
  expect(file.matcher.executionProvider).toBe('webgpu');
  expect(file.keypoints0).toHaveLength(tuned.counts!.confident);
  expect(covis.errors).toEqual([]);
});

test('a lost graphics device is explained, and the next run starts it anew', async ({
  covis,
  page,
  pictures,
}) => {
  await changeWorker(page, () => {
    const { requestDevice } = GPUAdapter.prototype;
    let latest: GPUDevice | null = null;
    GPUAdapter.prototype.requestDevice = async function (description) {
      latest = await requestDevice.call(this, description);
      return latest;
    };
    const wishes = new BroadcastChannel('lose-the-device');
    wishes.onmessage = async () => {
      latest!.destroy();
      await latest!.lost;
      wishes.postMessage('lost');
    };
  });
  const loseDevice = () =>
    page.evaluate(async () => {
      const wishes = new BroadcastChannel('lose-the-device');
      const lost = new Promise((resolve) => {
        wishes.onmessage = resolve;
      });
      wishes.postMessage('lose it');
      await lost;
      wishes.close();
    });
  await covis.openFast();
  await covis.choosePhotos(pictures.pair.paths);
  await covis.type('Long edge in pixels', 96);
  await covis.runOn('WebGPU');
  await covis.startMatch();
  await covis.until(
    'the network runs',
    ({ progress }) => progress?.step === 'features' || progress?.step === 'coarse',
    runTimeoutMs,
  );
  await loseDevice();
  expect(await covis.takeNotice()).toBe(
    'The graphics device was lost (driver reset, sleep, or memory ran out); run again to start it anew.',
  );
  expect((await covis.snapshot()).status).toBe('idle');

  const { result } = await covis.match(runTimeoutMs);
  expect(result!.provider).toBe('webgpu');
  expect(result!.confidence.length).toBeGreaterThan(30);

  // Lost while nothing runs: nothing to say, and the next run works.
  await loseDevice();
  const again = await covis.match(runTimeoutMs);
  expect(again.notices).toEqual([]);
  expect(again.result!.keypoints1).toEqual(result!.keypoints1);
});
