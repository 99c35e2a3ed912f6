import { describe, expect, it } from 'vitest';
import { fixedViewIds } from '../../src/augment/views.ts';
import { estimators } from '../../src/estimators/registry.ts';
import { DEFAULT_PRESET } from '../../src/pipeline/defaultSettings.ts';
import { viewPresetIds, viewPresets } from '../../src/pipeline/viewPresets.ts';
import { parseArguments } from './parseArguments.ts';

function labels(...args: string[]): string[] {
  return parseArguments(['pairs', ...args]).variations.map(({ label }) => label);
}

describe('parseArguments', () => {
  it('runs the product with its own defaults, estimated by OpenCV', () => {
    const { variations, repeats, name, out } = parseArguments(['pairs']);
    expect(variations).toHaveLength(1);
    expect(variations[0]).toMatchObject({
      label: '',
      estimator: 'opencv',
      command: {
        weights: 'loftr-compact',
        match: { longEdge: 640, views: viewPresets[DEFAULT_PRESET].views },
      },
    });
    expect([repeats, name, out]).toEqual([10, 'loftr-compact', null]);
  });

  it('reads the product’s options by the product’s parser', () => {
    const { variations, name } = parseArguments([
      'pairs',
      '--weights',
      'my/net.pth',
      '--size=840',
      '--gamma',
      '1.5',
    ]);
    expect(variations[0]!.command).toMatchObject({ weights: 'my/net.pth', match: { longEdge: 840 } });
    expect(variations[0]!.command.match.preprocessing?.gamma).toBe(1.5);
    expect(name).toBe('net-size-840-gamma-1.5');
    expect(() => parseArguments(['pairs', '--size', 'big'])).toThrow('--size is a whole number');
    expect(() => parseArguments(['pairs', '--colour', 'red'])).toThrow('colour');
  });

  it('combines what is given more than once', () => {
    expect(
      labels('--size', '640', '--size', '840', '--min-confidence', '0.02', '--min-confidence', '0.1'),
    ).toEqual([
      'size 640, min-confidence 0.02',
      'size 640, min-confidence 0.1',
      'size 840, min-confidence 0.02',
      'size 840, min-confidence 0.1',
    ]);
  });

  it('takes each view alone and each preset, as alternatives to one another', () => {
    const { variations } = parseArguments(['pairs', '--views', 'each', '--preset', 'each']);
    const views = variations.map(({ command }) => command.match.views.join());
    expect(views).toHaveLength(fixedViewIds.length + viewPresetIds.length);
    expect(views).toContain('flip');
    expect(views).toContain('original,shared-region');
    expect(views).toContain('original,aligned');
    expect(variations.at(-1)!.command.match.views.length).toBeGreaterThan(1);
    expect(variations.at(-1)!.label).toBe(`preset ${viewPresetIds.at(-1)}`);
  });

  it('compares the product’s estimators with OpenCV', () => {
    const { variations } = parseArguments(['pairs', '--estimator', 'opencv', '--estimator', 'homography']);
    expect(variations.map(({ estimator }) => estimator)).toEqual(['opencv', 'own']);
    expect(variations[1]!.command.estimation.model).toBe('homography');
    const each = parseArguments(['pairs', '--estimator', 'each']).variations;
    expect(each.map(({ label }) => label)).toEqual(
      ['opencv', ...Object.keys(estimators)].map((model) => `estimator ${model}`),
    );
    expect(each.at(-1)!.command.estimation.model).toBe(Object.keys(estimators).at(-1));
  });

  it.each([
    [[], 'The folder with the evaluation pairs comes first.'],
    [['--set', 'x'], 'The folder with the evaluation pairs comes first.'],
    [['pairs', 'more'], '"more" is neither an option nor the value of one.'],
    [['pairs', '--set'], '--set needs a value.'],
    [['pairs', '--repeats', '0'], '--repeats needs a whole number above 0.'],
    [['pairs', '--name', 'a/b'], '--name is made of letters'],
    [['pairs', '--out', 'a', '--out', 'b'], '--out is given once.'],
    [['pairs', '--matches', 'm', '--size', '640'], '--size does nothing where --matches gives the matches.'],
    [['pairs', '--dense', 'x.npz'], '--dense has no place in a benchmark.'],
    [['pairs', '--size', 'each'], '--size cannot be "each".'],
  ])('refuses %j', (args, sentence) => {
    expect(() => parseArguments(args)).toThrow(sentence);
  });
});
