/** What a person may change about how a photo becomes a network's input. */

export type ResamplingFilter = 'cubic' | 'area' | 'lanczos';

/** Contrast-limited adaptive histogram equalisation; see `equaliseContrast`. */
export interface Equalisation {
  /**
   * Most pixels that a grey level may have, as a multiple of what it would have if all levels had equally many:
   * 1 changes next to nothing, 40 limits little.
   */
  readonly clipLimit: number;
  /** Tiles along each axis of the photo, whatever its size. */
  readonly tiles: number;
}

export interface Preprocessing {
  /** How a photo larger than the input is reduced; a smaller one is enlarged by the cubic in any case. */
  readonly resampling: ResamplingFilter;
  /** Null leaves the contrast as it is. */
  readonly equalisation: Equalisation | null;
  /** Brightness becomes brightness ** (1 / gamma), after the equalisation: above 1 lifts the shadows. */
  readonly gamma: number;
}

/** The photo as it is. */
export const neutralPreprocessing: Preprocessing = { resampling: 'cubic', equalisation: null, gamma: 1 };

/** What to start with where the contrast is to be equalised. */
export const defaultEqualisation: Equalisation = { clipLimit: 2, tiles: 8 };

export interface Limits {
  readonly least: number;
  readonly most: number;
}

/** Beyond these nothing is left to see of a photo, or nothing changes any more. */
export const preprocessingLimits: Readonly<Record<'clipLimit' | 'tiles' | 'gamma', Limits>> = {
  clipLimit: { least: 1, most: 40 },
  tiles: { least: 1, most: 32 },
  gamma: { least: 0.2, most: 5 },
};
