/**
 * Files and circumstances that cannot work: each gets one sentence that says what is wrong and what to do, keeps
 * what was there, and leaves a page that works. They all come to one page, one after the other.
 */
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import sharp from 'sharp';
import type { CovisSnapshot } from '../src/app/testInterface.ts';
import type { MatchFile } from '../src/export/matchFile.ts';
import { brokenWeights } from './fixtures/brokenWeights.ts';
import { CovisPage, expect, geometryOf, test } from './fixtures/CovisPage.ts';
import { readSavedMatches } from './fixtures/matchFiles.ts';
import { cornerError, samplePaths } from './fixtures/samples.ts';

const size = { width: 320, height: 240 };
const oneSentence = /^[^\n]+[.:;][^\n]*\.$/;

let page: Page;
let covis: CovisPage;
let first: CovisSnapshot;

test.beforeAll(async ({ browser, pictures }) => {
  page = await browser.newPage();
  covis = new CovisPage(page);
  await covis.openFast();
  await covis.choosePhotos(pictures.pair.paths);
  await covis.type('Long edge in pixels', 160);
  first = await covis.match();
  expect(first.counts!.confident).toBeGreaterThan(100);
});

test.afterAll(() => page.close());

test.afterEach(async ({ pictures }) => {
  // The page works: the pair from before is matched as before.
  await covis.choosePhotos(pictures.pair.paths);
  await covis.type('Long edge in pixels', 160);
  const again = await covis.match();
  expect(again.notices).toEqual([]);
  expect(again.result!.source).toBe('run');
  expect(again.result!.keypoints1).toEqual(first.result!.keypoints1);
  expect(again.result!.confidence).toEqual(first.result!.confidence);
  expect(geometryOf(again).matrix).toEqual(geometryOf(first).matrix);
});

/** What was on the page before still is. */
async function expectNothingLost(): Promise<void> {
  const { photos, result, matcher, geometry } = await covis.snapshot();
  expect(photos).toEqual(first.photos);
  expect(matcher.weightsId).toBe(first.matcher.weightsId);
  expect(result?.keypoints0).toEqual(first.result!.keypoints0);
  expect(geometry?.ok).toBe(true);
}

test.describe('photos', () => {
  async function openRefused(path: string): Promise<string> {
    await page.getByTestId('photo-file-1').setInputFiles(path);
    const sentence = await covis.takeNotice();
    expect(sentence).toMatch(oneSentence);
    await expectNothingLost();
    return sentence;
  }

  test('a text named .jpg', async ({ pictures }) => {
    const path = await pictures.write('letter.jpg', 'Dear reader, this is no picture.\n'.repeat(40));
    expect(await openRefused(path)).toMatch(/^“letter\.jpg” is a text file, not a picture: choose a JPEG/);
  });

  test('a truncated JPEG', async ({ pictures }) => {
    const whole = await readFile(samplePaths('poster-wall')[0]);
    const path = await pictures.write('half.jpg', whole.subarray(0, whole.length / 2));
    expect(await openRefused(path)).toMatch(/^“half\.jpg” ends too early.*: copy or download it again\.$/);
  });

  test('a PNG with a damaged middle', async ({ pictures }) => {
    const bytes = new Uint8Array(await readFile(pictures.pair.paths[0]));
    // Within the first piece of the picture's data: the pieces themselves stay whole.
    bytes.fill(0x55, 500, 1500);
    const path = await pictures.write('damaged.png', bytes);
    expect(await openRefused(path)).toMatch(/^“damaged\.png” is damaged/);
  });

  test('a document dropped on the stage', async ({ pictures }) => {
    await covis.dropFiles(page.getByRole('main'), [await pictures.write('notes.txt', 'no photo')]);
    expect(await covis.takeNotice()).toMatch(/^"notes\.txt" is not a photo, weights .* drop one of those\.$/);
    await expectNothingLost();
  });

  test('three photos at once', async ({ pictures }) => {
    const paths = [...pictures.pair.paths, pictures.blank];
    await covis.dropFiles(page.getByRole('main'), paths);
    expect(await covis.takeNotice()).toMatch(/^3 photos were dropped, but Covis compares two/);
    await expectNothingLost();
  });

  test('a picture of one pixel', async ({ pictures }) => {
    const path = pictures.pathOf('dot.png');
    await sharp({ create: { width: 1, height: 1, channels: 3, background: 'red' } }).toFile(path);
    await covis.choosePhotos([path], 1);
    await covis.startMatch();
    expect(await covis.takeNotice()).toMatch(
      /1 × 1 pixels is too small to match: choose one with at least \d/,
    );
    expect((await covis.snapshot()).photos[1]!.name).toBe('dot.png');
  });

  test('a picture 20 wide and 4000 high', async ({ pictures }) => {
    const path = pictures.pathOf('strip.png');
    const texture = await sharp(pictures.pair.paths[0]).resize(20, 4000, { fit: 'fill' }).png().toBuffer();
    await pictures.write('strip.png', texture);
    await covis.choosePhotos([path], 1);
    await covis.startMatch();
    const sentence = await covis.takeNotice();
    expect(sentence).toMatch(/20 × 4000 pixels is too narrow .*a long edge of at least 1600 pixels\.$/);
    // And what it says helps.
    await covis.type('Long edge in pixels', 1600);
    const { result, notices } = await covis.match();
    expect(notices).toEqual([]);
    expect(result!.inputSize[1]).toEqual([8, 1600]);
    expect(result!.keypoints1.every((value, k) => (k % 2 === 0 ? value < 19.5 : value < 3999.5))).toBe(true);
  });

  test('a picture without texture: no matches, or none that agree, is a result', async ({ pictures }) => {
    await covis.choosePhotos([pictures.blank], 1);
    const { result, counts, geometry, notices } = await covis.match();
    expect(notices).toEqual([]);
    expect(result!.source).toBe('run');
    expect(counts!.confident).toBeLessThan(0.05 * first.counts!.confident);
    expect(geometry!.ok).toBe(false);
    await expect(page.getByTestId('geometry')).toContainText((geometry as { message: string }).message);
  });

  test('two pictures without texture', async ({ pictures }) => {
    await covis.choosePhotos([pictures.blank, pictures.blank]);
    const { notices, geometry } = await covis.match();
    expect(notices).toEqual([]);
    expect(geometry!.ok).toBe(false);
  });

  test('the same photo twice gives the identity', async ({ pictures }) => {
    const [path] = pictures.pair.paths;
    await covis.choosePhotos([path, path]);
    // At the photo's own size: an input pixel is then a photo pixel.
    await covis.type('Long edge in pixels', 320);
    const snapshot = await covis.match();
    const geometry = geometryOf(snapshot);
    expect(snapshot.counts!.confident).toBeGreaterThan(200);
    expect(geometry.inlierCount / geometry.matchCount).toBeGreaterThan(0.95);
    expect(cornerError(geometry.matrix, [1, 0, 0, 0, 1, 0, 0, 0, 1], size)).toBeLessThan(0.5);
  });
});

