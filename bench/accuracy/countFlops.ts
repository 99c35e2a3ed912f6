/**
 * What matching one pair costs in arithmetic, by the graphs that the product would run:
 *
 *     npx tsx bench/accuracy/countFlops.ts WEIGHTS [--size 640x480] [--fine-size 1152x864] [--matches 2000]
 *
 * WEIGHTS is an id or a file as in `npm run match`. LoFTR refines match by match, so its cost grows with their
 * number. DKM matches in both directions; `--fine-size` is that of its second pass, none without it.
 */
import { parseArgs } from 'node:util';
import type { NamedTensors } from '../../src/checkpoint/namedTensors.ts';
import { openCheckpoint } from '../../src/checkpoint/openCheckpoint.ts';
import { planGraphs } from '../../src/matchers/dkm/dkmGraphs.ts';
import { dkmRequirements } from '../../src/matchers/dkm/dkmMatcher.ts';
import { readConfig as readDkmConfig } from '../../src/matchers/dkm/readConfig.ts';
import { identifyMatcher } from '../../src/matchers/identifyMatcher.ts';
import { buildFine } from '../../src/matchers/loftr/buildFine.ts';
import { coarseStride, type LoftrOptions } from '../../src/matchers/loftr/loftrConfig.ts';
import { loftrGraphs } from '../../src/matchers/loftr/loftrNetwork.ts';
import { readConfig as readLoftrConfig } from '../../src/matchers/loftr/readConfig.ts';
import { loadWeightsNode } from '../../src/weights/node/loadWeightsNode.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** A part of the network and its operations. */
type Part = readonly [name: string, flops: number];

/** The cheapest to describe: how graphs are cut into chunks does not change what they compute. */
const target = { precision: 'fp32', provider: 'cpu' } as const;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      size: { type: 'string', default: '640x480' },
      'fine-size': { type: 'string' },
      matches: { type: 'string', default: '2000' },
    },
  });
  if (positionals.length !== 1) throw new Error('One set of weights is needed, by id or file.');
  const { bytes, description } = await loadWeightsNode(positionals[0]!, {
    signal: new AbortController().signal,
    warn: say,
    report: () => {},
  });
  const checkpoint = openCheckpoint(bytes);
  const size = readSize('--size', values.size);
  const fineSize = values['fine-size'] === undefined ? null : readSize('--fine-size', values['fine-size']);
  const matches = Number(values.matches);
  if (!Number.isInteger(matches) || matches < 0) throw new Error('--matches is a whole number.');
  const parts =
    identifyMatcher(checkpoint) === 'dkm'
      ? countDkm(checkpoint, size, fineSize)
      : countLoftr(checkpoint, description.options, size, matches);
  const total = parts.reduce((sum, [, flops]) => sum + flops, 0);
  say(`${description.label}, two pictures of ${values.size}:`);
  for (const [name, flops] of [...parts, ['total', total] as const]) {
    process.stdout.write(`${(flops / 1e9).toFixed(2).padStart(10)} GFLOP  ${name}\n`);
  }
}

function countLoftr(
  checkpoint: NamedTensors,
  options: LoftrOptions | null,
  size: Size,
  matches: number,
): Part[] {
  const config = readLoftrConfig(checkpoint, options);
  requireMultiple(size, coarseStride(config));
  const graphs = loftrGraphs(checkpoint, config, target);
  const sizes = [size, size] as const;
  const parts: Part[] = [
    ['both backbones', 2 * graphs.backbone(size).countFlops()],
    ['coarse matching', graphs.coarse(sizes).countFlops()],
  ];
  if (config.fine === null) return parts;
  const perMatch = buildFine(checkpoint, config, sizes, 'float32', 1).countFlops();
  return [...parts, [`refining ${matches} matches`, matches * perMatch]];
}

function countDkm(checkpoint: NamedTensors, size: Size, fineSize: Size | null): Part[] {
  for (const each of fineSize === null ? [size] : [size, fineSize]) {
    requireMultiple(each, dkmRequirements.multipleOf);
  }
  const sizes = { first: size, second: fineSize, ratio: [1, 1] } as const;
  // Each graph runs twice: encoders for either picture, all others for either direction.
  return planGraphs(checkpoint, readDkmConfig(checkpoint), sizes, target).map(({ name, build }) => [
    `${name}, twice`,
    2 * build().countFlops(),
  ]);
}

function requireMultiple({ width, height }: Size, of: number): void {
  if (width % of === 0 && height % of === 0) return;
  throw new Error(`This network takes sizes that are multiples of ${of}, not ${width}x${height}.`);
}

function readSize(option: string, text: string): Size {
  const match = /^(\d+)x(\d+)$/.exec(text);
  if (match === null) throw new Error(`${option} is a width and a height such as 640x480, not "${text}".`);
  return { width: Number(match[1]), height: Number(match[2]) };
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

try {
  await main();
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
