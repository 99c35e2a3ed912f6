import { describe, expect, it } from 'vitest';
import { describeProgress, formatBytes, formatDuration, formatPercent } from './describe.ts';

describe('formatting', () => {
  const plain = (text: string) => text.replaceAll('\u2009', ' ');

  it('keeps to three figures or so, with units', () => {
    expect([772_656, 46_341_978, 1_500_000].map((bytes) => plain(formatBytes(bytes)))).toEqual([
      '773 kB',
      '46 MB',
      '1.5 MB',
    ]);
    expect([0.42, 18.4, 999.4, 1602, 12_345].map((ms) => plain(formatDuration(ms)))).toEqual([
      '0.4 ms',
      '18 ms',
      '999 ms',
      '1.60 s',
      '12.3 s',
    ]);
    expect(plain(formatPercent(0.4463, 1))).toBe('44.6 %');
  });

  it('shows the compilation of shaders as such', () => {
    expect(describeProgress({ step: 'compile', fraction: 0.5 }, true)).toContain('first run only');
    expect(describeProgress({ step: 'compile', fraction: 0.5 }, false)).not.toContain('first run');
  });

  it('names the view at work where there are several', () => {
    const part = { name: 'shared-region', index: 2, count: 4 };
    expect(describeProgress({ step: 'coarse', fraction: 0.5, part }, false)).toBe(
      'Shared region, view 3 of 4: matching coarsely',
    );
  });
});
