/** Dense matches on the page, with a DKM of a few thousand weights: what it finds is noise, what is shown of it is not. */
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { writeTorchCheckpoint } from '../bench/inputs/writeTorchCheckpoint.ts';
import { narrowWeights } from '../src/matchers/dkm/testing/narrowNetwork.ts';
import { readNpz } from '../src/testing/readNpz.ts';
import { type CovisPage, expect, test } from './fixtures/CovisPage.ts';

const checkpoint = { name: 'narrow.pth', bytes: writeTorchCheckpoint(narrowWeights()) };

async function matchDensely(covis: CovisPage, page: Page, paths: readonly string[]) {
  await covis.open();
  await covis.choosePhotos(paths);
  await covis.openFile('weights-file', checkpoint);
  await covis.until('DKM is chosen', ({ matcher }) => matcher.settings.matcher === 'dkm');
  await covis.chooseEffort('Fast');
  await covis.runOn('WebAssembly');
  await covis.type('Long edge in pixels', 128);
  // Refined ones are not sampled again without a run.
  await page.getByRole('checkbox', { name: 'Refine to sub-pixels' }).uncheck();
  await covis.type('Matches to sample', 400);
  const found = await covis.match();
  await expect(page.getByRole('radiogroup', { name: 'Show' })).toBeVisible();
  return found;
}

function show(page: Page, mode: 'Matches' | 'Certainty' | 'Warp') {
  return page.getByRole('radio', { name: mode, exact: true }).click();
}

test('DKM is there at the first click, says which weights are not, and brings back each matcher’s own settings', async ({
  covis,
  page,
  pictures,
}) => {
  await covis.open();
  await covis.choosePhotos(pictures.pair.paths);
  await covis.type('Long edge in pixels', 320);
  await page.getByRole('radio', { name: 'DKM', exact: true }).click();
  const { matcher } = await covis.snapshot();
  expect(matcher.weightsId).toBe('dkm-compact');
  expect(matcher.settings).toMatchObject({ matcher: 'dkm', longEdge: 640, samples: 5000 });
  const run = page.getByRole('button', { name: 'Match', exact: true });
  await expect(run).toBeEnabled();
  await page.getByRole('combobox', { name: 'Weights', exact: true }).click();
  await page.getByRole('option', { name: 'DKM outdoor' }).click();
  await expect(page.getByText('The authors’ weights do not ship with Covis')).toBeVisible();
  await expect(run).toBeDisabled();
  await expect(run).toHaveAttribute('title', /^DKM outdoor is not on this device yet: .* choose DKM compact/);
  await run.click({ force: true });
  expect(await covis.takeNotice()).toMatch(/^DKM outdoor is not on this device yet: download/);
  await page.getByRole('radio', { name: 'LoFTR', exact: true }).click();
  await expect(run).toBeEnabled();
  const { matcher: loftr } = await covis.snapshot();
  expect(loftr).toMatchObject({ weightsId: 'loftr-compact', settings: { matcher: 'loftr', longEdge: 320 } });
  expect(covis.errors).toEqual([]);
});

test('samples again without a run, and marks matches of another matcher as outdated', async ({
  covis,
  page,
  pictures,
}) => {
  const first = await matchDensely(covis, page, pictures.pair.paths);
  expect(first.matcher.weights.find(({ id }) => id === first.matcher.weightsId)).toMatchObject({
    matcher: 'dkm',
    state: 'imported',
  });
  expect(first.counts?.all).toBeGreaterThan(300);
  expect(first.counts?.all).toBeLessThanOrEqual(400);

  await covis.type('Matches to sample', 1000);
  const more = await covis.until('there are more matches', ({ counts }) => (counts?.all ?? 0) > 700);
  expect(more.status).toBe('idle');
  expect(more.result?.settings.samples).toBe(1000);
  expect(more.result?.timingsMs).toEqual(first.result?.timingsMs);
  expect(more.result?.outdated).toBe(false);

  await covis.type('Matches to sample', 400);
  const again = await covis.until(
    'the first matches are back',
    ({ result }) => result?.settings.samples === 400,
  );
  expect(again.result?.keypoints0).toEqual(first.result?.keypoints0);

  await page.getByRole('radio', { name: 'LoFTR', exact: true }).click();
  expect((await covis.snapshot()).result?.outdated).toBe(true);
  await expect(page.getByText('These matches were made with other matcher settings')).toBeVisible();
  expect(covis.errors).toEqual([]);
});

