/**
 * A photo becomes the tensor a network sees, and the transform that takes its matches back to photo pixels.
 *
 * The photo is read once, in bands of rows, and reduced on the fly, so that 100 megapixels cost no more memory
 * than one band. The page and the terminal run this same code. Values are reduced as the bytes they are, without
 * undoing the sRGB curve, as the tools do that the networks were trained with.
 */
import { type Affine, invertAffine, resizeTransform } from '../geometry/coordinates.ts';
import type { InputPicture, InputRequirements, PictureTensor } from '../matchers/matcher.ts';
import type { PixelSource } from '../photos/pixelSource.ts';
import { yieldToMessages } from '../runtime/yieldToMessages.ts';
import { adjustTone } from './adjustTone.ts';
import { type Extent, fitInput, type SharedCanvas } from './fitInput.ts';
import { planResampling, type ResamplingPlan } from './planResampling.ts';
import { neutralPreprocessing, type Preprocessing, type ResamplingFilter } from './preprocessing.ts';

export interface InputOptions {
  /** The long side of the photo in input pixels, where `MAXIMUM_ENLARGEMENT` allows it. */
  readonly longEdge: number;
  /** Names the content of the photo (its hash); without it the tensor itself is hashed. */
  readonly key?: string;
  /** Sizes of the tensors where both photos share them; by default as large as the photo needs. */
  readonly canvas?: SharedCanvas;
  /** By default the photo as it is. */
  readonly preprocessing?: Preprocessing;
}

export interface PreparedInput {
  readonly picture: InputPicture;
  /** Pixel centres of the tensor to pixel centres of the photo: one scale for both axes. */
  readonly inputToPhoto: Affine<'input', 'photo'>;
  /**
   * The part of the tensor that shows the photo, in input pixels, possibly fractional. A point belongs to the
   * photo where -0.5 <= x < width - 0.5, and so for y; what lies beyond is padding.
   */
  readonly content: { readonly width: number; readonly height: number };
}

const BAND_PIXELS = 4 * 2 ** 20;

/**
 * @param source stays open
 * @returns a picture of sides that are multiples of `requirements.multipleOf`, padded at the right and bottom
 *   by the photo's edge
 * @throws CovisError `photo-too-small` or `photo-too-narrow`; the abort reason between bands
 */
export async function prepareInput(
  source: Omit<PixelSource, 'close'>,
  requirements: InputRequirements,
  options: InputOptions,
  signal: AbortSignal,
): Promise<PreparedInput> {
  signal.throwIfAborted();
  const { longEdge, canvas, preprocessing = neutralPreprocessing } = options;
  const { resampling } = preprocessing;
  const { scale, content, ...own } = fitInput(source, longEdge, requirements.multipleOf);
  const fineScale = requirements.sharedCanvas?.fineScale ?? null;
  const first = createReducer(source, canvas?.first ?? own, scale, resampling, requirements);
  const fine =
    canvas?.fine && fineScale !== null
      ? createReducer(source, canvas.fine, scale * fineScale, resampling, requirements)
      : null;
  const readChannels = requirements.colour === 'grey' ? readGrey : readRgb;
  const sourceRow = Array.from({ length: first.tensor.channels }, () => new Float64Array(source.width));

  const bandRows = Math.max(1, Math.floor(BAND_PIXELS / source.width));
  for (let bandStart = 0; bandStart < source.height; bandStart += bandRows) {
    const count = Math.min(bandRows, source.height - bandStart);
    const pixels = await source.readRows(bandStart, count);
    for (let y = bandStart; y < bandStart + count; y++) {
      readChannels(pixels, (y - bandStart) * source.width * 4, sourceRow);
      first.addRow(y, sourceRow);
      fine?.addRow(y, sourceRow);
    }
    await yieldToMessages();
    signal.throwIfAborted();
  }
  for (const reducer of [first, fine]) {
    if (!reducer) continue;
    adjustTone(reducer.tensor, reducer.shown, preprocessing);
    normalise(reducer.tensor.data, requirements);
  }
  const { width, height, channels, data } = first.tensor;
  const contentKey = options.key ?? (await hashTensor(data));
  return {
    picture: {
      key: `${contentKey}:${requirements.colour}:${width}x${height}@${scale}:${JSON.stringify(preprocessing)}`,
      width,
      height,
      channels,
      data,
      content,
      ...(fine && { fine: fine.tensor }),
    },
    inputToPhoto: invertAffine(resizeTransform<'photo', 'input'>(scale)),
    content,
  };
}

