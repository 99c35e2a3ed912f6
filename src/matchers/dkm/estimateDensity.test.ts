import { describe, expect, it } from 'vitest';
import { createRandom } from '../../testing/random.ts';
import { estimateDensity } from './estimateDensity.ts';

/** Matches of a smooth motion with some noise, and a few anywhere. */
function matches(count: number): Float32Array {
  const random = createRandom(4);
  const positions = new Float32Array(4 * count);
  for (let k = 0; k < count; k++) {
    const [x, y] = [random.uniform(-1, 1), random.uniform(-1, 1) ** 3];
    const isStray = random.next() < 0.1;
    positions.set(
      isStray
        ? [x, y, random.uniform(-1, 1), random.uniform(-1, 1)]
        : [x, y, 0.8 * x + 0.02 * random.normal(), 0.9 * y],
      4 * k,
    );
  }
  return positions;
}

function exactDensity(positions: Float32Array, k: number): number {
  let sum = 0;
  for (let other = 0; other < positions.length; other += 4) {
    let squared = 0;
    for (let d = 0; d < 4; d++) squared += (positions[4 * k + d]! - positions[other + d]!) ** 2;
    sum += Math.exp(-squared / (2 * 0.1 ** 2));
  }
  return sum;
}

describe('estimateDensity', () => {
  it('is the sum of all Gaussians but for the tails that are left out', () => {
    const positions = matches(2000);
    const density = estimateDensity(positions);
    for (let k = 0; k < 2000; k += 17) {
      const exact = exactDensity(positions, k);
      expect(Math.abs(density[k]! - exact)).toBeLessThan(0.005 * exact + 0.05);
    }
  });

  it('leaves out nothing within reach, wherever boxes are divided', () => {
    // Many equal coordinates, and clusters whose boxes just touch each other's reach.
    const positions = matches(3000).map((value, k) => (k % 12 < 4 ? Math.round(5 * value) / 5 : value));
    const density = estimateDensity(positions);
    for (let k = 0; k < 3000; k += 7) {
      let sum = 0;
      for (let other = 0; other < positions.length; other += 4) {
        let squared = 0;
        for (let d = 0; d < 4; d++) squared += (positions[4 * k + d]! - positions[other + d]!) ** 2;
        if (squared < 0.4 ** 2) sum += Math.exp(-squared / (2 * 0.1 ** 2));
      }
      expect(Math.abs(density[k]! / sum - 1)).toBeLessThan(2e-3);
    }
  });

  it('knows no neighbours where there are no matches', () => {
    expect(estimateDensity(new Float32Array(0))).toHaveLength(0);
    expect(estimateDensity(Float32Array.of(0, 0, 0, 0))).toEqual(Float32Array.of(1));
  });

  it('estimates from a subset where there are very many', () => {
    const positions = matches(25_000);
    const density = estimateDensity(positions);
    const checked = Array.from({ length: 120 }, (_, k) => 203 * k + 1);
    // Half of the matches are counted twice: a sum of D Gaussians has a variance of at most D.
    const deviations = checked.map((k) => {
      const exact = exactDensity(positions, k);
      return (density[k]! - exact) / Math.sqrt(exact);
    });
    const mean = deviations.reduce((sum, value) => sum + value, 0) / checked.length;
    const meanSquare = deviations.reduce((sum, value) => sum + value ** 2, 0) / checked.length;
    expect(Math.abs(mean)).toBeLessThan(0.3);
    expect(meanSquare).toBeLessThan(1.2);
    expect(meanSquare).toBeGreaterThan(0.05);
  });
});
