/**
 * Two photos become matches through the page's own pipeline. The first run reads, builds and compiles; later
 * runs see photos whose features are not kept, as when a person drops two others of the same size.
 */
import { openCheckpoint } from '../../src/checkpoint/openCheckpoint.ts';
import { createMatcher } from '../../src/matchers/createMatcher.ts';
import type { LoftrOptions } from '../../src/matchers/loftr/loftrConfig.ts';
import {
  DEFAULT_DENSE_MATCH_SETTINGS,
  DEFAULT_MATCH_SETTINGS,
  DEFAULT_MINIMUM_CONFIDENCE,
} from '../../src/pipeline/defaultSettings.ts';
import { matchPair } from '../../src/pipeline/matchPair.ts';
import type { PairMatches } from '../../src/pipeline/pairMatches.ts';
import { createPairPhoto, type PairPhoto } from '../../src/pipeline/pairPhoto.ts';
import { viewPresets } from '../../src/pipeline/viewPresets.ts';
import { planProgress } from '../../src/reporting/progress.ts';
import {
  dkmSizes,
  type MatchedId,
  nameSize,
  type PictureSize,
  photoFile,
  truthFile,
  weightsFiles,
} from '../inputs/inputFiles.ts';
import { pixelSource } from '../inputs/pixelSource.ts';
import { type BenchCase, type BenchContext, type CaseResult, requireFile } from './benchCase.ts';
import { repeat, summarise } from './measureRuns.ts';

/** What tensor shapes do not say; the compact file says it itself. */
export const networkOptions: Readonly<Record<MatchedId, LoftrOptions | null>> = {
  compact: null,
  official: { heads: 8, tempBugFix: false },
  dkm: null,
};

const steps = ['decode', 'build', 'compile', 'features', 'coarse', 'fine', 'refine'] as const;

/** How far from the truth a match may be to count as right, in photo pixels. */
const rightWithinPx = 3;

export function matchPhotosCase(network: MatchedId, size: PictureSize): BenchCase {
  return {
    id: `match-${network}-${nameSize(size)}`,
    // At the published size DKM takes a GPU to be worth waiting for.
    environments:
      network === 'dkm' && size.width > dkmSizes.small.width
        ? ['browser-webgpu']
        : ['node-cpu', 'browser-wasm', 'browser-webgpu'],
    needsHardware: network !== 'compact' || size.width > 320,
    run: (context) => matchPhotos(context, network, size),
  };
}

async function matchPhotos(
  context: BenchContext,
  network: MatchedId,
  size: PictureSize,
): Promise<CaseResult> {
  const weights = await requireFile(context, weightsFiles[network], `There is no ${weightsFiles[network]}.`);
  const photos = await Promise.all(
    ([0, 1] as const).map((side) => requireFile(context, photoFile(size, side), 'The pair is missing.')),
  );
  const isDense = network === 'dkm';
  const runtime = await context.createRuntime();
  const matcher = createMatcher(
    isDense ? 'dkm' : 'loftr',
    openCheckpoint(weights),
    networkOptions[network],
    runtime,
  );
  let found: PairMatches | null = null;
  const runs = await repeat({ ...context.plan, runs: context.plan.runs + 1 }, async (run) => {
    // Other names for the same pixels: the matcher has to look at them anew.
    const [photo0, photo1] = photos.map((rgba, side) =>
      createPairPhoto(pixelSource(size, rgba), `run ${run} photo ${side}`),
    ) as [PairPhoto, PairPhoto];
    // At its own size: by default a small photo would be enlarged to the usual long edge.
    const defaults = isDense ? DEFAULT_DENSE_MATCH_SETTINGS : DEFAULT_MATCH_SETTINGS;
    // One look: the second is of another size for each pair, and measured by what it brings (bench/accuracy).
    const settings = { ...defaults, longEdge: size.width, views: viewPresets.fast.views };
    found = await matchPair(photo0, photo1, matcher, settings, {
      provider: runtime.provider,
      weights: { id: network, sha256: '' },
      signal: new AbortController().signal,
      progress: planProgress(
        steps.map((step) => [step, 1]),
        () => {},
      ),
    });
    const { timingsMs } = found;
    const preparing = (timingsMs.build ?? 0) + (timingsMs.compile ?? 0);
    return {
      ...(Object.fromEntries(steps.map((step) => [step, timingsMs[step] ?? 0])) as Record<StepName, number>),
      total: timingsMs.total!,
      matching: timingsMs.total! - preparing,
    };
  });
  const truth = JSON.parse(
    new TextDecoder().decode(await requireFile(context, truthFile(size), 'The truth is missing.')),
  ) as readonly number[];
  await matcher.release();
  const [first, ...later] = runs;
  const ofLater = (name: StepName | 'total') =>
    summarise(
      'ms',
      later.map((run) => run[name]),
    );
  return {
    facts: { ...describeMatches(found!, truth), precision: runtime.precision, device: runtime.description },
    measurements: {
      'build graphs': summarise('ms', [first!.build]),
      'create sessions': summarise('ms', [first!.compile]),
      'first run': summarise('ms', [first!.matching]),
      'later runs': ofLater('total'),
      'later: resample': ofLater('decode'),
      'later: backbone': ofLater('features'),
      'later: coarse': ofLater('coarse'),
      'later: fine': ofLater('fine'),
      'later: refine and propagate': ofLater('refine'),
    },
  };
}

type StepName = (typeof steps)[number];

/** Formula weights match at random: their counts only show that nothing was left out. */
function describeMatches(
  { keypoints0, keypoints1, confidence }: PairMatches,
  truth: readonly number[],
): Record<string, number> {
  let confident = 0;
  let right = 0;
  while (confident < confidence.length && confidence[confident]! >= DEFAULT_MINIMUM_CONFIDENCE) {
    const [x, y] = applyHomography(truth, keypoints0[2 * confident]!, keypoints0[2 * confident + 1]!);
    const error = Math.hypot(keypoints1[2 * confident]! - x, keypoints1[2 * confident + 1]! - y);
    if (error <= rightWithinPx) right++;
    confident++;
  }
  return { matches: confidence.length, confident, right };
}

function applyHomography(h: readonly number[], x: number, y: number): readonly [number, number] {
  const w = h[6]! * x + h[7]! * y + h[8]!;
  return [(h[0]! * x + h[1]! * y + h[2]!) / w, (h[3]! * x + h[4]! * y + h[5]!) / w];
}