interface Reducer {
  readonly tensor: PictureTensor & { readonly data: Float32Array<ArrayBuffer> };
  /** Whole pixels of the tensor, from the top left, whose centres lie in the photo. */
  readonly shown: Extent;
  /** Takes rows of the source in order, one array a channel. */
  addRow(y: number, row: readonly Float64Array[]): void;
}

/** Reduces rows of the source to a tensor as they come. */
function createReducer(
  source: Extent,
  { width, height }: Extent,
  scale: number,
  resampling: ResamplingFilter,
  requirements: InputRequirements,
): Reducer {
  const columns = planResampling(source.width, width, scale, resampling);
  const rows = planResampling(source.height, height, scale, resampling);
  const channels = requirements.colour === 'grey' ? 1 : 3;
  const data = new Float32Array(channels * width * height);
  const reducedRow = new Float64Array(width);
  // Rows of the target that the current source row contributes to: [firstTarget, endTarget).
  let [firstTarget, endTarget] = [0, 0];
  return {
    tensor: { width, height, channels, data },
    shown: { width: Math.round(source.width * scale), height: Math.round(source.height * scale) },
    addRow(y, row) {
      while (endTarget < height && rows.starts[endTarget]! <= y) endTarget++;
      while (firstTarget < endTarget && endOf(rows, firstTarget) <= y) firstTarget++;
      for (let channel = 0; channel < channels; channel++) {
        reduceRow(row[channel]!, columns, reducedRow);
        for (let target = firstTarget; target < endTarget; target++) {
          const weight = rows.weights[rows.offsets[target]! + y - rows.starts[target]!]!;
          const from = (channel * height + target) * width;
          for (let x = 0; x < width; x++) data[from + x]! += weight * reducedRow[x]!;
        }
      }
    },
  };
}

function endOf(plan: ResamplingPlan, target: number): number {
  return plan.starts[target]! + plan.offsets[target + 1]! - plan.offsets[target]!;
}

function reduceRow(row: Float64Array, plan: ResamplingPlan, reduced: Float64Array): void {
  const { starts, offsets, weights } = plan;
  for (let target = 0; target < reduced.length; target++) {
    const end = offsets[target + 1]!;
    let sample = starts[target]!;
    let sum = 0;
    for (let k = offsets[target]!; k < end; k++) sum += weights[k]! * row[sample++]!;
    reduced[target] = sum;
  }
}

type ReadChannels = (pixels: ArrayLike<number>, from: number, rows: readonly Float64Array[]) => void;

/** Luma of ITU-R BT.601, the grey of OpenCV, before any rounding. */
const readGrey: ReadChannels = (pixels, from, [grey]) => {
  const row = grey!;
  for (let x = 0, p = from; x < row.length; x++, p += 4) {
    const value = 0.299 * pixels[p]! + 0.587 * pixels[p + 1]! + 0.114 * pixels[p + 2]!;
    row[x] = pixels[p + 3] === 255 ? value : overWhite(value, pixels[p + 3]!);
  }
};

const readRgb: ReadChannels = (pixels, from, rows) => {
  for (const [channel, row] of rows.entries()) {
    for (let x = 0, p = from; x < row.length; x++, p += 4) {
      const value = pixels[p + channel]!;
      row[x] = pixels[p + 3] === 255 ? value : overWhite(value, pixels[p + 3]!);
    }
  }
};

/**
 * Transparent pixels show white, as on paper. Their own colour is arbitrary, and a browser's canvas forgets it.
 */
function overWhite(value: number, alpha: number): number {
  return 255 + ((value - 255) * alpha) / 255;
}

/** The cubic overshoots at edges: values are kept within what a byte holds, then brought to the network's scale. */
function normalise(data: Float32Array, { mean, deviation }: InputRequirements): void {
  const plane = data.length / mean.length;
  for (const [channel, channelMean] of mean.entries()) {
    const channelDeviation = deviation[channel]!;
    for (let k = channel * plane; k < (channel + 1) * plane; k++) {
      data[k] = (Math.min(Math.max(data[k]!, 0), 255) / 255 - channelMean) / channelDeviation;
    }
  }
}

async function hashTensor(data: Float32Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', data));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
