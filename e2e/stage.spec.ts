/** The stage by its numbers: what the pointer finds, what the view keeps still, what the keys do, what is drawn. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import type { MatchFile } from '../src/export/matchFile.ts';
import { layoutPair, placeMatches } from '../src/stage/stageLayout.ts';
import { type CovisPage, expect, test } from './fixtures/CovisPage.ts';
import { openManyMatches } from './fixtures/manyMatches.ts';
import { readSavedMatches } from './fixtures/matchFiles.ts';

interface Place {
  readonly x: number;
  readonly y: number;
}

/** Both ends of every match as they lie in the window before any zoom. */
async function endsInWindow(
  covis: CovisPage,
  file: MatchFile,
): Promise<readonly (readonly [Place, Place])[]> {
  const box = (await covis.stage.boundingBox())!;
  const layout = layoutPair(box, file.images[0], file.images[1])!;
  const ends = placeMatches(
    layout,
    Float32Array.from(file.keypoints0.flat()),
    Float32Array.from(file.keypoints1.flat()),
  );
  const place = (k: number) => ({ x: box.x + ends[k]!, y: box.y + ends[k + 1]! });
  return file.keypoints0.map((_, k) => [place(4 * k), place(4 * k + 2)]);
}

function distanceToLine({ x, y }: Place, [from, to]: readonly [Place, Place]): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const along = ((x - from.x) * dx + (y - from.y) * dy) / (dx * dx + dy * dy);
  const share = Math.min(Math.max(along, 0), 1);
  return Math.hypot(x - from.x - share * dx, y - from.y - share * dy);
}

/** What the card beside the pointer says, as numbers; null while there is none. */
async function readCard(page: Page) {
  const card = page.locator('.pair-stage-readout');
  if ((await card.count()) === 0) return null;
  const cells = await card.locator('td').allTextContents();
  return {
    match: Number(/Match ([\d,]+)/.exec(await card.innerText())![1]!.replaceAll(',', '')),
    confidence: await card.locator('.pair-stage-readout-confidence').textContent(),
    coordinates: cells,
  };
}

function cardOf(file: MatchFile, k: number) {
  return {
    match: k + 1,
    confidence: Math.fround(file.confidence[k]!).toFixed(3),
    coordinates: [...file.keypoints0[k]!, ...file.keypoints1[k]!].map(shown),
  };
}

/** A coordinate to a tenth of a pixel; the file has it rounded to a thousandth, which may fall on the other side of a half. */
function shown(coordinate: number) {
  const [low, high] = [coordinate - 5e-4, coordinate + 5e-4].map((value) => value.toFixed(1));
  return expect.stringMatching(new RegExp(`^(${low}|${high})$`));
}

async function matchFewLines(covis: CovisPage, paths: readonly string[]): Promise<MatchFile> {
  await covis.openFast();
  await covis.choosePhotos(paths);
  await covis.type('Long edge in pixels', 160);
  await covis.match();
  await covis.type('Number of lines', 40);
  await covis.page.getByLabel('Outliers', { exact: true }).getByRole('radio', { name: 'Shown' }).click();
  return readSavedMatches(await covis.save('Match file'));
}

/** What the stage shows, as one number. */
async function hashPicture(covis: CovisPage): Promise<string> {
  const bytes = await readFile(await (await covis.save('View as PNG')).path());
  return createHash('sha256').update(bytes).digest('hex');
}

test('the match under the pointer is named with the coordinates of the file', async ({
  covis,
  page,
  pictures,
}) => {
  const file = await matchFewLines(covis, pictures.pair.paths);
  const lines = (await endsInWindow(covis, file)).slice(0, 40);
  const pointers = lines
    .map(([from, to]) => ({ x: from.x + 0.3 * (to.x - from.x), y: from.y + 0.3 * (to.y - from.y) }))
    // Where an end is within reach, it goes before lines that are nearer.
    .filter(({ x, y }) => lines.flat().every((end) => Math.hypot(end.x - x, end.y - y) > 12));
  expect(pointers.length).toBeGreaterThan(10);
  for (const share of [0, 0.3, 0.6, 1]) {
    const pointer = pointers[Math.round(share * (pointers.length - 1))]!;
    await page.mouse.move(pointer.x, pointer.y);
    const distances = lines.map((line) => distanceToLine(pointer, line));
    const nearest = distances.indexOf(Math.min(...distances));
    await expect.poll(() => readCard(page)).toEqual(cardOf(file, nearest));
  }
  // Nothing is near the stage's corner.
  const box = (await covis.stage.boundingBox())!;
  await page.mouse.move(box.x + 3, box.y + 3);
  await expect.poll(() => readCard(page)).toBeNull();
});

