import { describe, expect, it } from 'vitest';
import { verifiedConfidence } from './verifiedConfidence.ts';

describe('verifiedConfidence', () => {
  it('multiplies the odds by thirty', () => {
    for (const confidence of [0.01, 0.1, 0.5, 0.9]) {
      const verified = verifiedConfidence(confidence);
      expect(verified / (1 - verified)).toBeCloseTo((30 * confidence) / (1 - confidence), 9);
    }
  });

  it('leaves what is certain certain, and keeps the order', () => {
    expect(verifiedConfidence(0)).toBe(0);
    expect(verifiedConfidence(1)).toBe(1);
    const rising = Array.from({ length: 101 }, (_, k) => verifiedConfidence(k / 100));
    expect(rising).toEqual(rising.toSorted((a, b) => a - b));
  });
});
