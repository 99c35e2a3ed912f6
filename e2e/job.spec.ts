/** The whole job of a newcomer on WebAssembly: two photos in, matches tuned, files out and in again. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unzipSync } from 'fflate';
import sharp from 'sharp';
import { runTerminal } from '../src/cli/testing/runTerminal.ts';
import { type CovisPage, expect, geometryOf, test } from './fixtures/CovisPage.ts';
import {
  largestDifference,
  largestDistance,
  readMatches,
  readSavedMatches,
  toPairs,
} from './fixtures/matchFiles.ts';
import {
  cornerError,
  homographyErrors,
  publishedHomography,
  samplePaths,
  shareBelow,
} from './fixtures/samples.ts';

const names = (paths: readonly string[]) => paths.map((path) => basename(path));

async function namesOnPage(covis: CovisPage) {
  return (await covis.snapshot()).photos.map((photo) => photo?.name ?? null);
}

test('two photos dropped on the page are matched and agree with the true homography', async ({
  covis,
  page,
}) => {
  await covis.open();
  const paths = samplePaths('poster-wall');
  await covis.dropFiles(page.getByRole('main'), paths);
  await covis.until('both photos are open', ({ photos }) => photos.every((photo) => photo !== null));
  expect(await namesOnPage(covis)).toEqual(names(paths));

  // As the page comes: with a second look at the aligned photo.
  const matched = await covis.match();
  const { result, counts } = matched;
  expect(result!.viewReports.map(({ view, failure }) => [view, failure])).toEqual([
    ['original', null],
    ['aligned', null],
  ]);
  expect(result).toMatchObject({ provider: 'wasm', precision: 'fp32', source: 'run', outdated: false });
  expect(result!.inputSize).toEqual([
    [640, 480],
    [640, 480],
  ]);
  const truth = publishedHomography('poster-wall');
  const confident = result!.confidence.filter((value) => value >= 0.1).length;
  expect(confident).toBeGreaterThan(800);
  const errors = homographyErrors(truth, result!).slice(0, confident);
  // The network sees the photos at half their size: 5 px here are 2.5 of its own.
  expect(shareBelow(errors, 5)).toBeGreaterThan(0.55);
  expect(shareBelow(errors, 10)).toBeGreaterThan(0.75);

  const geometry = geometryOf(matched);
  expect(geometry.matchCount).toBe(confident);
  expect(geometry.inlierCount / confident).toBeGreaterThan(0.3);
  expect(cornerError(geometry.matrix, truth)).toBeLessThan(5);

  await expect(page.getByTestId('geometry')).toContainText(geometry.inlierCount.toLocaleString('en'));
  await expect(page.getByTestId('provider')).toContainText('WebAssembly');
  await page.getByTestId('timings').click();
  await expect(page.getByText('Matching, in all')).toBeVisible();
  expect(counts!.all).toBe(result!.confidence.length);
  expect(covis.errors).toEqual([]);
});

test('photos come by dropping on a side, picking and pasting, one or two at a time', async ({
  covis,
  page,
  pictures,
}) => {
  const [first, second] = pictures.pair.paths;
  await covis.open();
  const bar = page.getByRole('banner');
  await covis.dropFiles(bar.getByRole('button', { name: 'second photo' }), [first]);
  await covis.until('the right photo is open', ({ photos }) => photos[1] !== null);
  expect(await namesOnPage(covis)).toEqual([null, basename(first)]);

  await covis.pasteFiles([second]);
  await covis.until('the left photo is open', ({ photos }) => photos[0] !== null);
  expect(await namesOnPage(covis)).toEqual(names([second, first]));

  await page.getByRole('button', { name: 'Swap the photos' }).click();
  expect(await namesOnPage(covis)).toEqual(names([first, second]));

  // The left quarter of the stage belongs to the first photo.
  await covis.dropFiles(page.getByRole('main'), [pictures.blank]);
  await covis.until('the left photo is another', ({ photos }) => photos[0]?.name === 'blank.png');
  await covis.choosePhotos([first], 0);
  await covis.choosePhotos([second, first]);
  expect(await namesOnPage(covis)).toEqual(names([second, first]));

  const picker = page.waitForEvent('filechooser');
  await bar.getByRole('button', { name: 'First photo' }).click();
  await (await picker).setFiles([first]);
  await covis.until('the picked photo is open', ({ photos }) => photos[0]?.name === basename(first));
});

test('the sliders act without another run, by keyboard and by mouse', async ({ covis, page, pictures }) => {
  await covis.openFast();
  await covis.choosePhotos(pictures.pair.paths);
  await covis.type('Long edge in pixels', 320);
  const before = await covis.match();

  await covis.confidenceSlider.focus();
  for (let k = 0; k < 20; k++) await page.keyboard.press('ArrowRight');
  const stricter = await covis.untilDone();
  expect(stricter.view.minimumConfidence).toBeCloseTo(0.3, 9);
  expect(stricter.result!.timingsMs).toEqual(before.result!.timingsMs);
  const confident = before.result!.confidence.filter((value) => value >= Math.fround(0.3)).length;
  expect(confident).toBeLessThan(before.counts!.confident);
  expect(stricter.counts!.confident).toBe(confident);
  expect(stricter.geometry!.matchCount).toBe(confident);

  const thumb = (await covis.confidenceSlider.boundingBox())!;
  await page.mouse.move(thumb.x + thumb.width / 2, thumb.y + thumb.height / 2);
  await page.mouse.down();
  await page.mouse.move(thumb.x + thumb.width / 2 + 50, thumb.y + thumb.height / 2, { steps: 12 });
  await page.mouse.up();
  const strictest = await covis.untilDone();
  expect(strictest.view.minimumConfidence).toBeGreaterThan(0.5);
  const least = Math.fround(strictest.view.minimumConfidence);
  expect(strictest.geometry!.matchCount).toBe(
    before.result!.confidence.filter((value) => value >= least).length,
  );

  await covis.type('Minimum confidence', 0.1);
  await covis.type('Number of matches', 40);
  const fewest = await covis.untilDone();
  expect(fewest.counts).toMatchObject({ ...before.counts, selected: 40, drawn: 40 });
  expect(fewest.geometry!.matchCount).toBe(40);
  await covis.type('Number of matches', 'all');
  const again = await covis.untilDone();
  expect(again.view.maximumMatches).toBe(Number.POSITIVE_INFINITY);
  expect(again.counts).toEqual(before.counts);
  await page.getByRole('spinbutton', { name: 'Number of matches', exact: true }).press('ArrowDown');
  const fewer = await covis.untilDone();
  expect(fewer.counts!.selected).toBe(before.counts!.confident - 100);
  await covis.type('Number of matches', 'all');
  await covis.untilDone();

  const inliers: number[] = [];
  for (const [key, presses] of [
    ['Home', 1],
    ['ArrowRight', 9],
    ['ArrowRight', 12],
  ] as const) {
    await covis.thresholdSlider.focus();
    for (let k = 0; k < presses; k++) await page.keyboard.press(key);
    const estimated = await covis.untilDone();
    const { geometrySettings, result } = estimated;
    const geometry = geometryOf(estimated);
    expect(geometry.settings.thresholdPx).toBe(geometrySettings.thresholdPx);
    const errors = homographyErrors(geometry.matrix, result!).slice(0, geometry.matchCount);
    // What the page calls an inlier is what lies within the threshold of the matrix that it shows.
    const wrong = errors.filter((error, k) => {
      const inside = geometry.inliers[k] === 1;
      const margin = Math.abs(error - geometrySettings.thresholdPx) < 1e-3;
      return !margin && inside !== error < geometrySettings.thresholdPx;
    });
    expect(wrong).toEqual([]);
    inliers.push(geometry.inlierCount);
    expect(result!.timingsMs).toEqual(before.result!.timingsMs);
  }
  expect(inliers[0]).toBeLessThan(inliers[1]!);
  expect(inliers[1]).toBeLessThan(inliers[2]!);
  expect((await covis.snapshot()).geometrySettings.thresholdPx).toBe(4);
});

test('the saved match file equals the terminal’s and shows the same on a fresh page', async ({
  covis,
  context,
  pictures,
}) => {
  await covis.open();
  const paths = samplePaths('poster-wall');
  await covis.choosePhotos(paths);
  await covis.type('Long edge in pixels', 480);
  await covis.type('Minimum confidence', 0.2);
  await covis.type('Inlier threshold', 4);
  const saved = await covis.match();
  const download = await covis.save('Match file');
  expect(download.suggestedFilename()).toBe('poster-wall-0-poster-wall-1.json');
  const file = await readSavedMatches(download);

  const count = file.keypoints0.length;
  expect(count).toBeGreaterThan(300);
  for (const column of ['keypoints1', 'confidence', 'inlier', 'view'] as const) {
    expect(file[column]).toHaveLength(count);
  }
  expect(file.confidence.every((value) => value >= 0.2)).toBe(true);
  expect(file.geometry).toMatchObject({ model: 'homography', thresholdPx: 4 });
  expect(file.inlier.filter(Boolean)).toHaveLength(file.geometry!.inlierCount);
  expect(file.settings).toMatchObject({ match: { longEdge: 480 }, minimumConfidence: 0.2 });

  const terminal = await runTerminal([
    ...paths,
    ...['--provider', 'wasm', '--size', '480', '--min-confidence', '0.2', '--threshold-px', '4'],
  ]);
  expect(terminal.status, terminal.stderr).toBe(0);
  const same = await readMatches(terminal.stdout);
  expect(same.keypoints0).toHaveLength(count);
  expect(largestDistance(file.keypoints0, same.keypoints0)).toBeLessThanOrEqual(0.01);
  expect(largestDistance(file.keypoints1, same.keypoints1)).toBeLessThanOrEqual(0.01);
  expect(largestDifference(file.confidence, same.confidence)).toBeLessThanOrEqual(1e-4);
  expect(file.inlier).toEqual(same.inlier);
  expect(file.images).toEqual(same.images);

  const page = await context.newPage();
  const fresh = new (covis.constructor as typeof CovisPage)(page);
  await fresh.open();
  await download.saveAs(pictures.pathOf('saved.json'));
  await fresh.openFile('match-file', pictures.pathOf('saved.json'));
  await fresh.until('the file waits for its photos', ({ waitingFile }) => waitingFile !== null);
  expect((await fresh.snapshot()).result).toBeNull();
  await fresh.choosePhotos(paths);
  const shown = await fresh.until('the file is shown', ({ result }) => result?.source === 'file');
  expect(shown.counts).toMatchObject({ all: count, confident: count });
  expect(shown.view.minimumConfidence).toBe(0.2);
  expect(shown.geometrySettings.thresholdPx).toBe(4);
  expect(geometryOf(shown).matrix).toEqual(geometryOf(saved).matrix);
  expect(geometryOf(shown).inliers).toEqual(geometryOf(saved).inliers);
  expect(largestDistance(toPairs(shown.result!.keypoints0), file.keypoints0)).toBeLessThan(1e-3);
  expect(largestDifference(shown.result!.confidence, file.confidence)).toBeLessThan(1e-6);
  expect(covis.errors).toEqual([]);
  expect(fresh.errors).toEqual([]);
});

test('the table has one line a match, the archive opens and the picture shows the stage', async ({
  covis,
  pictures,
}) => {
  await covis.openFast();
  await covis.choosePhotos(pictures.pair.paths);
  await covis.type('Long edge in pixels', 160);
  const matched = await covis.match();
  const { result, counts } = matched;

  const table = await readFile(await (await covis.save('CSV table')).path(), 'utf8');
  const [head, ...lines] = table.trimEnd().split('\n');
  expect(head).toBe('x0,y0,x1,y1,confidence,inlier,view,support,refined,propagated');
  expect(lines).toHaveLength(counts!.confident);
  lines.forEach((line, k) => {
    const [x0, y0, x1, y1, confidence, inlier] = line.split(',').map(Number);
    expect(x0).toBeCloseTo(result!.keypoints0[2 * k]!, 2);
    expect(y0).toBeCloseTo(result!.keypoints0[2 * k + 1]!, 2);
    expect(x1).toBeCloseTo(result!.keypoints1[2 * k]!, 2);
    expect(y1).toBeCloseTo(result!.keypoints1[2 * k + 1]!, 2);
    expect(confidence).toBeCloseTo(result!.confidence[k]!, 6);
    expect(inlier).toBe(geometryOf(matched).inliers[k]);
  });

  const download = await covis.save('COLMAP');
  expect(download.suggestedFilename()).toMatch(/\.colmap\.zip$/);
  const archive = unzipSync(new Uint8Array(await readFile(await download.path())));
  const keypoints = new TextDecoder().decode(archive[`keypoints/${basename(pictures.pair.paths[0])}.txt`]);
  expect(keypoints.split('\n')[0]).toMatch(/^[1-9]\d* 128$/);

  const box = (await covis.stage.boundingBox())!;
  const withLines = await readPicture(await (await covis.save('View as PNG')).path());
  expect([withLines.width, withLines.height]).toEqual([Math.floor(box.width), Math.floor(box.height)]);
  await covis.type('Number of lines', 0);
  const without = await readPicture(await (await covis.save('View as PNG')).path());
  const { channels } = await sharp(without.data, { raw: without }).stats();
  expect(Math.max(...channels.map(({ stdev }) => stdev))).toBeGreaterThan(20);
  const changed = withLines.data.filter((value, k) => Math.abs(value - without.data[k]!) > 8).length;
  // 262 lines of the width of a pixel, most of them longer than half of the stage.
  expect(changed / withLines.data.length).toBeGreaterThan(0.05);
});

async function readPicture(path: string) {
  const { data, info } = await sharp(path).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: 3 as const };
}

const shared = process.env.COVIS_SHARED ?? fileURLToPath(new URL('../../shared', import.meta.url));
const cathedral = ['sacre_coeur_008.jpg', 'sacre_coeur_009.jpg'].map((name) => join(shared, 'photos', name));

test('two photos of a real place are matched as in the terminal', async ({ covis, page }) => {
  test.skip(
    !cathedral.every(existsSync),
    'Needs photographs that are not part of the project (COVIS_SHARED).',
  );
  await covis.open();
  await covis.dropFiles(page.getByRole('main'), cathedral);
  await covis.until('both photos are open', ({ photos }) => photos.every((photo) => photo !== null));
  expect(geometryOf(await covis.match()).inlierCount).toBeGreaterThan(20);
  const file = await readSavedMatches(await covis.save('Match file'));
  const terminal = await runTerminal([...cathedral, '--provider', 'wasm']);
  expect(terminal.status, terminal.stderr).toBe(0);
  const same = await readMatches(terminal.stdout);
  expect(file.keypoints0).toHaveLength(same.keypoints0.length);
  expect(largestDistance(file.keypoints0, same.keypoints0)).toBeLessThanOrEqual(0.01);
  expect(largestDistance(file.keypoints1, same.keypoints1)).toBeLessThanOrEqual(0.01);
  expect(largestDifference(file.confidence, same.confidence)).toBeLessThanOrEqual(1e-4);
  expect(file.inlier).toEqual(same.inlier);
});
