/**
 * How many frames a second the whole page draws while the confidence slider of 10,000 matches is dragged: selection,
 * estimate, lines and numbers together. Prints them; no number fails a run.
 */
import { type CovisPage, expect, test } from '../../e2e/fixtures/CovisPage.ts';
import { openManyMatches } from '../../e2e/fixtures/manyMatches.ts';

// Recording would slow down what is measured.
test.use({ trace: 'off' });

const drags = 5;

/** Drags the confidence slider to and fro and counts the frames that the page draws meanwhile. */
async function dragConfidence(covis: CovisPage) {
  const { page, confidenceSlider } = covis;
  const thumb = (await confidenceSlider.boundingBox())!;
  const y = thumb.y + thumb.height / 2;
  let x = thumb.x + thumb.width / 2;
  await page.mouse.move(x, y);
  await page.mouse.down();
  await confidenceSlider.evaluate((element) => {
    const frames: { time: number; value: string | null }[] = [];
    Object.assign(window, { frames });
    const draw = (time: number) => {
      frames.push({ time, value: element.getAttribute('aria-valuenow') });
      requestAnimationFrame(draw);
    };
    requestAnimationFrame(draw);
  });
  // As a mouse reports, whether or not the page keeps up.
  const reports: Promise<void>[] = [];
  for (let k = 0; k < 150; k++) {
    x += Math.floor(k / 25) % 2 === 0 ? 2 : -2;
    reports.push(page.mouse.move(x, y));
    await new Promise((resolve) => setTimeout(resolve, 16));
  }
  await Promise.all(reports);
  const frames = await page.evaluate(
    () => (window as unknown as { frames: { time: number; value: string | null }[] }).frames,
  );
  await page.mouse.up();
  const seconds = (frames.at(-1)!.time - frames[0]!.time) / 1000;
  const changes = frames.slice(1).filter(({ value }, k) => value !== frames[k]!.value).length;
  return { framesPerSecond: (frames.length - 1) / seconds, changesPerSecond: changes / seconds };
}

test('frames a second while the confidence of 10,000 matches is dragged', async ({ covis, pictures }) => {
  await openManyMatches(covis, pictures, 10_000);
  const measured: { framesPerSecond: number; changesPerSecond: number }[] = [];
  for (let drag = 0; drag < drags; drag++) {
    await covis.type('Minimum confidence', 0.02);
    await covis.untilDone();
    measured.push(await dragConfidence(covis));
  }
  const list = (values: readonly number[]) =>
    values
      .toSorted((a, b) => a - b)
      .map((value) => value.toFixed(1))
      .join(', ');
  console.log(`frames a second: ${list(measured.map(({ framesPerSecond }) => framesPerSecond))}`);
  console.log(`new values a second: ${list(measured.map(({ changesPerSecond }) => changesPerSecond))}`);
  // A slider that does not move would be drawn fast.
  expect(measured.every(({ changesPerSecond }) => changesPerSecond > 0)).toBe(true);
});
