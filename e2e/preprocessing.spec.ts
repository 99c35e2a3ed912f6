/** Preprocessing on the page: seen before it is run, by keyboard, kept with what it made, and undone. */
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures/CovisPage.ts';
import { readSavedMatches } from './fixtures/matchFiles.ts';

/** Size and mean grey level of one of the small pictures. */
function look(page: Page, side: 'First' | 'Second', when: 'before' | 'after') {
  return page
    .getByRole('img', { name: `${side} photo ${when} preprocessing` })
    .evaluate((element: HTMLCanvasElement) => {
      const { width, height } = element;
      const { data } = element.getContext('2d')!.getImageData(0, 0, width, height);
      return { width, height, mean: data.filter((_, k) => k % 4 < 3).reduce((a, b) => a + b) / data.length };
    });
}

function unfold(page: Page) {
  return page.getByRole('button', { name: 'Preprocessing', exact: true }).press('Enter');
}

test('shows what the network sees while sliders move, runs with it, and resets', async ({
  covis,
  page,
  pictures,
}) => {
  await covis.openFast();
  await covis.choosePhotos(pictures.pair.paths);
  await covis.type('Long edge in pixels', 192);
  await expect(page.getByRole('spinbutton', { name: 'Gamma' })).toBeHidden();
  await unfold(page);
  await expect(page.getByText(/^First photo: the network sees 192.×.144 px$/)).toBeVisible();
  const before = await look(page, 'Second', 'before');
  expect(before).toMatchObject({ width: 192, height: 144 });
  expect(await look(page, 'Second', 'after')).toEqual(before);

  const slider = page.getByRole('slider', { name: 'Gamma slider' });
  await slider.focus();
  for (let press = 0; press < 5; press++) await slider.press('ArrowRight');
  await expect(page.getByRole('spinbutton', { name: 'Gamma' })).toHaveValue('1.5');
  // 0.667th power of mid-grey levels.
  await expect
    .poll(async () => (await look(page, 'Second', 'after')).mean / before.mean)
    .toBeGreaterThan(1.15);
  expect(await look(page, 'Second', 'before')).toEqual(before);

  await page.getByRole('radio', { name: 'CLAHE' }).click();
  await covis.type('Clip limit', 3);
  const preprocessing = { resampling: 'cubic', equalisation: { clipLimit: 3, tiles: 8 }, gamma: 1.5 };
  const made = await covis.match();
  expect(made.result!.settings.preprocessing).toEqual(preprocessing);
  const file = await readSavedMatches(await covis.save('Match file'));
  expect(file.settings.match.preprocessing).toEqual(preprocessing);

  await page.getByRole('button', { name: 'Reset preprocessing' }).click();
  const reset = await covis.snapshot();
  expect(reset.matcher.settings.preprocessing).toBeUndefined();
  expect(reset.result!.outdated).toBe(true);
  await expect.poll(() => look(page, 'Second', 'after')).toEqual(before);
  expect(covis.errors).toEqual([]);
});

test('fits a phone, and says there which photo cannot be brought to the network', async ({
  covis,
  page,
  pictures,
}) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await covis.open();
  await unfold(page);
  await expect(page.getByText('Choose a photo to see what the network sees of it.')).toBeVisible();
  await covis.choosePhotos([pictures.pair.paths[0]]);
  await page.getByRole('radio', { name: 'CLAHE' }).click();
  const shown = page.getByTestId('input-previews');
  await expect(shown.getByRole('img')).toHaveCount(2);
  const box = (await shown.boundingBox())!;
  expect(box.x).toBeGreaterThanOrEqual(0);
  expect(box.x + box.width).toBeLessThanOrEqual(390);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);

  const strip = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(2000, 9);
    canvas.getContext('2d')!.fillRect(0, 0, 500, 9);
    const bytes = new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer());
    return Array.from(bytes);
  });
  await covis.choosePhotos([await pictures.write('strip.png', Uint8Array.from(strip))], 1);
  await expect(page.getByText(/^A photo of 2000 × 9 pixels is too narrow for an input of 640/)).toBeVisible();
  expect((await covis.snapshot()).notices).toEqual([]);
  expect(covis.errors).toEqual([]);
});
