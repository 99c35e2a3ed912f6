/**
 * A photo on its way through the pipeline. The resampled network input is kept, so that a second run with the
 * same settings, or with the photos swapped, starts at the network.
 */
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
  /** @param canvas sizes of the tensors where both photos of a pair share them */
  prepare(
    requirements: InputRequirements,
    settings: InputSettings,
    signal: AbortSignal,
    canvas?: SharedCanvas,
  ): Promise<PreparedInput>;
  close(): void;
}

/** @param sha256 digest of the file: names the content for every cache behind */
export function createPairPhoto(source: PixelSource, sha256: string): PairPhoto {
  let kept: { readonly key: string; readonly input: PreparedInput } | null = null;
  return {
    width: source.width,
    height: source.height,
    async prepare(requirements, { longEdge, preprocessing }, signal, canvas) {
      const key = `${sha256} ${longEdge} ${JSON.stringify([requirements, canvas, preprocessing])}`;
      if (kept?.key !== key) {
        const options = { longEdge, key, ...(canvas && { canvas }), ...(preprocessing && { preprocessing }) };
        kept = { key, input: await prepareInput(source, requirements, options, signal) };
      }
      return kept.input;
    },
    close() {
      kept = null;
      source.close();
    },
  };
}
