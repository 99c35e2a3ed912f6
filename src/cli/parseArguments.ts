/** The terminal's options, as `--help` lists them, turned into settings; wrong usage is a value with a sentence. */
import { parseArgs } from 'node:util';
import { explainUnusableViews, fixedViewIds, isViewId, type ViewId } from '../augment/views.ts';
import type { EstimationSettings, RequestedModel } from '../estimators/estimator.ts';
import { defaultEstimationSettings, estimators } from '../estimators/registry.ts';
import { typicalFocalLength } from '../geometry/pinholeCamera.ts';
import {
  DEFAULT_DENSE_MATCH_SETTINGS,
  DEFAULT_ESTIMATION_SETTINGS,
  DEFAULT_MATCH_SETTINGS,
  DEFAULT_MINIMUM_CONFIDENCE,
  DEFAULT_PRESET,
  DEFAULT_WEIGHTS_IDS,
} from '../pipeline/defaultSettings.ts';
import {
  defaultEqualisation,
  type MatchSettings,
  neutralPreprocessing,
  type Preprocessing,
  preprocessingLimits,
  samePreprocessing,
  sampleCounts,
} from '../pipeline/pairMatches.ts';
import type { MatchSelection } from '../pipeline/selectMatches.ts';
import { viewPresetIds, viewPresets } from '../pipeline/viewPresets.ts';
import type { ExecutionProvider } from '../runtime/session.ts';
import type { WeightsOptions } from '../weights/weightsDescription.ts';
import { numberWithin } from './numberWithin.ts';

export interface MatchCommand {
  readonly photo0: string;
  readonly photo1: string;
  /** Catalogue id or path of a checkpoint. */
  readonly weights: string;
  readonly match: MatchSettings;
  /** What a checkpoint unknown to the catalogue does not say itself. */
  readonly weightsOptions: WeightsOptions | null;
  readonly selection: MatchSelection;
  readonly estimation: EstimationSettings;
  /** Focal lengths of the photos in their pixels; null takes those of EXIF, else a guess. */
  readonly focalPx: readonly [number, number] | null;
  readonly provider: ExecutionProvider | 'auto';
  /** Null is standard output. */
  readonly out: string | null;
  /** Where to write every point's match; null for nowhere. */
  readonly dense: string | null;
  /** Where to write the matches for COLMAP; null does not. */
  readonly colmap: string | null;
}

export type ParsedArguments =
  | { readonly kind: 'match'; readonly command: MatchCommand }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong-usage'; readonly message: string };

const modelIds = Object.keys(estimators) as RequestedModel[];

export const USAGE = `usage: npm run match -- PHOTO0 PHOTO1 [options]

Matches two photos and writes a match file (JSON).

  --matcher loftr|dkm       the matcher (default: loftr)
  --weights ID|FILE         loftr-compact, loftr-outdoor, loftr-indoor, dkm-compact, dkm-outdoor, or a
                            checkpoint file (default: ${DEFAULT_WEIGHTS_IDS.loftr}; for dkm ${DEFAULT_WEIGHTS_IDS.dkm})
  --heads N --position-encoding original|corrected
                            what a checkpoint unknown to Covis does not say itself
                            (outdoor_ds, indoor_ds: 8 original; indoor_ds_new: 8 corrected)
  --size LONG_EDGE          long edge of the network input in pixels (default: ${DEFAULT_MATCH_SETTINGS.longEdge});
                            for dkm that of its first pass (default: ${DEFAULT_DENSE_MATCH_SETTINGS.longEdge}; dkm-outdoor was
                            published with 720)
  --samples N               dkm: how many matches to draw, ${sampleCounts.least} to ${sampleCounts.most} (default: ${DEFAULT_DENSE_MATCH_SETTINGS.samples})
  --dense FILE.npz          dkm: write the match and certainty of every point as NumPy arrays
  --resampling cubic|area|lanczos
                            how photos larger than the network input are reduced (default: cubic)
  --clahe LIMIT             equalise the contrast of tiles (CLAHE) up to a clip limit of 1 to 40 (default: off)
  --clahe-tiles N           tiles along each axis, 1 to 32 (default: ${defaultEqualisation.tiles})
  --gamma G                 brighten shadows above 1, darken below, 0.2 to 5 (default: 1)
  --preset PRESET           how often to look at the photos: ${viewPresetIds.join(', ')} (default: ${DEFAULT_PRESET})
  --views LIST              views instead of a preset, separated by commas: ${fixedViewIds.slice(0, 3).join(', ')},
                            ${fixedViewIds.slice(3).join(', ')},
                            scale:N (a long edge of N pixels)
  --refine propagation|least-squares|none
                            places in the second photo to a fraction of a pixel, and the same again at
                            neighbours that the network left out (default: ${DEFAULT_MATCH_SETTINGS.refinement ?? 'none'})
  --estimator MODEL         the geometric model: ${modelIds.slice(0, -1).join(', ')}, or automatic, which
                            chooses one of the first two (default: ${DEFAULT_ESTIMATION_SETTINGS.model})
  --threshold-px N          largest error of an inlier in photo pixels (default: ${estimators.homography.defaults.thresholdPx} for a
                            homography, ${estimators.fundamental.defaults.thresholdPx} for the others)
  --focal-px F0[,F1]        essential: focal lengths in pixels of the photos (default: from EXIF, else
                            ${typicalFocalLength} times the long edge)
  --min-confidence C        drop matches below (default: ${DEFAULT_MINIMUM_CONFIDENCE})
  --max-matches N|all       keep at most the N most confident (default: all)
  --provider cpu|webgpu|wasm  where to run (default: cpu where onnxruntime-node is installed, else wasm)
  --out FILE.json           where to write (default: standard output; pipe with "npm run --silent match")
  --colmap FILE.zip         write the matches for COLMAP to import as well, with a README that says how
  --help                    this text

exit status: 0 success, 1 failure, 2 wrong usage`;

