import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCheckpoint } from '../checkpoint/openCheckpoint.ts';
import { createMatcher } from '../matchers/createMatcher.ts';
import type { Matcher } from '../matchers/matcher.ts';
import { planProgress } from '../reporting/progress.ts';
import { createNodeRuntime } from '../runtime/node/createNodeRuntime.ts';
import type { Runtime } from '../runtime/session.ts';
import { matchPair } from './matchPair.ts';
import type { MatchSettings, PairMatches } from './pairMatches.ts';
import { createPairPhoto, type PairPhoto } from './pairPhoto.ts';

const settings: MatchSettings = { matcher: 'loftr', longEdge: 640, views: ['original'] };
const equalised: MatchSettings = {
  ...settings,
  preprocessing: { resampling: 'area', equalisation: { clipLimit: 2, tiles: 8 }, gamma: 1.2 },
};

let runtime: Runtime;
let matcher: Matcher;
let large: PairPhoto;
let small: PairPhoto;

/** One photo of a wall of posters at any size. */
async function posters(width: number, kernel: 'lanczos3' | 'nearest' = 'lanczos3'): Promise<PairPhoto> {
  const { data, info } = await sharp('public/samples/poster-wall-0.jpg')
    .resize({ width, kernel })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const readRows = async (start: number, count: number) =>
    data.subarray(4 * width * start, 4 * width * (start + count));
  return createPairPhoto({ width, height: info.height, readRows, close() {} }, String(width));
}

beforeAll(async () => {
  runtime = await createNodeRuntime({ provider: 'auto' });
  const weights = openCheckpoint(new Uint8Array(readFileSync('public/weights/loftr-compact.safetensors')));
  matcher = createMatcher('loftr', weights, null, runtime);
  [small, large] = await Promise.all([posters(60), posters(6000, 'nearest')]);
}, 60_000);

afterAll(() => runtime.release());

function match(photo0: PairPhoto, photo1: PairPhoto, own = settings): Promise<PairMatches> {
  const steps = ['decode', 'build', 'compile', 'features', 'coarse', 'fine'] as const;
  return matchPair(photo0, photo1, matcher, own, {
    provider: runtime.provider,
    weights: { id: 'loftr-compact', sha256: '0' },
    signal: new AbortController().signal,
    progress: planProgress(
      steps.map((step) => [step, 1] as const),
      () => {},
    ),
  });
}

/** Of the confident matches: how many there are, and the share within 1.5 pixels of the smaller photo. */
function judge({ keypoints0, keypoints1, confidence }: PairMatches, scale0To1: number) {
  const confident = confidence.filter((value) => value >= 0.1).length;
  const bound = 1.5 * Math.max(scale0To1, 1);
  let right = 0;
  for (let k = 0; k < 2 * confident; k += 2) {
    const [dx, dy] = [0, 1].map((axis) => {
      return (keypoints0[k + axis]! + 0.5) * scale0To1 - 0.5 - keypoints1[k + axis]!;
    });
    if (Math.hypot(dx!, dy!) < bound) right += 1;
  }
  return { confident, share: right / confident };
}

describe('a photo of 60 pixels and one of 6000', () => {
  it('are brought to sizes that the network can compare, and matched, whichever comes first', async () => {
    const found = [await match(small, large), await match(large, small)];
    expect(found[0]!.inputSize).toEqual([
      [120, 96],
      [184, 136],
    ]);
    expect(found[1]!.inputSize).toEqual([...found[0]!.inputSize].reverse());
    for (const [k, matches] of found.entries()) {
      const { confident, share } = judge(matches, k === 0 ? 100 : 0.01);
      expect(confident).toBeGreaterThan(100);
      expect(share).toBeGreaterThan(0.7);
    }
  });

  it('are matched as well when equalised in tiles of 15 x 12 pixels', async () => {
    const { confident, share } = judge(await match(small, large, equalised), 100);
    expect(confident).toBeGreaterThan(100);
    expect(share).toBeGreaterThan(0.7);
  });
});

describe('photos at the limits of what can be matched', () => {
  it('of one cell give what they give, without an error', async () => {
    const tiny = await posters(11);
    const { inputSize, confidence } = await match(tiny, small);
    expect(inputSize[0]).toEqual([24, 16]);
    expect(confidence.length).toBeLessThan(7);
  });

  it('of less than one cell are refused in a sentence that says what to do', async () => {
    await expect(match(await posters(8), small)).rejects.toMatchObject({
      stage: 'preprocess',
      code: 'photo-too-small',
      message:
        'A photo of 8 × 6 pixels is too small to match: choose one with at least 8 pixels on each side.',
    });
  });
});
