/** The geometric models on the page, and what the stage draws of them, held against the scenes' own truth. */
import type { CovisSnapshot } from '../src/app/testInterface.ts';
import { mapPoint } from '../src/testing/homographyMatches.ts';
import type { SampleId } from '../src/testing/syntheticPair.ts';
import { type CovisPage, expect, geometryOf, test } from './fixtures/CovisPage.ts';
import { createExactMatches, type ExactMatches } from './fixtures/exactMatches.ts';
import { samplePaths } from './fixtures/samples.ts';

type Point = readonly [x: number, y: number];

/** The model comes first, so that OpenCV is not loaded for nothing. */
async function openExactMatches(covis: CovisPage, id: SampleId, model: string): Promise<ExactMatches> {
  const exact = createExactMatches(id);
  await covis.open();
  await covis.choosePhotos(samplePaths(id));
  await chooseOption(covis, 'Model', model);
  await covis.openFile('match-file', exact.file);
  await covis.until('the file is shown', ({ result }) => result?.source === 'file');
  return exact;
}

async function chooseOption(covis: CovisPage, field: string, option: string): Promise<void> {
  await covis.page.getByRole('combobox', { name: field }).click();
  await covis.page.getByRole('option', { name: option }).click();
}

function placeOf({ marks }: CovisSnapshot, side: 0 | 1) {
  return marks!.places[side];
}

/** Points at a photo pixel, or as near as whole screen pixels allow. @returns what is really pointed at */
async function pointAt(covis: CovisPage, side: 0 | 1, [x, y]: Point): Promise<Point> {
  const box = (await covis.stage.boundingBox())!;
  const place = placeOf(await covis.snapshot(), side);
  const screen = [
    Math.round(box.x + place.x + (x + 0.5) * place.scale),
    Math.round(box.y + place.y + (y + 0.5) * place.scale),
  ] as const;
  // From elsewhere, so that it is a move.
  await covis.page.mouse.move(screen[0] + 3, screen[1]);
  await covis.page.mouse.move(...screen);
  return [
    (screen[0] - box.x - place.x) / place.scale - 0.5,
    (screen[1] - box.y - place.y) / place.scale - 0.5,
  ];
}

/** Distance in photo pixels of the drawn line from a point of its photo. */
async function distanceFromDrawnLine(covis: CovisPage, side: 0 | 1, [x, y]: Point): Promise<number> {
  const snapshot = await covis.until('a line is drawn', ({ marks }) =>
    Boolean(marks?.lines.some((line) => line.side === side)),
  );
  const place = placeOf(snapshot, side);
  const [[ax, ay], [bx, by]] = snapshot
    .marks!.lines.find((line) => line.side === side)!
    .ends.map(([u, v]) => [(u! - place.x) / place.scale - 0.5, (v! - place.y) / place.scale - 0.5]) as [
    [number, number],
    [number, number],
  ];
  return Math.abs((x - ax) * (by - ay) - (y - ay) * (bx - ax)) / Math.hypot(bx - ax, by - ay);
}

test('the epipolar line of the point under the pointer passes through its true match', async ({
  covis,
  page,
}) => {
  const { transfer } = await openExactMatches(covis, 'street-corner', 'Fundamental matrix');
  const estimated = await covis.untilDone();
  const geometry = geometryOf(estimated);
  expect(geometry.settings).toMatchObject({ model: 'fundamental', thresholdPx: 1.5 });
  // Four fifths of the matches are right.
  expect(geometry.inlierCount / geometry.matchCount).toBeGreaterThan(0.75);
  expect(geometry.inlierCount / geometry.matchCount).toBeLessThan(0.85);
  await expect(page.getByRole('status').first()).toContainText('agree with one geometry');

  // Without lines between the photos, nothing but points is pointed at.
  await covis.type('Number of lines', 0);
  const points: readonly Point[] = [
    [330, 610],
    [600, 250],
    [905, 520],
    [450, 800],
  ];
  const lookAtAll = async () => {
    for (const wanted of points) {
      const there = transfer(...(await pointAt(covis, 0, wanted)));
      expect(there, 'the point is seen in both photos').not.toBeNull();
      expect(await distanceFromDrawnLine(covis, 1, there!)).toBeLessThan(1.5);
    }
  };
  await lookAtAll();
  // The other way: what lies at a match is found on the line of the match.
  const [here] = points;
  const there = transfer(...here!)!;
  await pointAt(covis, 1, there);
  // Whole screen pixels are three of the photo's.
  expect(await distanceFromDrawnLine(covis, 0, here!)).toBeLessThan(4);

  // Both epipoles lie to the right of the photos.
  const { marks } = await covis.snapshot();
  expect(marks!.epipoles.map(({ kind }) => kind)).toEqual(['arrow', 'arrow']);
  marks!.epipoles.forEach(({ at }, side) => {
    const { x, scale } = marks!.places[side === 0 ? 0 : 1];
    expect(at[0]! - (x + 1280 * scale)).toBeCloseTo(-3, 3);
  });

  // Zoomed and moved, the line stays on the match.
  await pointAt(covis, 0, [640, 480]);
  for (let k = 0; k < 3; k++) await page.mouse.wheel(0, -120);
  await covis.until('the view is larger', ({ marks: now }) => now!.places[0].scale > marks!.places[0].scale);
  await pointAt(covis, 0, points[1]!);
  const seen = transfer(...(await pointAt(covis, 0, points[1]!)))!;
  expect(await distanceFromDrawnLine(covis, 1, seen)).toBeLessThan(1.5);
  await page.mouse.move(2, 2);
  await covis.until('nothing is pointed at', ({ marks: now }) => now!.lines.length === 0);
  expect(covis.errors).toEqual([]);
});

