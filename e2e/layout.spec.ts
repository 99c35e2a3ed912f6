/** The page as a place to work in: on a laptop and on a phone, by keyboard alone, in the dark, for those who see little. */
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures/CovisPage.ts';
import { readSavedMatches } from './fixtures/matchFiles.ts';

const laptop = { width: 1280, height: 720 };
const phone = { width: 390, height: 844 };

/** What sticks out of the window sideways, and what is cut off without saying so. */
async function findOverflow(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const name = (element: Element) =>
      `${element.tagName} ${element.className} "${element.textContent?.slice(0, 30)}"`;
    if (document.documentElement.scrollWidth > innerWidth) found.push('the page');
    for (const element of document.body.querySelectorAll<HTMLElement>('*')) {
      if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
      const { left, right, width } = element.getBoundingClientRect();
      if (width > 0 && (left < -0.5 || right > innerWidth + 0.5)) found.push(`outside: ${name(element)}`);
      const { overflowX, textOverflow } = getComputedStyle(element);
      const cut = element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0;
      if (cut && overflowX !== 'visible' && textOverflow !== 'ellipsis' && element.tagName !== 'INPUT') {
        found.push(`cut off: ${name(element)}`);
      }
    }
    return found;
  });
}

/** Texts that lie over other texts of the panel. */
async function findOverlaps(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const boxes: {
      readonly text: string;
      readonly box: { left: number; top: number; right: number; bottom: number };
    }[] = [];
    for (const area of document.querySelectorAll('.topBar, .sidePanel, .statusBar')) {
      const walker = document.createTreeWalker(area, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        if (!node.textContent?.trim() || !node.parentElement?.checkVisibility()) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        let { left, top, right, bottom } = range.getBoundingClientRect();
        // What is scrolled away or ends in an ellipsis is not seen.
        for (let holder: Element | null = node.parentElement; holder; holder = holder.parentElement) {
          if (getComputedStyle(holder).overflow === 'visible') continue;
          const frame = holder.getBoundingClientRect();
          left = Math.max(left, frame.left);
          top = Math.max(top, frame.top);
          right = Math.min(right, frame.right);
          bottom = Math.min(bottom, frame.bottom);
        }
        boxes.push({ text: node.textContent, box: { left, top, right, bottom } });
      }
    }
    return boxes.flatMap(({ text, box }, k) =>
      boxes.slice(k + 1).flatMap((other) => {
        const across = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
        const down = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
        return across > 1 && down > 4 ? [`“${text}” and “${other.text}”`] : [];
      }),
    );
  });
}

for (const [device, viewport] of Object.entries({ laptop, phone })) {
  test.describe(`on a ${device}`, () => {
    test.use({ viewport });

    test('everything has its place, before and after a run', async ({ covis, page, pictures }) => {
      await covis.openFast();
      expect(await findOverflow(page)).toEqual([]);
      expect(await findOverlaps(page)).toEqual([]);
      await covis.choosePhotos(pictures.pair.paths);
      const before = await page.getByRole('button', { name: 'Match', exact: true }).boundingBox();
      await covis.type('Long edge in pixels', 320);
      await covis.match();
      expect(await findOverflow(page)).toEqual([]);
      expect(await findOverlaps(page)).toEqual([]);
      for (const control of [
        page.getByRole('button', { name: 'Match', exact: true }),
        page.getByRole('button', { name: 'First photo' }),
        page.getByRole('button', { name: 'Second photo' }),
        page.getByRole('button', { name: 'Swap the photos' }),
        page.getByTestId('provider'),
        page.getByTestId('timings'),
        covis.stage,
      ]) {
        await expect(control).toBeInViewport({ ratio: 1 });
      }
      // Nothing jumped.
      expect(await page.getByRole('button', { name: 'Match', exact: true }).boundingBox()).toEqual(before);
      const stage = (await covis.stage.boundingBox())!;
      expect(stage.width * stage.height).toBeGreaterThan(0.4 * viewport.width * viewport.height);
      await page.getByRole('button', { name: 'Save: Match file' }).scrollIntoViewIfNeeded();
      await expect(page.getByRole('button', { name: 'Save: Match file' })).toBeInViewport({ ratio: 1 });
    });
  });
}

