/** The sample pairs as the page offers them, held against the scenes they were rendered from. */
import { expect, test } from './fixtures/CovisPage.ts';
import { sampleSize, sampleTitle, sceneErrors, shareBelow } from './fixtures/samples.ts';

test('a street corner is matched in depth, and the confident matches are the right ones', async ({
  covis,
}) => {
  await covis.openFast();
  const { result, counts, photos } = await covis.openSample(sampleTitle('street-corner'));
  expect(photos.map((photo) => ({ width: photo!.width, height: photo!.height }))).toEqual([
    sampleSize,
    sampleSize,
  ]);
  expect(counts!.confident).toBeGreaterThan(500);
  const errors = sceneErrors('street-corner', result!).slice(0, counts!.confident);
  // A match by chance lies within 10 px once in four thousand times.
  expect(shareBelow(errors, 5)).toBeGreaterThan(0.3);
  expect(shareBelow(errors, 10)).toBeGreaterThan(0.4);
  const surest = errors.slice(0, errors.length / 4);
  expect(shareBelow(surest, 10)).toBeGreaterThan(0.6);
  expect(covis.errors).toEqual([]);
});

test('noon and night: few matches are right, and their confidence says so', async ({ covis }) => {
  await covis.openFast();
  const { result, counts } = await covis.openSample(sampleTitle('noon-and-night'));
  const errors = sceneErrors('noon-and-night', result!);
  const confident = errors.slice(0, counts!.confident);
  expect(shareBelow(confident, 10)).toBeGreaterThan(0.2);
  expect(shareBelow(confident, 10)).toBeGreaterThan(shareBelow(errors.slice(counts!.confident), 10));
  const half = confident.length >> 1;
  expect(shareBelow(confident.slice(0, half), 10)).toBeGreaterThan(
    1.3 * shareBelow(confident.slice(half), 10),
  );
  expect(covis.errors).toEqual([]);
});

test('every offered sample has its photos, truth and a picture on the first screen', async ({
  covis,
  page,
  request,
}) => {
  await covis.open();
  const list = (await (await request.get('samples/index.json')).json()) as Record<string, string>[];
  expect(list.map(({ id }) => id)).toEqual(['poster-wall', 'street-corner', 'noon-and-night']);
  for (const { photo0, photo1, truth } of list) {
    for (const file of [photo0, photo1, truth]) {
      expect((await request.get(`samples/${file}`)).status()).toBe(200);
    }
  }
  await expect(
    page.getByRole('button', { name: /^(Poster wall|Street corner|Noon and night)$/ }),
  ).toHaveCount(3);
  const widths = () =>
    page
      .locator('main img')
      .evaluateAll((images) => images.map((image) => (image as HTMLImageElement).naturalWidth));
  await expect.poll(widths).toEqual(Array.from({ length: 6 }, () => sampleSize.width));
});