test('a match shows its lines and how far it is from them, in its residual’s colour', async ({
  covis,
  page,
}) => {
  await openExactMatches(covis, 'street-corner', 'Fundamental matrix');
  const { result } = await covis.untilDone();
  await chooseOption(covis, 'Colour by', 'Residual');
  await expect(page.locator('.pair-stage-legend')).toContainText('threshold 1.5');

  await covis.stage.focus();
  await page.keyboard.press('n');
  const stepped = await covis.until('both lines are drawn', ({ marks }) => marks!.lines.length === 2);
  expect(stepped.marks!.lines.map(({ side }) => side).sort()).toEqual([0, 1]);
  for (const [side, points] of [
    [0, result!.keypoints0],
    [1, result!.keypoints1],
  ] as const) {
    expect(await distanceFromDrawnLine(covis, side, [points[0]!, points[1]!])).toBeLessThan(2);
  }
  await expect(page.locator('.pair-stage-readout')).toContainText(/Residual\s*0\.\d\d/);
  await expect(page.locator('.pair-stage-readout')).toContainText('From its lines');
  await expect(covis.stage.locator('[aria-live]')).toContainText('from its lines');
});

test('with the right focal lengths the pose is the true one', async ({ covis, page }) => {
  await openExactMatches(covis, 'street-corner', 'Essential matrix');
  const guessed = await covis.untilDone();
  expect(guessed.geometrySettings.cameras!.map(({ focalSource }) => focalSource)).toEqual([
    'guessed',
    'guessed',
  ]);
  await covis.type('Focal length of the first photo in pixels', 930);
  await covis.type('Focal length of the second photo in pixels', 930);
  const given = await covis.untilDone();
  expect(geometryOf(given).settings.cameras!.map(({ focalPx }) => focalPx)).toEqual([930, 930]);
  const readout = page.getByTestId('geometry');
  // The scene's own: 17.58 degrees, and the second camera at 0.941 right and 0.335 forward.
  await expect(readout).toContainText(/Turned17\.[56]°/);
  await expect(readout).toContainText(/0\.94 right, 0\.0[34] down, 0\.3[34] forward/);
  await page.getByRole('button', { name: 'Reset the focal length of the first photo' }).click();
  const reset = await covis.untilDone();
  expect(reset.geometrySettings.cameras!.map(({ focalSource }) => focalSource)).toEqual(['guessed', 'given']);
});

test('one plane is no fundamental matrix: the page says so and offers what there is', async ({
  covis,
  page,
}) => {
  const { transfer } = await openExactMatches(covis, 'poster-wall', 'Fundamental matrix');
  const failed = await covis.untilDone();
  expect(failed.geometry).toMatchObject({ ok: false, reason: 'planar-scene' });
  const readout = page.getByTestId('geometry');
  await expect(readout).toContainText((failed.geometry as { message: string }).message);
  await readout.getByRole('button', { name: 'Homography' }).click();
  const found = await covis.untilDone();
  expect(found.geometrySettings.model).toBe('homography');

  await covis.type('Number of lines', 0);
  const here = await pointAt(covis, 0, [640, 500]);
  const landed = await covis.until('the landing is marked', ({ marks }) => marks!.landings.length === 1);
  const [{ side, at }] = landed.marks!.landings as [{ side: 0 | 1; at: number[] }];
  expect(side).toBe(1);
  const place = placeOf(landed, 1);
  const landing = [(at[0]! - place.x) / place.scale - 0.5, (at[1]! - place.y) / place.scale - 0.5];
  const mapped = mapPoint(geometryOf(found).matrix, ...here);
  expect(Math.hypot(landing[0]! - mapped[0], landing[1]! - mapped[1])).toBeLessThan(1e-6);
  const truth = transfer(...here)!;
  expect(Math.hypot(landing[0]! - truth[0], landing[1]! - truth[1])).toBeLessThan(1);

  // The other photo warped by it, in place of the lines.
  await page.getByRole('radio', { name: 'Warp' }).click();
  const { warp } = await covis.until('the photos are warped', (snapshot) => snapshot.warp !== null);
  expect(warp).toEqual({
    by: 'homography',
    grids: [
      [1024, 768],
      [1024, 768],
    ],
  });
  await expect(page.getByRole('radio', { name: 'Certainty' })).toBeDisabled();
  await expect(page.getByRole('slider', { name: /^Divider on/ })).toHaveCount(2);

  await chooseOption(covis, 'Model', 'Automatic');
  const automatic = await covis.untilDone();
  expect(automatic.geometry).toMatchObject({ ok: true });
  await expect(readout).toContainText(/^[\s\S]*Homography, because/);
  expect(covis.errors).toEqual([]);
});
