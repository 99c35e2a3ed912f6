import { describe, expect, it } from 'vitest';
import { windowRows } from './windowRows.ts';

describe('windowRows', () => {
  const coarse = { width: 3, height: 2 };
  const fine = { width: 12, height: 8 };

  it('centres the window on the fine cell at the corner of the coarse cell', () => {
    const rows = windowRows(Int32Array.of(4), coarse, fine, 5);
    // Cell 4 is (1, 1): fine cell (4, 4), in the map padded by two (6, 6), sixteen cells wide.
    expect(rows[12]).toBe(6 * 16 + 6);
    expect(rows[0]).toBe(4 * 16 + 4);
    expect(rows[24]).toBe(8 * 16 + 8);
    expect(rows[1]! - rows[0]!).toBe(1);
    expect(rows[5]! - rows[0]!).toBe(16);
  });

  it('stays within the padded map at every border', () => {
    const cells = Int32Array.from({ length: 6 }, (_, k) => k);
    const rows = windowRows(cells, coarse, fine, 5);
    expect(rows.length).toBe(6 * 25);
    expect(Math.min(...rows)).toBe(0);
    expect(Math.max(...rows)).toBeLessThan(16 * 12);
  });
});
