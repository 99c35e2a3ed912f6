import { describe, expect, it } from 'vitest';
import {
  colourGradient,
  confidenceColour,
  INLIER_COLOUR,
  OUTLIER_COLOUR,
  packConfidenceColours,
  packInlierColours,
  packResidualColours,
  packRgb,
  type Rgb,
  residualColour,
  unpackRgb,
} from './colourMap.ts';

/** CIELAB under D65, for judging differences as an eye would. */
function toLab(rgb: Rgb): readonly [number, number, number] {
  const [r, g, b] = rgb.map((value) => {
    const c = value / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  const f = (t: number) => (t > (6 / 29) ** 3 ? Math.cbrt(t) : t / (3 * (6 / 29) ** 2) + 4 / 29);
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047);
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function difference(a: Rgb, b: Rgb): number {
  const [p, q] = [toLab(a), toLab(b)];
  return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
}

/** Deuteranopia after Viénot, Brettel and Mollon (1999), in linear light. */
function asDeuteranope(rgb: Rgb): Rgb {
  const linear = rgb.map((value) => (value / 255) ** 2.2) as [number, number, number];
  const [r, g, b] = linear;
  const long = 17.8824 * r + 43.5161 * g + 4.11935 * b;
  const short = 0.0299566 * r + 0.184309 * g + 1.46709 * b;
  const medium = 0.494207 * long + 1.24827 * short;
  const seen = [
    0.0809444479 * long - 0.130504409 * medium + 0.116721066 * short,
    -0.0102485335 * long + 0.0540193266 * medium - 0.113614708 * short,
    -0.000365296938 * long - 0.00412161469 * medium + 0.693511405 * short,
  ];
  return seen.map((value) => 255 * Math.min(Math.max(value, 0), 1) ** (1 / 2.2)) as unknown as Rgb;
}

describe('confidence colours', () => {
  it('end where the published map ends and start above its darkest fifth', () => {
    expect(confidenceColour(1)).toEqual([0xfd, 0xe7, 0x25]);
    expect(toLab(confidenceColour(0))[0]).toBeGreaterThan(30);
  });

  it('rise evenly in lightness', () => {
    const lightness = Array.from({ length: 21 }, (_, k) => toLab(confidenceColour(k / 20))[0]);
    const steps = lightness.slice(1).map((value, k) => value - lightness[k]!);
    expect(Math.min(...steps)).toBeGreaterThan(0.6 * (steps.reduce((a, b) => a + b) / steps.length));
  });

  it('take the end colours outside 0 to 1', () => {
    expect(confidenceColour(-3)).toEqual(confidenceColour(0));
    expect(confidenceColour(7)).toEqual(confidenceColour(1));
  });

  it('are packed as the canvas wants its bytes', () => {
    const [packed] = packConfidenceColours(new Float32Array([1]));
    expect([...new Uint8Array(new Uint32Array([packed!]).buffer)]).toEqual([0xfd, 0xe7, 0x25, 0]);
  });

  it('name the same ends in the legend', () => {
    expect(colourGradient(confidenceColour)).toMatch(
      /^linear-gradient\(to right, rgb\(.*, rgb\(253 231 37\)\)$/,
    );
  });
});

describe('residual colours', () => {
  it('are brightest at 0, in the middle at the threshold and darkest from twice the threshold on', () => {
    const residuals = new Float32Array([0, 3, 6, 60, Infinity, Number.NaN]);
    const colours = [...packResidualColours(residuals, 3)].map(unpackRgb);
    const [best, half, worst] = [1, 0.5, 0].map((share) => confidenceColour(share));
    expect(colours[0]).toEqual(best);
    for (const channel of [0, 1, 2])
      expect(Math.abs(colours[1]![channel]! - half![channel]!)).toBeLessThan(3);
    expect(colours.slice(2)).toEqual([worst, worst, worst, worst]);
  });

  it('are those of the legend', () => {
    expect(residualColour(1.5, 3)).toEqual(confidenceColour(0.75));
  });
});

describe('inlier colours', () => {
  it('differ for normal and for deuteranope eyes', () => {
    expect(difference(INLIER_COLOUR, OUTLIER_COLOUR)).toBeGreaterThan(60);
    expect(difference(asDeuteranope(INLIER_COLOUR), asDeuteranope(OUTLIER_COLOUR))).toBeGreaterThan(60);
  });

  it('follow the mask, and without one every match is an inlier', () => {
    const [inlier, outlier] = [packRgb(INLIER_COLOUR), packRgb(OUTLIER_COLOUR)];
    expect([...packInlierColours(3, new Uint8Array([1, 0, 1]))]).toEqual([inlier, outlier, inlier]);
    expect([...packInlierColours(2, null)]).toEqual([inlier, inlier]);
  });
});
