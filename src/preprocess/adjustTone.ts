/**
 * Contrast and brightness of a network's input before it is normalised: first the equalisation, then gamma. The other
 * order would let the equalisation undo the gamma, for ranks of grey levels do not change under a monotone curve.
 *
 * Both act on the luma of a colour picture (ITU-R BT.601). Each colour keeps its difference from grey, hence its hue;
 * where that would leave what a byte holds, the colour becomes paler rather than another one.
 */
import { equaliseContrast } from './equaliseContrast.ts';
import type { Extent } from './fitInput.ts';
import type { Preprocessing } from './preprocessing.ts';

interface Picture extends Extent {
  readonly channels: 1 | 3;
  readonly data: Float32Array;
}

type Tone = Pick<Preprocessing, 'equalisation' | 'gamma'>;

/**
 * @param picture planar, [channels, height, width], in grey levels of a byte; changed in place, to [0, 255], unless
 *   nothing is asked for
 * @param shown whole pixels from the top left that show the photo; the padding follows their edge
 */
export function adjustTone(picture: Picture, shown: Extent, { equalisation, gamma }: Tone): void {
  if (equalisation === null && gamma === 1) return;
  const { data, channels } = picture;
  // Resampling overshoots at edges.
  for (let k = 0; k < data.length; k++) data[k] = Math.min(Math.max(data[k]!, 0), 255);
  const luma = channels === 1 ? data : lumaOf(data);
  const adjusted = channels === 1 ? data : luma.slice();
  if (equalisation) equaliseContrast({ ...picture, data: adjusted }, shown, equalisation);
  if (gamma !== 1) {
    for (let k = 0; k < adjusted.length; k++) adjusted[k] = 255 * (adjusted[k]! / 255) ** (1 / gamma);
  }
  if (channels === 3) carryColours(data, luma, adjusted);
}

function lumaOf(rgb: Float32Array): Float32Array {
  const plane = rgb.length / 3;
  const luma = new Float32Array(plane);
  for (let k = 0; k < plane; k++) {
    luma[k] = 0.299 * rgb[k]! + 0.587 * rgb[plane + k]! + 0.114 * rgb[2 * plane + k]!;
  }
  return luma;
}

/** Gives each pixel its new luma; in place. */
function carryColours(rgb: Float32Array, luma: Float32Array, adjusted: Float32Array): void {
  const plane = luma.length;
  for (let k = 0; k < plane; k++) {
    const from = luma[k]!;
    const to = adjusted[k]!;
    let share = 1;
    for (let at = k; at < rgb.length; at += plane) {
      const difference = rgb[at]! - from;
      const room = difference > 0 ? 255 - to : to;
      if (Math.abs(difference) > room) share = Math.min(share, room / Math.abs(difference));
    }
    for (let at = k; at < rgb.length; at += plane) rgb[at] = to + share * (rgb[at]! - from);
  }
}
