import { describe, expect, it } from 'vitest';
import { defaultEstimationSettings } from '../estimators/registry.ts';
import {
  DEFAULT_ESTIMATION_SETTINGS,
  DEFAULT_MATCH_SETTINGS,
  DEFAULT_MINIMUM_CONFIDENCE,
} from '../pipeline/defaultSettings.ts';
import { viewPresets } from '../pipeline/viewPresets.ts';
import { parseArguments } from './parseArguments.ts';

describe('parseArguments', () => {
  it('takes the settings of the page where nothing is said', () => {
    const parsed = parseArguments(['a.jpg', 'b.jpg']);
    expect(parsed).toEqual({
      kind: 'match',
      command: {
        photo0: 'a.jpg',
        photo1: 'b.jpg',
        weights: 'loftr-compact',
        match: DEFAULT_MATCH_SETTINGS,
        weightsOptions: null,
        selection: {
          minimumConfidence: DEFAULT_MINIMUM_CONFIDENCE,
          maximumMatches: Number.POSITIVE_INFINITY,
        },
        estimation: DEFAULT_ESTIMATION_SETTINGS,
        focalPx: null,
        provider: 'auto',
        out: null,
        dense: null,
        colmap: null,
      },
    });
  });

  it('reads every option', () => {
    const parsed = parseArguments(
      'a b --weights w.ckpt --size 840 --threshold-px 1.5 --min-confidence 0.4 --max-matches 500 --provider wasm --heads 8 --position-encoding corrected --out m.json'.split(
        ' ',
      ),
    );
    expect(parsed).toMatchObject({
      command: {
        weights: 'w.ckpt',
        match: { longEdge: 840 },
        estimation: { thresholdPx: 1.5 },
        weightsOptions: { heads: 8, tempBugFix: true },
        selection: { minimumConfidence: 0.4, maximumMatches: 500 },
        provider: 'wasm',
        out: 'm.json',
      },
    });
  });

  it('keeps all matches where told so', () => {
    expect(parseArguments(['a', 'b', '--max-matches', 'all'])).toMatchObject({
      command: { selection: { maximumMatches: Number.POSITIVE_INFINITY } },
    });
  });

  it('takes the defaults of the chosen model', () => {
    const parsed = (options: string) => parseArguments(`a b ${options}`.split(' '));
    for (const model of ['fundamental', 'essential', 'automatic'] as const) {
      expect(parsed(`--estimator ${model}`)).toMatchObject({
        command: { estimation: defaultEstimationSettings(model) },
      });
    }
    expect(parsed('--estimator fundamental --threshold-px 4')).toMatchObject({
      command: { estimation: { model: 'fundamental', thresholdPx: 4 } },
    });
  });

  it.each([
    ['900', [900, 900]],
    ['900,750.5', [900, 750.5]],
  ] as const)('takes focal lengths for the essential matrix: %s', (list, focalPx) => {
    const parsed = parseArguments(['a', 'b', '--estimator', 'essential', '--focal-px', list]);
    expect(parsed).toMatchObject({ command: { focalPx } });
  });

  it.each([
    ['homography', '900', /essential matrix alone/],
    ['essential', '0', /--focal-px is a number from 1/],
    ['essential', '1,2,3', /one number or two/],
    ['essential', '900,', /--focal-px is a number/],
    ['affine', '900', /--estimator is homography or fundamental or essential or automatic/],
  ])('refuses for the %s the focal lengths "%s"', (model, list, message) => {
    expect(parseArguments(['a', 'b', '--estimator', model, '--focal-px', list])).toMatchObject({
      kind: 'wrong-usage',
      message: expect.stringMatching(message),
    });
  });

  it('takes the bundled weights and their size for DKM', () => {
    expect(parseArguments('a b --matcher dkm --dense d.npz --samples 2000'.split(' '))).toMatchObject({
      command: {
        weights: 'dkm-compact',
        match: { matcher: 'dkm', longEdge: 640, samples: 2000 },
        dense: 'd.npz',
      },
    });
  });

  it('takes a list of views or a preset of them', () => {
    const viewsOf = (options: string) => {
      const parsed = parseArguments(`a b ${options}`.split(' '));
      return parsed.kind === 'match' && parsed.command.match.views;
    };
    expect(viewsOf('--views original,scale:960,turn-automatic,shared-region')).toEqual([
      'original',
      'scale:960',
      'turn-automatic',
      'shared-region',
    ]);
    expect(viewsOf('--preset fast')).toEqual(['original']);
    for (const preset of ['balanced', 'thorough'] as const) {
      expect(viewsOf(`--preset ${preset}`)).toEqual(viewPresets[preset].views);
    }
  });

  it('refines and propagates by default, and does less where that is said', () => {
    const refinementOf = (options: string) => {
      const parsed = parseArguments(`a b ${options}`.trim().split(' '));
      return parsed.kind === 'match' ? parsed.command.match.refinement : parsed;
    };
    expect(refinementOf('')).toBe('propagation');
    expect(refinementOf('--matcher dkm')).toBe('propagation');
    expect(refinementOf('--refine least-squares')).toBe('least-squares');
    expect(refinementOf('--refine none')).toBeUndefined();
    expect(refinementOf('--refine finely')).toMatchObject({
      kind: 'wrong-usage',
      message: '--refine is propagation or least-squares or none, not "finely".',
    });
  });

  it('preprocesses only what it is asked to', () => {
    const preprocessingOf = (options: string) => {
      const parsed = parseArguments(`a b ${options}`.split(' '));
      return parsed.kind === 'match' && parsed.command.match.preprocessing;
    };
    expect(preprocessingOf('--clahe 3')).toEqual({
      resampling: 'cubic',
      equalisation: { clipLimit: 3, tiles: 8 },
      gamma: 1,
    });
    expect(preprocessingOf('--resampling area --gamma 1.5')).toEqual({
      resampling: 'area',
      equalisation: null,
      gamma: 1.5,
    });
    expect(preprocessingOf('--matcher dkm --clahe 2 --clahe-tiles 4')).toMatchObject({
      equalisation: { tiles: 4 },
    });
    expect(preprocessingOf('--size 640')).toBeUndefined();
    expect(preprocessingOf('--gamma 1 --resampling cubic')).toBeUndefined();
  });

  it.each([
    [[], /Two photos are needed, 0 given/],
    [['a', 'b', 'c'], /3 given/],
    [['a', 'b', '--size', 'large'], /--size is a whole number from 32 to 8192, not "large"/],
    [['a', 'b', '--size', '640.5'], /whole number/],
    [['a', 'b', '--min-confidence', '2'], /from 0 to 1/],
    [['a', 'b', '--min-confidence', ''], /from 0 to 1/],
    [['a', 'b', '--threshold-px', 'NaN'], /--threshold-px/],
    [['a', 'b', '--matcher', 'sift'], /--matcher is loftr or dkm, not "sift"/],
    [['a', 'b', '--dense', 'd.npz'], /--dense needs a matcher that matches every point/],
    [['a', 'b', '--matcher', 'dkm', '--samples', '50'], /--samples is a whole number from 100 to 20000/],
    [['a', 'b', '--estimator', 'affine'], /--estimator is homography/],
    [
      ['a', 'b', '--views', 'original,upside'],
      /--views is a list of original, .* or scale:N .*, not "upside"/,
    ],
    [['a', 'b', '--views', ''], /--views/],
    [['a', 'b', '--views', 'flip,flip'], /flip is named twice/],
    [['a', 'b', '--views', 'shared-region'], /name one before it, such as original/],
    [['a', 'b', '--views', 'scale:16'], /scale:N with N from 32 to 8192/],
    [['a', 'b', '--preset', 'best'], /--preset is fast or balanced or thorough, not "best"/],
    [['a', 'b', '--preset', 'fast', '--views', 'original'], /alternatives/],
    [['a', 'b', '--matcher', 'dkm', '--dense', 'd', '--views', 'flip'], /grids of --dense .* view original/],
    [['a', 'b', '--provider', 'tpu'], /--provider/],
    [['a', 'b', '--resampling', 'nearest'], /--resampling is cubic or area or lanczos, not "nearest"/],
    [['a', 'b', '--clahe', '0'], /--clahe is a number from 1 to 40, not "0"/],
    [['a', 'b', '--clahe'], /--clahe/],
    [['a', 'b', '--clahe', '2', '--clahe-tiles', '2.5'], /--clahe-tiles is a whole number from 1 to 32/],
    [['a', 'b', '--clahe-tiles', '8'], /--clahe-tiles needs --clahe/],
    [['a', 'b', '--gamma', '0'], /--gamma is a number from 0.2 to 5, not "0"/],
    [['a', 'b', '--colour'], /--colour/],
    [['a', 'b', '--heads', '8'], /given together/],
    [['a', 'b', '--heads', '8', '--position-encoding', 'new'], /original or corrected/],
  ])('explains what is wrong with %j', (args, message) => {
    const parsed = parseArguments(args);
    expect(parsed.kind).toBe('wrong-usage');
    expect((parsed as { message: string }).message).toMatch(message);
  });

  it('offers help', () => {
    expect(parseArguments(['--help'])).toEqual({ kind: 'help' });
  });
});
