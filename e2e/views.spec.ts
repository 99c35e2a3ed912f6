/** Several looks at the photos: chosen, followed, told apart on the stage, kept in files. */
import sharp from 'sharp';
import type { MatchFile } from '../src/export/matchFile.ts';
import { multiply3 } from '../src/geometry/matrix3.ts';
import { expect, test } from './fixtures/CovisPage.ts';
import { readSavedMatches } from './fixtures/matchFiles.ts';
import { homographyErrors, publishedHomography, samplePaths } from './fixtures/samples.ts';

test('views are chosen, named while they run, and told apart and hidden on the stage', async ({
  covis,
  page,
  pictures,
}) => {
  await covis.open();
  await covis.choosePhotos(pictures.pair.paths);
  await covis.runOn('WebAssembly');
  await covis.type('Long edge in pixels', 160);
  await covis.chooseEffort('Thorough');
  expect((await covis.snapshot()).matcher.settings.views.length).toBeGreaterThan(2);
  await covis.chooseEffort('Fast');

  await page.getByRole('button', { name: 'One view' }).click();
  const choices = page.getByRole('group', { name: 'Views', exact: true });
  // The only view cannot be left out, and a shared region needs one before it.
  await expect(choices.getByRole('checkbox', { name: 'Original' })).toBeDisabled();
  await choices.getByRole('checkbox', { name: 'Shared region' }).click();
  await choices.getByRole('checkbox', { name: 'Aligned' }).click();
  const { matcher } = await covis.snapshot();
  expect(matcher.settings.views).toEqual(['original', 'aligned', 'shared-region']);
  await expect(page.getByRole('radio', { name: 'Thorough', exact: true })).not.toBeChecked();

  const said = await page.evaluateHandle(() => {
    const texts: string[] = [];
    const read = () => {
      for (const { textContent } of document.querySelectorAll('[role=status]')) texts.push(textContent ?? '');
    };
    new MutationObserver(read).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
    });
    return texts;
  });
  const matched = await covis.match();
  expect((await said.jsonValue()).join('\n')).toContain('Aligned, view 2 of 3: ');
  const { viewReports, view, support, confidence } = matched.result!;
  expect(viewReports.map(({ failure }) => failure)).toEqual([null, null, null]);
  expect(viewReports.reduce((sum, { added }) => sum + added, 0)).toBe(confidence.length);
  expect(viewReports.every(({ added }) => added > 0)).toBe(true);
  expect(new Set(view)).toEqual(new Set([0, 1, 2]));
  expect(Math.max(...support)).toBeGreaterThan(1);

  const list = page.getByTestId('views');
  await expect(list).toContainText(`+${viewReports[2]!.added.toLocaleString('en')}`);
  await list.getByRole('checkbox', { name: 'Shared region' }).click();
  await covis.type('Number of lines', 10_000);
  const { counts } = await covis.snapshot();
  const ofOthers = view.filter((index, k) => index !== 2 && confidence[k]! >= Math.fround(0.1)).length;
  expect(counts).toMatchObject({ all: confidence.length, drawn: ofOthers });
  expect(counts!.confident).toBeGreaterThan(ofOthers);

  await page.getByRole('combobox', { name: 'Colour by' }).click();
  await page.getByRole('option', { name: 'View' }).click();
  await expect(page.getByText('Shared region', { exact: true })).not.toHaveCount(0);
  expect(covis.errors).toEqual([]);

  // The file keeps it all, and a failed view says why in one sentence.
  const file = await readSavedMatches(await covis.save('Match file'));
  expect(file.viewReports!.map((report) => report.view)).toEqual(['original', 'aligned', 'shared-region']);
  const failure = { stage: 'matching', code: 'no-shared-region', message: 'The photos share no region.' };
  const reports = file.viewReports!.map((report, k) => (k === 2 ? { ...report, failure } : report));
  const changed: MatchFile = { ...file, viewReports: reports };
  await covis.openFile('match-file', { name: 'failed.json', bytes: Buffer.from(JSON.stringify(changed)) });
  await covis.until('the file is shown', ({ result }) => result?.source === 'file');
  await expect(list).toContainText('The photos share no region.');
  await expect(list.getByRole('checkbox', { name: 'Shared region' })).toBeDisabled();
  expect(covis.errors).toEqual([]);
});

test('photos that are turned and show things of other sizes are found at the offered second run', async ({
  covis,
  page,
  pictures,
}) => {
  test.slow();
  const [whole, other] = samplePaths('poster-wall');
  // A close-up of the second photo, turned clockwise.
  const box = { left: 420, top: 300, width: 480, height: 360 };
  const closeUp = await sharp(other).extract(box).rotate(90).png().toBuffer();
  const turned = [0, -1, box.height - 1 + box.top, 1, 0, -box.left, 0, 0, 1];
  const truth = multiply3(turned, publishedHomography('poster-wall'));
  await covis.openFast();
  await covis.choosePhotos([whole, await pictures.write('close-up.png', closeUp)]);
  await covis.runOn('WebAssembly');
  await covis.type('Long edge in pixels', 320);
  await covis.match();
  await page.getByRole('button', { name: 'Run “Balanced”' }).click();
  const { result, progress } = await covis.untilDone();
  expect(progress).toBeNull();
  expect(result!.viewReports.map(({ failure }) => failure)).toEqual([null, null]);
  // What the first look made up stays, unsure, beside what the second one found.
  const found = homographyErrors(truth, result!).filter(
    (_, k) => result!.view[k] === 1 && result!.confidence[k]! >= 0.1,
  );
  const within = (px: number) => found.filter((error) => error < px).length;
  expect(within(3)).toBeGreaterThan(400);
  expect(within(8) / found.length).toBeGreaterThan(0.85);
  expect(covis.errors).toEqual([]);
});