export function parseArguments(args: readonly string[]): ParsedArguments {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        matcher: { type: 'string', default: DEFAULT_MATCH_SETTINGS.matcher },
        weights: { type: 'string' },
        size: { type: 'string' },
        samples: { type: 'string' },
        dense: { type: 'string' },
        resampling: { type: 'string' },
        clahe: { type: 'string' },
        'clahe-tiles': { type: 'string' },
        gamma: { type: 'string' },
        refine: { type: 'string', default: DEFAULT_MATCH_SETTINGS.refinement ?? 'none' },
        preset: { type: 'string' },
        views: { type: 'string' },
        estimator: { type: 'string', default: DEFAULT_ESTIMATION_SETTINGS.model },
        'threshold-px': { type: 'string' },
        'focal-px': { type: 'string' },
        'min-confidence': { type: 'string', default: String(DEFAULT_MINIMUM_CONFIDENCE) },
        'max-matches': { type: 'string' },
        provider: { type: 'string', default: 'auto' },
        heads: { type: 'string' },
        'position-encoding': { type: 'string' },
        out: { type: 'string' },
        colmap: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return { kind: 'help' };
    const [photo0, photo1] = positionals;
    if (photo0 === undefined || photo1 === undefined || positionals.length > 2) {
      return wrong(`Two photos are needed, ${positionals.length} given.`);
    }
    const matcher = oneOf('--matcher', values.matcher, ['loftr', 'dkm']);
    const isDense = matcher === 'dkm';
    for (const option of ['samples', 'dense'] as const) {
      if (!isDense && values[option] !== undefined) {
        return wrong(`--${option} needs a matcher that matches every point: --matcher dkm.`);
      }
    }
    const estimation = defaultEstimationSettings(oneOf('--estimator', values.estimator, modelIds));
    if (values['focal-px'] !== undefined && estimation.model !== 'essential') {
      return wrong('--focal-px is for the essential matrix alone: --estimator essential.');
    }
    const { refinement: _, ...defaults } = isDense ? DEFAULT_DENSE_MATCH_SETTINGS : DEFAULT_MATCH_SETTINGS;
    const refinement = oneOf('--refine', values.refine, ['propagation', 'least-squares', 'none']);
    const longEdge =
      values.size === undefined ? defaults.longEdge : numberWithin('--size', values.size, 32, 8192, true);
    const views = viewsOf(values.preset, values.views);
    if (values.dense !== undefined && !views.includes('original')) {
      return wrong('The grids of --dense are those of the view original: name it in --views.');
    }
    return {
      kind: 'match',
      command: {
        photo0,
        photo1,
        weights: values.weights ?? DEFAULT_WEIGHTS_IDS[matcher],
        match: {
          ...defaults,
          longEdge,
          views,
          ...(values.samples !== undefined && {
            samples: numberWithin('--samples', values.samples, sampleCounts.least, sampleCounts.most, true),
          }),
          ...(refinement !== 'none' && { refinement }),
          ...preprocessingOf(values.resampling, values.clahe, values['clahe-tiles'], values.gamma),
        },
        weightsOptions: weightsOptions(values.heads, values['position-encoding']),
        selection: {
          minimumConfidence: numberWithin('--min-confidence', values['min-confidence'], 0, 1, false),
          maximumMatches:
            values['max-matches'] === undefined || values['max-matches'] === 'all'
              ? Number.POSITIVE_INFINITY
              : numberWithin('--max-matches', values['max-matches'], 1, Number.MAX_SAFE_INTEGER, true),
        },
        estimation: {
          ...estimation,
          ...(values['threshold-px'] !== undefined && {
            thresholdPx: numberWithin('--threshold-px', values['threshold-px'], 0.01, 1000, false),
          }),
        },
        focalPx: focalLengths(values['focal-px']),
        provider: oneOf('--provider', values.provider, ['auto', 'cpu', 'webgpu', 'wasm']),
        out: values.out ?? null,
        dense: values.dense ?? null,
        colmap: values.colmap ?? null,
      },
    };
  } catch (error) {
    // `parseArgs` throws plain TypeErrors with sentences fit for a person.
    return wrong(error instanceof Error ? error.message : String(error));
  }
}

