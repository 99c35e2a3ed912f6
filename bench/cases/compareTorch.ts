/**
 * DKM beside the authors' own PyTorch code on the same machine: the official configuration with formula weights, the
 * same tensors, both passes in both directions, runs alternating. Ours ends with the finished warp and a hundred
 * matches drawn from it, theirs before that.
 */
import { createDkmMatcher, dkmRequirements } from '../../src/matchers/dkm/dkmMatcher.ts';
import type { DenseMatches, InputPicture, MatchingContext } from '../../src/matchers/matcher.ts';
import { fitSharedCanvas } from '../../src/preprocess/fitInput.ts';
import { prepareInput } from '../../src/preprocess/prepareInput.ts';
import { formulaWeights, type TensorShapes } from '../../src/testing/formulaWeights.ts';
import { nameSize, type PictureSize, photoFile } from '../inputs/inputFiles.ts';
import { pixelSource } from '../inputs/pixelSource.ts';
import { readReply, writeRequest } from '../torch/torchMessages.ts';
import { type BenchCase, type BenchContext, type CaseResult, requireFile } from './benchCase.ts';
import { repeat, summarise, timed } from './measureRuns.ts';

const shapesFile = 'src/testing/fixtures/reference/dkm_v3_outdoor_config.shapes.json';

export function compareTorchCase(size: PictureSize): BenchCase {
  const isPublished = size.width === 720;
  return {
    id: `torch-dkm-${nameSize(size)}`,
    environments: [isPublished ? 'browser-webgpu' : 'node-cpu'],
    needsHardware: isPublished,
    run: (context) => compareTorch(context, size),
  };
}

async function compareTorch(context: BenchContext, size: PictureSize): Promise<CaseResult> {
  const pictures = await preparePictures(context, size);
  const request = writeRequest(pictures);
  // Asked first: without it there is nothing to compare.
  const firstTorch = readReply(await context.askTorch(request));
  const shapes = JSON.parse(
    new TextDecoder().decode(await requireFile(context, shapesFile, 'The shapes are missing.')),
  ) as TensorShapes;
  const runtime = await context.createRuntime();
  const matcher = createDkmMatcher(formulaWeights(shapes, 'dkm'), runtime);
  let preparing = 0;
  const match = async (): Promise<DenseMatches> => {
    const run: MatchingContext = {
      signal: new AbortController().signal,
      report: () => {},
      time: (step, milliseconds) => {
        if (step === 'build' || step === 'compile') preparing += milliseconds;
      },
      sampling: { count: 100, seed: 0 },
    };
    return (await matcher.match(...pictures, run)).dense!;
  };
  const first = await timed(match);
  let torch = firstTorch;
  const runs = await repeat(context.plan, async () => {
    const ours = (await timed(match)).ms;
    torch = readReply(await context.askTorch(request));
    return { ours, torch: torch.milliseconds };
  });
  await matcher.release();
  const of = (name: 'ours' | 'torch') => runs.map((run) => run[name]);
  return {
    facts: {
      'median difference (px)': medianDifference(first.result, firstTorch.flow),
      precision: runtime.precision,
      device: runtime.description,
      PyTorch: torch.description,
      'PyTorch: peak memory': `${Math.round(torch.peakBytes / 1e6).toLocaleString('en')} MB`,
    },
    measurements: {
      'ours: build and create': summarise('ms', [preparing]),
      'ours: first run': summarise('ms', [first.ms - preparing]),
      'PyTorch: first run': summarise('ms', [firstTorch.milliseconds]),
      'ours: later runs': summarise('ms', of('ours')),
      'PyTorch: later runs': summarise('ms', of('torch')),
      'ours / PyTorch': summarise(
        '',
        runs.map((run) => run.ours / run.torch),
      ),
    },
  };
}

/** At exactly the size measured, as the authors resize: their network does without whole cells. */
async function preparePictures(
  context: BenchContext,
  size: PictureSize,
): Promise<readonly [InputPicture, InputPicture]> {
  const requirements = { ...dkmRequirements, multipleOf: 4 };
  const canvas = fitSharedCanvas(
    [size, size],
    size.width,
    requirements.multipleOf,
    dkmRequirements.sharedCanvas!.fineScale,
  );
  const prepare = async (side: 0 | 1): Promise<InputPicture> => {
    const rgba = await requireFile(context, photoFile(size, side), 'The pair is missing.');
    const options = { longEdge: size.width, key: `photo ${side}`, canvas };
    const { signal } = new AbortController();
    return (await prepareInput(pixelSource(size, rgba), requirements, options, signal)).picture;
  };
  return [await prepare(0), await prepare(1)];
}

/** Between our warp of picture 0 and theirs, clamped to the picture as they do in the end, in pixels of the first pass. */
function medianDifference({ width, height, cellSize, warp0 }: DenseMatches, flow: Float32Array): number {
  const cells = width * height;
  const toPixels = (normalised: number, side: number): number =>
    ((Math.min(Math.max(normalised, -1), 1) + 1) * side * cellSize) / 2 - 0.5;
  const differences = new Float32Array(cells).map((_, k) =>
    Math.hypot(
      warp0[2 * k]! - toPixels(flow[k]!, width),
      warp0[2 * k + 1]! - toPixels(flow[cells + k]!, height),
    ),
  );
  return Number(differences.sort()[cells >> 1]!.toPrecision(2));
}
