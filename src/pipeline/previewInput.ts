/**
 * What the network sees of a photo, before and after the preprocessing, to be looked at while it is tuned. The reduced
 * photo is kept: moving a slider adjusts it again without reading the photo.
 */
import { dkmRequirements } from '../matchers/dkm/dkmMatcher.ts';
import type { InputRequirements } from '../matchers/matcher.ts';
import type { MatcherId } from '../matchers/registry.ts';
import type { PixelSource } from '../photos/pixelSource.ts';
import { adjustTone } from '../preprocess/adjustTone.ts';
import { comparableLongEdge } from '../preprocess/fitInput.ts';
import { prepareInput } from '../preprocess/prepareInput.ts';
import { neutralPreprocessing, type ResamplingFilter } from '../preprocess/preprocessing.ts';
import type { MatchSettings } from './pairMatches.ts';

export type PreviewSettings = Pick<MatchSettings, 'matcher' | 'longEdge' | 'preprocessing'>;

/** The part of the input that shows the photo, of the first pass where the network has two; no padding. */
export interface InputPreview {
  readonly width: number;
  readonly height: number;
  /** [height, width, 4]: opaque RGBA. */
  readonly before: Uint8ClampedArray<ArrayBuffer>;
  readonly after: Uint8ClampedArray<ArrayBuffer>;
}

export interface InputPreviewer {
  /** @throws CovisError as `prepareInput`, or the signal's abort reason between bands of the photo */
  preview(settings: PreviewSettings, signal: AbortSignal): Promise<InputPreview>;
}

/** What counts of the matchers' requirements before any weights are read. */
export const previewRequirements: Readonly<
  Record<MatcherId, Pick<InputRequirements, 'colour' | 'multipleOf'>>
> = { loftr: { colour: 'grey', multipleOf: 8 }, dkm: dkmRequirements };

interface LevelPicture {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** [channels, height, width] in [0, 255]. */
  readonly data: Float32Array;
}

/** The settings as a run of both photos applies them: one too small for its long edge draws the other one down. */
export function settingsForPair(
  photos: Parameters<typeof comparableLongEdge>[0],
  settings: PreviewSettings,
): PreviewSettings {
  const { multipleOf } = previewRequirements[settings.matcher];
  return { ...settings, longEdge: comparableLongEdge(photos, settings.longEdge, multipleOf) };
}

/** @param source stays open */
export function createInputPreviewer(source: PixelSource): InputPreviewer {
  /** Of two filters: the default one and the chosen one. */
  const kept = new Map<string, LevelPicture>();

  async function reduced(
    { matcher, longEdge }: PreviewSettings,
    resampling: ResamplingFilter,
    signal: AbortSignal,
  ): Promise<LevelPicture> {
    const key = [matcher, longEdge, resampling].join();
    const picture = kept.get(key) ?? (await reducePhoto(source, matcher, longEdge, resampling, signal));
    kept.delete(key);
    kept.set(key, picture);
    for (const oldest of kept.keys()) {
      if (kept.size <= 2) break;
      kept.delete(oldest);
    }
    return picture;
  }

  return {
    async preview(settings, signal) {
      const chosen = settings.preprocessing ?? neutralPreprocessing;
      const before = await reduced(settings, neutralPreprocessing.resampling, signal);
      const own = await reduced(settings, chosen.resampling, signal);
      const after = { ...own, data: own.data.slice() };
      adjustTone(after, after, chosen);
      return {
        width: before.width,
        height: before.height,
        before: toRgba(before),
        after: toRgba(after),
      };
    },
  };
}

async function reducePhoto(
  source: PixelSource,
  matcher: MatcherId,
  longEdge: number,
  resampling: ResamplingFilter,
  signal: AbortSignal,
): Promise<LevelPicture> {
  const { colour, multipleOf } = previewRequirements[matcher];
  const channels = colour === 'grey' ? 1 : 3;
  const { picture, content } = await prepareInput(
    source,
    { colour, multipleOf, mean: Array(channels).fill(0), deviation: Array(channels).fill(1 / 255) },
    { longEdge, key: '', preprocessing: { ...neutralPreprocessing, resampling } },
    signal,
  );
  const [width, height] = [Math.round(content.width), Math.round(content.height)];
  const data = new Float32Array(channels * width * height);
  for (let row = 0; row < channels * height; row++) {
    const from = (Math.floor(row / height) * picture.height + (row % height)) * picture.width;
    data.set(picture.data.subarray(from, from + width), row * width);
  }
  return { width, height, channels, data };
}

function toRgba({ width, height, channels, data }: LevelPicture): Uint8ClampedArray<ArrayBuffer> {
  const plane = width * height;
  const rgba = new Uint8ClampedArray(4 * plane).fill(255);
  for (let channel = 0; channel < 3; channel++) {
    const from = channels === 1 ? 0 : channel * plane;
    for (let k = 0; k < plane; k++) rgba[4 * k + channel] = data[from + k]!;
  }
  return rgba;
}
