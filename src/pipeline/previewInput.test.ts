import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openCheckpoint } from '../checkpoint/openCheckpoint.ts';
import { dkmRequirements } from '../matchers/dkm/dkmMatcher.ts';
import { createLoftrMatcher } from '../matchers/loftr/loftrMatcher.ts';
import type { InputRequirements } from '../matchers/matcher.ts';
import { prepareInput } from '../preprocess/prepareInput.ts';
import type { Preprocessing } from '../preprocess/preprocessing.ts';
import type { Runtime } from '../runtime/session.ts';
import { createInputPreviewer, previewRequirements, settingsForPair } from './previewInput.ts';

const never = new AbortController().signal;
const loftr = { colour: 'grey', multipleOf: 8, mean: [0], deviation: [1] } as const;
const adjusted: Preprocessing = {
  resampling: 'area',
  equalisation: { clipLimit: 3, tiles: 4 },
  gamma: 1.3,
};

function patternedSource(width = 401, height = 250) {
  const source = {
    width,
    height,
    reads: 0,
    async readRows(start: number, count: number) {
      source.reads++;
      return Uint8ClampedArray.from({ length: 4 * width * count }, (_, k) => {
        const [x, y] = [(k >> 2) % width, start + Math.floor((k >> 2) / width)];
        return k % 4 === 3 ? 255 : 90 + 40 * Math.sin(x / 9 + (k % 4)) * Math.cos(y / 7);
      });
    },
    close() {},
  };
  return source;
}

describe('createInputPreviewer', () => {
  it.each([
    ['loftr', loftr],
    ['dkm', { ...dkmRequirements, mean: [0, 0, 0], deviation: [1, 1, 1] }],
  ] as const)('shows what the network of %s sees, without the padding', async (matcher, requirements) => {
    const source = patternedSource();
    const shown = await createInputPreviewer(source).preview(
      { matcher, longEdge: 200, preprocessing: adjusted },
      never,
    );
    expect([shown.width, shown.height]).toEqual([200, 125]);
    for (const [pixels, options] of [
      [shown.before, {}],
      [shown.after, { preprocessing: adjusted }],
    ] as const) {
      const { picture } = await prepareInput(
        source,
        requirements as InputRequirements,
        { longEdge: 200, ...options },
        never,
      );
      let worst = 0;
      for (let y = 0; y < 125; y++) {
        for (let x = 0; x < 200; x++) {
          for (let channel = 0; channel < 3; channel++) {
            const plane = picture.channels === 1 ? 0 : channel;
            const seen = 255 * picture.data[(plane * picture.height + y) * picture.width + x]!;
            worst = Math.max(worst, Math.abs(pixels[4 * (y * 200 + x) + channel]! - seen));
          }
        }
      }
      expect(worst).toBeLessThan(0.501);
    }
    expect(shown.after).not.toEqual(shown.before);
    expect(new Set(shown.after.filter((_, k) => k % 4 === 3))).toEqual(new Set([255]));
  });

  it('reads the photo once for all that sliders change', async () => {
    const source = patternedSource();
    const previewer = createInputPreviewer(source);
    const settings = { matcher: 'loftr', longEdge: 200 } as const;
    const plain = await previewer.preview(settings, never);
    expect(plain.after).toEqual(plain.before);
    const { reads } = source;
    for (const gamma of [1.2, 1.4]) {
      const preprocessing = { ...adjusted, resampling: 'cubic', gamma } as const;
      const { before, after } = await previewer.preview({ ...settings, preprocessing }, never);
      expect(before).toEqual(plain.before);
      expect(after).not.toEqual(before);
    }
    expect(source.reads).toBe(reads);
    await previewer.preview({ ...settings, preprocessing: adjusted }, never);
    expect(source.reads).toBe(2 * reads);
    await previewer.preview({ ...settings, preprocessing: { ...adjusted, gamma: 2 } }, never);
    expect(source.reads).toBe(2 * reads);
  });

  it('shows a photo as small as it is matched beside a thumbnail', async () => {
    const photos = [patternedSource(60, 45), patternedSource(600, 450)] as const;
    const settings = settingsForPair(photos, { matcher: 'loftr', longEdge: 640 });
    const shown = await Promise.all(
      photos.map((photo) => createInputPreviewer(photo).preview(settings, never)),
    );
    expect(shown.map(({ width }) => width)).toEqual([120, 180]);
  });

  it('knows what the matchers ask for before any weights are read', () => {
    const weights = openCheckpoint(new Uint8Array(readFileSync('public/weights/loftr-compact.safetensors')));
    const { requirements } = createLoftrMatcher(weights, null, { precision: 'fp32' } as Runtime);
    expect(requirements).toMatchObject(previewRequirements.loftr);
  });
});
