/**
 * A photo on its way through the pipeline. The network inputs used last are kept, so that a second run with the
 * same settings, or with the photos swapped, starts at the network, and no view decodes or prepares what another
 * one had.
 */
import { type Framing, framedToPhoto, framePixels, isUpright, upright } from '../augment/framing.ts';
import { type Affine, composeAffine, type Space } from '../geometry/coordinates.ts';
import type { InputRequirements } from '../matchers/matcher.ts';
import type { PixelSource } from '../photos/pixelSource.ts';
import type { SharedCanvas } from '../preprocess/fitInput.ts';
import { type PreparedInput, prepareInput } from '../preprocess/prepareInput.ts';
import type { MatchSettings } from './pairMatches.ts';

/** The settings of a run that a network's input depends on. */
export type InputSettings = Pick<MatchSettings, 'longEdge' | 'preprocessing'>;

export interface PairPhoto {
  readonly width: number;
  readonly height: number;
  /**
   * @param canvas sizes of the tensors where both photos of a pair share them
   * @param framing what a view shows of the photo; all of it by default
   * @returns with a transform to pixels of the photo itself
   */
  prepare(
    requirements: InputRequirements,
    settings: InputSettings,
    signal: AbortSignal,
    canvas?: SharedCanvas,
    framing?: Framing,
  ): Promise<PreparedInput>;
  close(): void;
}

/** Room for the views of a thorough run of LoFTR, or two inputs of DKM. */
const KEPT_BYTES = 48 * 2 ** 20;

/**
 * @param sha256 digest of the file: names the content for every cache behind; null for what no other run can use, of which
 *   no input is kept
 */
export function createPairPhoto(source: PixelSource, sha256: string | null): PairPhoto {
  /** In the order of use, the latest last. */
  const kept = new Map<string, PreparedInput>();

  function keep(key: string | null, input: PreparedInput): PreparedInput {
    if (key === null) return input;
    kept.delete(key);
    kept.set(key, input);
    let bytes = [...kept.values()].reduce((sum, entry) => sum + bytesOf(entry), 0);
    for (const [oldKey, old] of kept) {
      if (bytes <= KEPT_BYTES || oldKey === key) break;
      kept.delete(oldKey);
      bytes -= bytesOf(old);
    }
    return input;
  }

  return {
    width: source.width,
    height: source.height,
    async prepare(requirements, { longEdge, preprocessing }, signal, canvas, framing = upright) {
      const shown = isUpright(framing) ? [] : [framing];
      const key =
        sha256 === null
          ? null
          : `${sha256} ${longEdge} ${JSON.stringify([requirements, canvas, preprocessing, ...shown])}`;
      const known = key !== null && kept.get(key);
      if (known) return keep(key, known);
      const options = {
        longEdge,
        ...(key !== null && { key }),
        ...(canvas && { canvas }),
        ...(preprocessing && { preprocessing }),
      };
      const input = await prepareInput(framePixels(source, framing), requirements, options, signal);
      // Preprocessing takes the framed photo for the photo.
      const inputToFramed = input.inputToPhoto as Affine<'input', Space> as Affine<'input', 'framed'>;
      return keep(key, {
        ...input,
        inputToPhoto: composeAffine(inputToFramed, framedToPhoto(source, framing)),
      });
    },
    close() {
      kept.clear();
      source.close();
    },
  };
}

function bytesOf({ picture }: PreparedInput): number {
  return picture.data.byteLength + (picture.fine?.data.byteLength ?? 0);
}