function viewsOf(preset: string | undefined, list: string | undefined): readonly ViewId[] {
  if (list === undefined)
    return viewPresets[oneOf('--preset', preset ?? DEFAULT_PRESET, viewPresetIds)].views;
  if (preset !== undefined) throw new RangeError('--preset and --views are alternatives: give one of them.');
  const views = list.split(',').map((view) => {
    if (isViewId(view)) return view;
    throw new RangeError(
      `--views is a list of ${fixedViewIds.join(', ')} or scale:N with N from 32 to 8192, not "${view}".`,
    );
  });
  const reason = explainUnusableViews(views);
  if (reason !== null) throw new RangeError(`--views: ${reason}`);
  return views;
}

/** Nothing where the photos stay as they are, as on the page. */
function preprocessingOf(
  resampling: string = neutralPreprocessing.resampling,
  clahe: string | undefined,
  claheTiles: string | undefined,
  gamma = String(neutralPreprocessing.gamma),
): Pick<MatchSettings, 'preprocessing'> {
  if (clahe === undefined && claheTiles !== undefined) {
    throw new RangeError('--clahe-tiles needs --clahe.');
  }
  const within = (option: string, value: string, name: keyof typeof preprocessingLimits): number => {
    const { least, most } = preprocessingLimits[name];
    return numberWithin(option, value, least, most, name === 'tiles');
  };
  const preprocessing: Preprocessing = {
    resampling: oneOf('--resampling', resampling, ['cubic', 'area', 'lanczos']),
    equalisation:
      clahe === undefined
        ? null
        : {
            clipLimit: within('--clahe', clahe, 'clipLimit'),
            tiles: within('--clahe-tiles', claheTiles ?? String(defaultEqualisation.tiles), 'tiles'),
          },
    gamma: within('--gamma', gamma, 'gamma'),
  };
  return samePreprocessing(preprocessing) ? {} : { preprocessing };
}

/** One number is for both photos. */
function focalLengths(list: string | undefined): readonly [number, number] | null {
  if (list === undefined) return null;
  const [first, second = first, ...more] = list
    .split(',')
    .map((value) => numberWithin('--focal-px', value, 1, 1_000_000, false));
  if (more.length > 0) throw new RangeError(`--focal-px is one number or two, not "${list}".`);
  return [first!, second!];
}

/** Only asked for when the file is a stranger, so one without the other is a mistake. */
function weightsOptions(heads: string | undefined, encoding: string | undefined): WeightsOptions | null {
  if (heads === undefined && encoding === undefined) return null;
  if (heads === undefined || encoding === undefined) {
    throw new RangeError('--heads and --position-encoding are given together.');
  }
  return {
    heads: numberWithin('--heads', heads, 1, 64, true),
    tempBugFix: oneOf('--position-encoding', encoding, ['original', 'corrected']) === 'corrected',
  };
}

function wrong(message: string): ParsedArguments {
  return { kind: 'wrong-usage', message };
}

function oneOf<const Choice extends string>(
  option: string,
  value: string,
  choices: readonly Choice[],
): Choice {
  const choice = choices.find((candidate) => candidate === value);
  if (choice !== undefined) return choice;
  throw new RangeError(`${option} is ${choices.join(' or ')}, not "${value}".`);
}