/** Every option of a list of the panel, chosen in turn; those whose names are cut off. */
async function findCutOptions(page: Page, list: string): Promise<readonly string[]> {
  const found: string[] = [];
  const trigger = page.getByRole('combobox', { name: list, exact: true });
  await trigger.click();
  const count = await page.getByRole('option').count();
  await page.keyboard.press('Escape');
  for (let k = 0; k < count; k++) {
    await trigger.click();
    await page.getByRole('option').nth(k).click();
    const face = trigger.locator('.selectValue');
    if (await face.evaluate(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)) {
      found.push((await face.textContent())!);
    }
  }
  expect(count).toBeGreaterThan(1);
  return found;
}

for (const [width, height] of [
  [1280, 720],
  [360, 640],
] as const) {
  test(`every choice of a list is readable when it is closed, on a screen of ${width} px`, async ({
    covis,
    page,
  }) => {
    await page.setViewportSize({ width, height });
    await covis.open();
    expect(await findCutOptions(page, 'Method')).toEqual([]);
    expect(await findCutOptions(page, 'Model')).toEqual([]);
    expect(await findCutOptions(page, 'Colour by')).toEqual([]);
    expect(await findCutOptions(page, 'Long edge of the network input')).toEqual([]);
  });
}

test.describe('under a finger', () => {
  test.use({ viewport: phone, hasTouch: true, isMobile: true });

  test('photos are chosen, for nothing can be dropped', async ({ covis, page }) => {
    await covis.open();
    await expect(page.getByText('Drop two photos here')).toHaveCount(0);
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Choose two photos' }).tap();
    expect((await chooser).isMultiple()).toBe(true);
  });

  test('the legend keeps clear of the zoom buttons, and the status says all', async ({
    covis,
    page,
    pictures,
  }) => {
    await covis.openFast();
    await covis.choosePhotos(pictures.pair.paths);
    await covis.type('Long edge in pixels', 128);
    await page.getByRole('radio', { name: 'Thorough' }).tap();
    await covis.match();
    await covis.type('Inlier threshold', 12.25);
    await covis.untilDone();
    const zoom = (await page.getByRole('group', { name: 'Zoom' }).boundingBox())!;
    const stage = (await page.getByRole('main').boundingBox())!;
    for (const colour of ['Confidence', 'Inlier', 'Residual', 'View']) {
      await page.getByRole('combobox', { name: 'Colour by' }).tap();
      await page.getByRole('option', { name: colour }).tap();
      const legend = (await page.locator('.pair-stage-legend').boundingBox())!;
      expect(legend.x + legend.width, colour).toBeLessThan(zoom.x);
      expect(legend.y + legend.height, colour).toBeLessThan(stage.y + stage.height);
    }
    expect(await findOverflow(page)).toEqual([]);
    const status = page.locator('.statusActivity');
    await expect(status).toContainText(/matches, .* agree with one homography$/);
    expect(await status.evaluate(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight)).toBe(0);
  });
});