test('zooming keeps what is under the pointer under the pointer', async ({ covis, page, pictures }) => {
  const file = await matchFewLines(covis, pictures.pair.paths);
  // One line alone, so that nothing else can be under the pointer.
  await covis.type('Number of lines', 1);
  const [[end, other]] = (await endsInWindow(covis, file)) as [[Place, Place]];
  const [dx, dy] = [other.x - end.x, other.y - end.y];
  const length = Math.hypot(dx, dy);
  // Mice move by whole pixels.
  const pointer = { x: Math.round(end.x), y: Math.round(end.y) };
  const lookFrom = async (along: number, aside: number) => {
    await page.mouse.move(
      Math.round(pointer.x + (along * dx - aside * dy) / length),
      Math.round(pointer.y + (along * dy + aside * dx) / length),
    );
    return readCard(page);
  };
  await expect.poll(() => lookFrom(0, 0)).toEqual(cardOf(file, 0));
  for (let k = 0; k < 5; k++) await page.mouse.wheel(0, -200);
  // Six times as large: a view that slips by two pixels of before would lose the end from the pointer's reach.
  await expect.poll(() => lookFrom(30, 0)).toEqual(cardOf(file, 0));
  await expect.poll(() => lookFrom(0, 0)).toEqual(cardOf(file, 0));
  for (const [along, aside] of [
    [0, 20],
    [0, -20],
    [-20, 0],
  ] as const) {
    await expect.poll(() => lookFrom(along, aside)).toBeNull();
  }

  await page.getByRole('button', { name: 'Fit both photos' }).click();
  await page.mouse.move(other.x, other.y);
  await expect.poll(() => readCard(page)).toEqual(cardOf(file, 0));
});

test('the keyboard steps through the matches, pans, zooms and fits', async ({ covis, page, pictures }) => {
  const file = await matchFewLines(covis, pictures.pair.paths);
  await covis.stage.focus();
  const expectMatch = async (k: number) => {
    await expect.poll(() => readCard(page)).toEqual(cardOf(file, k));
    await expect(covis.stage.locator('[aria-live]')).toContainText(`Match ${k + 1}, confidence`);
  };
  await page.keyboard.press('n');
  await expectMatch(0);
  await page.keyboard.press('n');
  await page.keyboard.press('n');
  await expectMatch(2);
  await page.keyboard.press('p');
  await expectMatch(1);
  await page.keyboard.press('Escape');
  await expect.poll(() => readCard(page)).toBeNull();

  const look = async () => {
    const hash = await hashPicture(covis);
    await covis.stage.focus();
    return hash;
  };
  const fit = await look();
  await page.keyboard.press('+');
  const zoomed = await look();
  await page.keyboard.press('ArrowLeft');
  const panned = await look();
  await page.keyboard.press('ArrowRight');
  const pannedBack = await look();
  await page.keyboard.press('0');
  expect(new Set([fit, zoomed, panned]).size).toBe(3);
  expect(pannedBack).toBe(zoomed);
  expect(await look()).toBe(fit);
});

test('ten thousand lines dragged from one confidence to another are those of a picture drawn anew', async ({
  covis,
  page,
  pictures,
}) => {
  await openManyMatches(covis, pictures, 10_000);
  const { counts } = await covis.snapshot();
  expect(counts).toMatchObject({ all: 10_000, confident: 10_000, drawn: 10_000 });
  const all = await hashPicture(covis);
  const thumb = (await covis.confidenceSlider.boundingBox())!;
  const [x, y] = [thumb.x + thumb.width / 2, thumb.y + thumb.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (const distance of [60, 25, 90, 40]) await page.mouse.move(x + distance, y, { steps: 8 });
  await page.mouse.up();
  const dragged = await covis.untilDone();
  // Confidence falls evenly from 1.
  const least = Math.fround(dragged.view.minimumConfidence);
  const right = Array.from({ length: 10_000 }, (_, k) => Math.fround(1 - k / 10_000) >= least).filter(
    Boolean,
  );
  expect(right.length).toBeGreaterThan(2_000);
  expect(right.length).toBeLessThan(9_000);
  expect(dragged.counts).toMatchObject({ all: 10_000, confident: right.length, drawn: right.length });
  const less = await hashPicture(covis);
  expect(less).not.toBe(all);
  await page.getByRole('button', { name: 'Zoom in' }).click();
  expect(await hashPicture(covis)).not.toBe(less);
  await page.getByRole('button', { name: 'Fit both photos' }).click();
  expect(await hashPicture(covis)).toBe(less);
});