test('shows certainties, warps with swipe and blink, and the match of the point under the pointer', async ({
  covis,
  page,
  pictures,
}) => {
  const found = await matchDensely(covis, page, pictures.pair.paths);
  expect(found.dense).toEqual({ mode: 'matches', grids: null, certainShares: null });

  await show(page, 'Certainty');
  const seen = await covis.until('the warps are there', ({ dense }) => dense?.grids !== null);
  // 128 x 96 input pixels, 1.6 cells to each, on a grid whose sides are multiples of 32; the padding is cut off.
  expect(seen.dense?.grids).toEqual([
    [205, 154],
    [205, 154],
  ]);
  for (const share of seen.dense!.certainShares!) expect(share).toBeGreaterThan(0);
  await expect(covis.stage).toContainText('Certainty');

  // What the pointer finds is what the file says.
  const { warp0, certainty0, cellToPhoto0 } = await saveDense(covis);
  const { cell, spread } = calmestCell(warp0, certainty0, 205, 154);
  const x = cellToPhoto0[0]! * (cell % 205) + cellToPhoto0[2]!;
  const y = cellToPhoto0[4]! * Math.floor(cell / 205) + cellToPhoto0[5]!;
  const at = await placeOf(page, 0, x, y);
  await page.mouse.move(at.x, at.y);
  const readout = page.locator('.pair-stage-readout');
  const [title, own, other] = [
    readout.locator('.pair-stage-readout-confidence'),
    readout.locator('tr').nth(0).locator('td'),
    readout.locator('tr').nth(1).locator('td'),
  ];
  const number = async (cellOf: typeof own, k: number) => Number(await cellOf.nth(k).textContent());
  // The mouse stands on whole screen pixels, half a photo pixel or so off the centre of the cell.
  expect(Math.abs((await number(own, 0)) - x)).toBeLessThan(1);
  expect(Math.abs((await number(own, 1)) - y)).toBeLessThan(1);
  expect(Number(await title.textContent())).toBeGreaterThan(0);
  expect(Math.abs((await number(other, 0)) - warp0[2 * cell]!)).toBeLessThan(spread + 0.1);
  expect(Math.abs((await number(other, 1)) - warp0[2 * cell + 1]!)).toBeLessThan(spread + 0.1);

  // By keyboard, the sampled matches are stepped through.
  await covis.stage.press('n');
  await expect(readout).toContainText('Match 1');

  await show(page, 'Warp');
  const divider = page.getByRole('slider', { name: 'Divider on texture-0.png' });
  await expect(divider).toHaveAttribute('aria-valuenow', '50');
  await divider.press('ArrowLeft');
  await expect(divider).toHaveAttribute('aria-valuenow', '48');
  const handle = (await divider.boundingBox())!;
  await page.mouse.move(handle.x + handle.width / 2, handle.y + 20);
  await page.mouse.down();
  await page.mouse.move(handle.x + handle.width / 2 + 60, handle.y + 20, { steps: 3 });
  await page.mouse.up();
  expect(Number(await divider.getAttribute('aria-valuenow'))).toBeGreaterThan(55);

  await page.getByRole('radio', { name: 'Blink', exact: true }).click();
  await expect(divider).toHaveCount(0);
  const look = async (what: 'This' | 'Other, warped') => {
    await page.getByRole('radio', { name: what, exact: true }).click();
    return (await covis.save('View as PNG')).path().then((path) => readFile(path));
  };
  const [own0, other0] = [await look('This'), await look('Other, warped')];
  expect(own0.equals(other0)).toBe(false);
  // B shows the other photo as long as it is held.
  await page.getByRole('radio', { name: 'This', exact: true }).click();
  await covis.stage.press('0');
  await page.evaluate(() => new Promise((seen) => requestAnimationFrame(() => requestAnimationFrame(seen))));
  const atRest = await covis.stage.screenshot();
  const isAtRest = async () => (await covis.stage.screenshot()).equals(atRest);
  await page.keyboard.down('b');
  await expect.poll(isAtRest).toBe(false);
  await page.keyboard.up('b');
  await expect.poll(isAtRest).toBe(true);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await expect(page.getByRole('radio', { name: 'In turn', exact: true })).toHaveCount(0);

  await show(page, 'Matches');
  await expect(page.getByRole('slider', { name: 'Number of lines slider' })).toBeVisible();
  expect(covis.errors).toEqual([]);
});