test.describe('weights', () => {
  for (const { what, file, sentence } of brokenWeights) {
    test(`a checkpoint ${what}`, async () => {
      await covis.openFile('weights-file', file);
      const said = await covis.takeNotice();
      expect(said).toMatch(sentence);
      expect(said).toMatch(oneSentence);
      const { matcher } = await covis.snapshot();
      expect(matcher.transfer).toBeNull();
      expect(matcher.weights.map(({ id }) => id)).toEqual(first.matcher.weights.map(({ id }) => id));
      await expectNothingLost();
    });
  }
});

test.describe('match files', () => {
  let saved: MatchFile;

  test.beforeAll(async () => {
    saved = await readSavedMatches(await covis.save('Match file'));
  });

  function openText(name: string, text: string): Promise<void> {
    return covis.openFile('match-file', { name, bytes: new TextEncoder().encode(text) });
  }

  for (const [what, text, sentence] of [
    ['that is no JSON', () => '{"format": "covis.ma', /not valid JSON; choose another or save it again\.$/],
    [
      'of another format',
      () => '{"type": "FeatureCollection"}',
      /no match file of Covis .*: choose another\.$/,
    ],
    [
      'of a later version',
      () => JSON.stringify({ ...saved, version: 2 }),
      /has version 2 and this Covis reads up to 1/,
    ],
    [
      'with unequal columns',
      () => JSON.stringify({ ...saved, confidence: saved.confidence.slice(1) }),
      /damaged: "keypoints0" has \d+ entries and "confidence" has \d+; save it again/,
    ],
    [
      'with text for numbers',
      () => JSON.stringify({ ...saved, confidence: saved.confidence.map(String) }),
      /damaged: "confidence/,
    ],
  ] as const) {
    test(`a match file ${what}`, async () => {
      await openText('other.json', text());
      const said = await covis.takeNotice();
      expect(said).toMatch(sentence);
      expect((await covis.snapshot()).waitingFile).toBeNull();
      await expectNothingLost();
    });
  }

  test('a match file of other photos waits, says which, and can be discarded', async () => {
    const [image0, image1] = saved.images;
    const other = { name: 'elsewhere.jpg', width: 4000, height: 3000, sha256: 'f'.repeat(64) };
    await openText('other.json', JSON.stringify({ ...saved, images: [image0, other] }));
    await covis.until('the file waits', ({ waitingFile }) => waitingFile === 'other.json');
    await expect(page.getByRole('main')).toContainText(
      `The match file was made from “elsewhere.jpg” (4000 × 3000), not “${image1.name}” (320 × 240): open that photo to see its matches.`,
    );
    await expectNothingLost();
    await page.getByRole('button', { name: 'Discard' }).click();
    await covis.until('the file is gone', ({ waitingFile }) => waitingFile === null);
    await expectNothingLost();
  });

  test('a match file whose photos are the other way round offers to swap them', async () => {
    const [image0, image1] = saved.images;
    await openText('swapped.json', JSON.stringify({ ...saved, images: [image1, image0] }));
    await expect(page.getByRole('main')).toContainText('the other way round: swap them.');
    await page.getByRole('main').getByRole('button', { name: 'Swap' }).click();
    const { result } = await covis.until('it is shown', (snapshot) => snapshot.result?.source === 'file');
    expect(result!.keypoints0).toHaveLength(2 * saved.keypoints0.length);
  });
});

test('no WebGPU: asked for, it is explained; left to itself, the page runs without', async () => {
  const adapter = await page.evaluate(async () => (await navigator.gpu?.requestAdapter()) ?? null);
  test.skip(adapter !== null, 'This browser has a graphics adapter.');
  await covis.runOn('WebGPU');
  await covis.startMatch();
  const said = await covis.takeNotice();
  expect(said).toMatch(/(No graphics adapter answered|has no WebGPU): .*settings/);
  expect((await covis.snapshot()).status).toBe('idle');
  await expectNothingLost();

  await covis.runOn('Auto');
  const { result } = await covis.match();
  expect(result!.provider).toBe('wasm');
  expect(result!.providerNote).toBe(said);
  await page.getByTestId('provider').click();
  await expect(page.getByText(said)).toBeVisible();
  await page.keyboard.press('Escape');
});
