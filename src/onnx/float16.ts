/**
 * IEEE 754 half precision as raw bits: the storage of weights when a graph computes in fp16 (JavaScript's own
 * `Float16Array` is too young for the browsers and Node versions this runs on).
 */

const asFloat = new Float32Array(1);
const asBits = new Uint32Array(asFloat.buffer);

/** Rounds to nearest, ties to even; beyond 65504 becomes infinity, NaN stays NaN. */
export function float32ToFloat16(values: Float32Array): Uint16Array {
  const halves = new Uint16Array(values.length);
  for (let k = 0; k < values.length; k++) {
    asFloat[0] = values[k]!;
    halves[k] = roundToHalf(asBits[0]!);
  }
  return halves;
}

function roundToHalf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // 0x477ff000 is the first float that rounds to 65536.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude >= 0x38800000) {
    const rebiased = magnitude - 0x38000000;
    return sign | ((rebiased + 0xfff + ((rebiased >>> 13) & 1)) >>> 13);
  }
  // Subnormal halves are multiples of 2^-24; below half of that everything is zero.
  if (magnitude < 0x33000000) return sign;
  const shift = 126 - (magnitude >>> 23);
  const mantissa = (magnitude & 0x7fffff) | 0x800000;
  const quotient = mantissa >>> shift;
  const remainder = mantissa & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  const up = remainder > half || (remainder === half && (quotient & 1) === 1) ? 1 : 0;
  return sign | (quotient + up);
}