test('of matches that are not dense only a homography warps the photos', async ({
  covis,
  page,
  pictures,
}) => {
  await covis.openFast();
  await covis.choosePhotos(pictures.pair.paths);
  await covis.type('Long edge in pixels', 320);
  await covis.match();
  expect((await covis.snapshot()).dense).toBeNull();
  await expect(page.getByRole('radio', { name: 'Certainty', exact: true })).toBeDisabled();
  await expect(page.getByRole('radio', { name: 'Warp', exact: true })).toBeEnabled();
  await covis.type('Minimum confidence', 1);
  expect((await covis.untilDone()).geometry).toMatchObject({ ok: false });
  await expect(page.getByRole('radio', { name: 'Warp', exact: true })).toBeDisabled();
  await expect(page.getByRole('button', { name: 'Save: Dense matches' })).toHaveCount(0);
});

async function saveDense(covis: CovisPage) {
  const download = await covis.save('Dense matches');
  expect(download.suggestedFilename()).toBe('texture-0-texture-1.npz');
  const arrays = readNpz(new Uint8Array(await readFile(await download.path())));
  const values = (name: string) => Array.from(arrays.get(name)!.data as ArrayLike<number>);
  return {
    warp0: values('warp0'),
    certainty0: values('certainty0'),
    cellToPhoto0: values('cell_to_photo0'),
  };
}

/** Of the certain cells inside the grid the one whose match is most like its neighbours', and how far those lie. */
function calmestCell(warp: readonly number[], certainty: readonly number[], width: number, height: number) {
  let calmest = { cell: -1, spread: Number.POSITIVE_INFINITY };
  for (let cell = width; cell < width * (height - 1); cell++) {
    if (cell % width === 0 || cell % width === width - 1) continue;
    const neighbours = [-1, 1].flatMap((row) => [-1, 0, 1].map((column) => cell + row * width + column));
    neighbours.push(cell - 1, cell + 1);
    if (![cell, ...neighbours].every((k) => certainty[k]! > 0.05)) continue;
    const distances = neighbours.flatMap((k) =>
      [0, 1].map((axis) => Math.abs(warp[2 * k + axis]! - warp[2 * cell + axis]!)),
    );
    const spread = Math.max(...distances);
    if (spread < calmest.spread) calmest = { cell, spread };
  }
  expect(calmest.cell).toBeGreaterThan(0);
  return calmest;
}

/** Where a point of a photo of 320 x 240 is on the screen: both share the stage's width side by side, fitted. */
async function placeOf(page: Page, side: 0 | 1, x: number, y: number) {
  const stage = (await page.getByRole('application').boundingBox())!;
  const scale = Math.min((stage.width - 36) / 640, (stage.height - 24) / 240);
  const left = (stage.width - 2 * 320 * scale - 12) / 2 + side * (320 * scale + 12);
  const top = (stage.height - 240 * scale) / 2;
  return { x: stage.x + left + (x + 0.5) * scale, y: stage.y + top + (y + 0.5) * scale };
}