/** Presses Tab until the named control has the focus. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const focused = () =>
    page.evaluate(() => {
      const element = document.activeElement as HTMLElement;
      // The ring is the control's own, drawn over it, or that of the field it stands in.
      const holders = [...document.querySelectorAll<HTMLElement>(':focus-within')];
      const ringed = holders.some((holder) => {
        const { outlineStyle, boxShadow } = getComputedStyle(holder);
        return outlineStyle !== 'none' || (holder === element && boxShadow !== 'none');
      });
      return {
        outside: element === document.body,
        name: element.getAttribute('aria-label') ?? element.textContent ?? '',
        visible: element.matches(':focus-visible'),
        ringed: ringed || getComputedStyle(element, '::after').borderStyle === 'solid',
      };
    });
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab');
    const { name: reached, visible, ringed, outside } = await focused();
    // Behind the last control lies the browser's own bar, then the first control.
    if (outside) continue;
    expect({ reached, visible, ringed }).toEqual({ reached, visible: true, ringed: true });
    if (typeof name === 'string' ? reached === name : name.test(reached)) return;
  }
  throw new Error(`No control named ${name} takes the focus.`);
}

test('the whole job by keyboard alone', async ({ covis, page, pictures }) => {
  await covis.open();
  const picker = page.waitForEvent('filechooser');
  await tabTo(page, 'Choose the first photo');
  await page.keyboard.press('Enter');
  await (await picker).setFiles([...pictures.pair.paths]);
  await covis.until('both photos are open', ({ photos }) => photos.every((photo) => photo !== null));

  await tabTo(page, 'Long edge in pixels');
  await page.keyboard.type('160');
  // Takes the number over and runs.
  await page.keyboard.press('Control+Enter');
  await covis.until('the run starts', ({ status }) => status === 'running');
  const matched = await covis.untilDone();
  expect(matched.result!.settings.longEdge).toBe(160);

  // On a closed list and a closed menu the same keys run as well, and open nothing.
  for (const name of ['Long edge of the network input', 'Samples']) {
    await page.getByRole(name === 'Samples' ? 'button' : 'combobox', { name }).focus();
    const before = (await covis.snapshot()).result!.timingsMs.total;
    await page.keyboard.press('Control+Enter');
    // The run itself may be over between two looks.
    await covis.until('another run is done', ({ result }) => result!.timingsMs.total !== before);
    await covis.untilDone();
    await expect(page.locator('[role=listbox], [role=menu]')).toHaveCount(0);
  }

  await tabTo(page, 'Inlier threshold slider');
  await page.keyboard.press('ArrowRight');
  await tabTo(page, 'Minimum confidence slider');
  await page.keyboard.press('PageUp');
  const tuned = await covis.untilDone();
  expect(tuned.geometrySettings.thresholdPx).toBeGreaterThan(matched.geometrySettings.thresholdPx);
  expect(tuned.view.minimumConfidence).toBeCloseTo(matched.view.minimumConfidence + 0.1, 9);
  expect(tuned.counts!.confident).toBeLessThan(matched.counts!.confident);

  await tabTo(page, 'Colour by');
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await covis.until('the colours are by inlier', ({ view }) => view.colourBy === 'inlier');

  await tabTo(page, 'Save: Match file');
  const download = page.waitForEvent('download');
  await page.keyboard.press('Enter');
  const file = await readSavedMatches(await download);
  expect(file.keypoints0).toHaveLength(tuned.counts!.confident);

  await tabTo(page, /^Photos .* matches drawn\./);
  await page.keyboard.press('n');
  await expect(covis.stage.locator('[aria-live]')).toContainText('Match 1, confidence');
  expect(covis.errors).toEqual([]);
});

test('every control has a name, and the page its structure', async ({ covis, page, pictures }) => {
  await covis.openFast();
  await covis.choosePhotos(pictures.pair.paths);
  await covis.type('Long edge in pixels', 96);
  await covis.match();
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send('Accessibility.getFullAXTree');
  const focusable = nodes.filter(
    ({ ignored, properties, role }) =>
      !ignored &&
      role?.value !== 'RootWebArea' &&
      properties?.some(({ name, value }) => name === 'focusable' && value.value === true),
  );
  expect(focusable.length).toBeGreaterThan(25);
  const nameless = focusable.filter(({ name }) => !name?.value).map(({ role }) => role?.value);
  expect(nameless).toEqual([]);
  // Two controls of one kind under one name cannot be told apart.
  const names = focusable.map(({ role, name }) => `${role?.value} ${name?.value}`);
  const repeated = names.filter((name, k) => names.indexOf(name) !== k);
  expect(repeated.filter((name) => !/^(radio|button) /.test(name))).toEqual([]);
  expect(repeated.filter((name) => /^button /.test(name))).toEqual([]);

  const structure = await page.evaluate(() => {
    const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
    return {
      language: document.documentElement.lang,
      title: document.title,
      headings: [...document.querySelectorAll('h1, h2, h3')].map(({ tagName }) => tagName),
      repeatedIds: ids.filter((id, k) => ids.indexOf(id) !== k),
      imagesWithoutAlternative: document.querySelectorAll('img:not([alt])').length,
    };
  });
  expect(structure).toMatchObject({ language: 'en', repeatedIds: [], imagesWithoutAlternative: 0 });
  expect(structure.title).toMatch(/^Covis/);
  expect(structure.headings).toEqual(['H1', 'H2', 'H2', 'H2', 'H2', 'H2']);
  for (const landmark of ['banner', 'main', 'complementary', 'contentinfo'] as const) {
    await expect(page.getByRole(landmark)).toHaveCount(1);
  }
});

/** Texts whose contrast with what is behind them is below 4.5 (WCAG 2.2, AA), with that contrast. */
async function findFaintTexts(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true })!;
    const over = (layers: readonly string[]) => {
      canvas.clearRect(0, 0, 1, 1);
      for (const colour of layers) {
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
      }
      return canvas.getImageData(0, 0, 1, 1).data;
    };
    const luminance = (pixel: Uint8ClampedArray) => {
      const [r, g, b] = [...pixel.subarray(0, 3)].map((byte) => {
        const value = byte / 255;
        return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
    };
    const faint: string[] = [];
    for (const element of document.body.querySelectorAll<HTMLElement>('*')) {
      const text = [...element.childNodes]
        .filter((node) => node.nodeType === Node.TEXT_NODE)
        .map((node) => node.textContent?.trim())
        .join('');
      const inactive = element.closest('[disabled], [data-disabled], [aria-hidden="true"]') !== null;
      if (
        !text ||
        inactive ||
        !element.checkVisibility({ visibilityProperty: true, opacityProperty: true })
      ) {
        continue;
      }
      const behind: string[] = [];
      for (let at: Element | null = element; at; at = at.parentElement) {
        behind.unshift(getComputedStyle(at).backgroundColor);
      }
      const layers = ['Canvas', ...behind];
      const [dark, light] = [
        luminance(over(layers)),
        luminance(over([...layers, getComputedStyle(element).color])),
      ].sort((a, b) => a - b);
      const contrast = (light! + 0.05) / (dark! + 0.05);
      if (contrast < 4.5) faint.push(`${contrast.toFixed(2)} “${text}” (${element.className})`);
    }
    return faint;
  });
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`texts are readable in the ${colorScheme} theme`, async ({ covis, page, pictures }) => {
    await page.emulateMedia({ colorScheme });
    await covis.openFast();
    expect(await findFaintTexts(page)).toEqual([]);
    await covis.choosePhotos(pictures.pair.paths);
    await covis.type('Long edge in pixels', 96);
    await covis.match();
    expect(await findFaintTexts(page)).toEqual([]);
    await page.getByTestId('provider').click();
    await page.getByTestId('geometry').hover();
    expect(await findFaintTexts(page)).toEqual([]);
  });
}

test('the theme follows the system until one is chosen, which is remembered', async ({ covis, page }) => {
  const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
  await page.emulateMedia({ colorScheme: 'dark' });
  await covis.open();
  expect(await theme()).toBe('dark');
  await page.emulateMedia({ colorScheme: 'light' });
  await expect.poll(theme).toBe('light');
  await page.getByRole('button', { name: 'Use the dark theme' }).click();
  expect(await theme()).toBe('dark');
  await covis.open();
  expect(await theme()).toBe('dark');
});

test('nothing moves for those who asked for stillness', async ({ covis, page, pictures }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await covis.openFast();
  await covis.choosePhotos(pictures.pair.paths);
  await covis.type('Long edge in pixels', 96);
  await covis.startMatch();
  const moving = () =>
    page.evaluate(() =>
      [...document.querySelectorAll('*')].flatMap((element) => {
        const { transitionDuration, animationName } = getComputedStyle(element);
        const still = animationName === 'none' && /^(0s(, )?)+$/.test(transitionDuration);
        return still ? [] : [`${element.tagName} ${element.className}`];
      }),
    );
  expect(await moving()).toEqual([]);
  await covis.untilDone();
  expect(await moving()).toEqual([]);
});
