/** What is told of views that do not fit: taken as it is said, it fits, and the next larger setting does not. */
import { describe, expect, it } from 'vitest';
import { plainPlan } from '../augment/views.ts';
import type { Points } from '../geometry/coordinates.ts';
import { guardMemory } from '../matchers/guardMemory.ts';
import type { MeasuredMatcher } from '../matchers/matcher.ts';
import type { PixelSource } from '../photos/pixelSource.ts';
import type { CovisError, FailureReport } from '../reporting/covisError.ts';
import { planProgress } from '../reporting/progress.ts';
import { adviseSize } from './adviseSize.ts';
import { matchPair } from './matchPair.ts';
import type { MatchSettings, ViewId } from './pairMatches.ts';
import { createPairPhoto } from './pairPhoto.ts';
import { viewPresets } from './viewPresets.ts';

/** Takes a byte a pixel of both inputs, and matches a patch in the middle of the photos with itself. */
const matcher: MeasuredMatcher = {
  requirements: { colour: 'grey', multipleOf: 8, mean: [0], deviation: [1] },
  precision: 'fp32',
  async match({ content }) {
    const points: number[] = [];
    for (let y = 0; y < 12; y++) {
      for (let x = 0; x < 12; x++) {
        points.push((0.3 + x / 30) * content!.width, (0.3 + y / 30) * content!.height);
      }
    }
    const keypoints = Float32Array.from(points) as Points<'input'>;
    return {
      keypoints0: keypoints,
      keypoints1: keypoints,
      confidence: new Float32Array(points.length / 2).fill(0.9),
    };
  },
  memoryNeed(sizes) {
    const totalBytes = sizes.reduce((sum, { width, height }) => sum + width * height, 0);
    return { totalBytes, largestBufferBytes: totalBytes };
  },
  release: async () => {},
};

function greySource(width: number, height: number): PixelSource {
  return {
    width,
    height,
    readRows: async (_, count) => new Uint8ClampedArray(4 * width * count).fill(128),
    close() {},
  };
}

/** Memory for two inputs of `longEdge` by three quarters of it. */
function run(settings: MatchSettings, longEdge: number) {
  const totalBytes = 2 * longEdge * 0.75 * longEdge;
  const source = greySource(400, 300);
  return matchPair(
    createPairPhoto(source, 'a'),
    createPairPhoto(source, 'b'),
    guardMemory(matcher, { bufferBytes: null, totalBytes }),
    settings,
    {
      provider: 'cpu',
      weights: { id: 'w', sha256: '0' },
      signal: new AbortController().signal,
      progress: planProgress([['decode', 1]], () => {}),
    },
  );
}

async function failureOf(
  view: ViewId,
  settings: MatchSettings,
  longEdge: number,
): Promise<FailureReport | null> {
  const { viewReports } = await run(settings, longEdge);
  return viewReports[settings.views.indexOf(view)]!.failure;
}

const preset = (name: 'balanced' | 'thorough', longEdge: number): MatchSettings => ({
  matcher: 'loftr',
  longEdge,
  views: viewPresets[name].views,
});

describe('a view that alone does not fit', () => {
  it.each([[['original', 'shared-region']], [viewPresets.thorough.views]] as const)(
    'fails with a setting at which it would fit, and the others count: %j',
    async (views) => {
      const at = (longEdge: number): MatchSettings => ({ matcher: 'loftr', longEdge, views });
      const failureAt = (longEdge: number) => failureOf('shared-region', at(longEdge), 192);
      const { viewReports, confidence } = await run(at(160), 192);
      expect(confidence.length).toBeGreaterThan(100);
      expect(viewReports[0]!.failure).toBeNull();

      const { message, remedy } = viewReports.find(({ view }) => view === 'shared-region')!.failure!;
      expect(message).toMatch(/^At a long edge of \d+ pixels this network needs at least .* of memory/);
      expect(message).toContain(
        `: leave this view out, or choose a long edge of ${remedy!.longEdge} instead of 160 and`,
      );
      expect(remedy!.longEdge).toBeLessThan(160);
      expect((await failureAt(remedy!.longEdge))?.code).not.toBe('too-large');
      expect((await failureAt(remedy!.longEdge + 24))?.code).toBe('too-large');
    },
  );
});

describe('a size that a person gave a view', () => {
  const settings: MatchSettings = { matcher: 'loftr', longEdge: 160, views: ['original', 'scale:320'] };

  it('is what to change: the long edge of the run has no part in it', async () => {
    const { message, remedy } = (await failureOf('scale:320', settings, 192))!;
    expect(message).toMatch(/: choose 192 as the size of this view and run again\.$/);
    expect(remedy).toBeUndefined();
    expect(await failureOf('scale:192', { ...settings, views: ['original', 'scale:192'] }, 192)).toBeNull();
  });

  it('is told as the person gave it where a part of the photos is shown with as many pixels', () => {
    const advice = adviseSize({ view: 'scale:320', plan: plainPlan(400), matcher, settings }, 200);
    expect(advice).toEqual({ words: 'choose 160 as the size of this view and run again', remedy: null });
  });

  it('is what to change for a region that is looked for in that view, too', async () => {
    const views: readonly ViewId[] = ['scale:168', 'shared-region'];
    expect((await failureOf('shared-region', { ...settings, views }, 192))!.message).toMatch(
      /: choose smaller sizes for the views before and run again\.$/,
    );
  });
});

describe('where no view fits', () => {
  const failed = (settings: MatchSettings): Promise<CovisError> =>
    run(settings, 96).then(
      () => expect.unreachable(),
      (error: CovisError) => error,
    );

  it('names the size at which the first one does', async () => {
    const { message, remedy } = await failed(preset('balanced', 160));
    expect(message).toContain('At a long edge of 160 pixels');
    expect(message).toMatch(/: choose 96 and run again\.$/);
    expect(remedy).toEqual({ longEdge: 96 });
    expect((await run(preset('balanced', 96), 96)).viewReports[0]!.failure).toBeNull();
  });

  it('says of a shared region that there was nothing to find it in', async () => {
    const views: readonly ViewId[] = ['scale:320', 'shared-region', 'scale:96'];
    const { viewReports } = await run({ matcher: 'loftr', longEdge: 160, views }, 96);
    expect(viewReports.map(({ failure }) => failure?.code)).toEqual([
      'too-large',
      'no-shared-region',
      undefined,
    ]);
    expect(viewReports[1]!.failure!.message).toMatch(/^The views before failed/);
  });

  it('offers what one setting brings about, in whichever view', async () => {
    const { remedy } = await failed({ matcher: 'loftr', longEdge: 160, views: ['scale:320', 'original'] });
    expect(remedy).toEqual({ longEdge: 96 });
  });
});
