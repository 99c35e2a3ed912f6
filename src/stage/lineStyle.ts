/**
 * How heavy lines are drawn: few lines bold and marked at their ends, thousands thin and translucent. What
 * counts is how crowded the view is, so zooming in makes lines bolder again.
 */

export interface LineStyle {
  /** CSS pixels. */
  readonly width: number;
  /** Width of the dark edge on either side in CSS pixels: it parts line from line and line from photo. */
  readonly halo: number;
  /** Radius of the dots at both ends in CSS pixels; 0 = none. */
  readonly dotRadius: number;
  /** Of all lines together, 0 to 1. */
  readonly opacity: number;
}

/**
 * @param count number of lines shown
 * @param zoom 1 = fit
 */
export function styleLines(count: number, zoom: number): LineStyle {
  // Lines thin out with the zoom, their ends with its square.
  const lines = Math.max(1, count / zoom);
  const ends = count / (zoom * zoom);
  const opacity = Math.min(Math.max(1.45 - 0.235 * Math.log10(lines), 0.5), 1);
  return { ...widthsFor(lines), dotRadius: dotRadiusFor(ends), opacity };
}

// In steps, since a new width means drawing the lines anew.
function widthsFor(lines: number): Pick<LineStyle, 'width' | 'halo'> {
  if (lines <= 80) return { width: 2, halo: 0.9 };
  if (lines <= 400) return { width: 1.6, halo: 0.8 };
  if (lines <= 2000) return { width: 1.3, halo: 0.6 };
  return { width: 1.1, halo: 0.4 };
}

function dotRadiusFor(ends: number): number {
  if (ends <= 60) return 3.5;
  if (ends <= 300) return 2.75;
  if (ends <= 1000) return 2;
  return 0;
}

/** Dimmed lines hint at what is there and are never in the way. */
export function styleDimmedLines(count: number, zoom: number): LineStyle {
  const { opacity } = styleLines(count, zoom);
  return { width: 1, halo: 0, dotRadius: 0, opacity: 0.35 * opacity };
}
