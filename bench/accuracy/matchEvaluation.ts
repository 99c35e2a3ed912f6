/**
 * The product's own pipeline over the pairs of an evaluation folder, as `npm run match` runs it on one: what a
 * person would get, not what the network alone could do.
 */
import { join } from 'node:path';
import { openCheckpoint } from '../../src/checkpoint/openCheckpoint.ts';
import type { MatchCommand } from '../../src/cli/parseArguments.ts';
import { createMatcher } from '../../src/matchers/createMatcher.ts';
import type { Matcher } from '../../src/matchers/matcher.ts';
import { type NodePhoto, openPhotoFile } from '../../src/photos/decodePhoto.node.ts';
import { type MatchPairContext, matchPair } from '../../src/pipeline/matchPair.ts';
import type { MatchSettings, PairMatches } from '../../src/pipeline/pairMatches.ts';
import { createPairPhoto } from '../../src/pipeline/pairPhoto.ts';
import { planProgress } from '../../src/reporting/progress.ts';
import { createNodeRuntime } from '../../src/runtime/node/createNodeRuntime.ts';
import { loadWeightsNode } from '../../src/weights/node/loadWeightsNode.ts';
import type { EvaluationPair } from './evaluationPairs.ts';

/** What a variation needs of the product: variations that agree in these share sessions. */
export type ProductChoice = Pick<MatchCommand, 'weights' | 'weightsOptions' | 'provider'> & {
  readonly matcher: MatchSettings['matcher'];
};

export interface MatchedPair {
  readonly photos: readonly [NodePhoto['description'], NodePhoto['description']];
  readonly matches: PairMatches;
}

export interface Product {
  readonly weights: { readonly id: string; readonly sha256: string };
  /** Where it runs, for a person. */
  readonly device: string;
  match(pair: EvaluationPair, settings: MatchSettings): Promise<MatchedPair>;
  release(): Promise<void>;
}

/** @throws CovisError as `npm run match` does */
export async function openProduct(
  choice: ProductChoice,
  folder: string,
  signal: AbortSignal,
  warn: (message: string) => void,
): Promise<Product> {
  const { bytes, description } = await loadWeightsNode(choice.weights, {
    signal,
    warn,
    matcher: choice.matcher,
    report: () => {},
  });
  const runtime = await createNodeRuntime({ provider: choice.provider });
  const options = description.options ?? choice.weightsOptions;
  const matcher = createMatcher(choice.matcher, openCheckpoint(bytes), options, runtime);
  const weights = { id: description.id, sha256: description.sha256! };
  return {
    weights,
    device: runtime.description,
    async match(pair, settings) {
      try {
        return await matchFiles(pair, folder, matcher, settings, {
          provider: runtime.provider,
          weights,
          signal,
        });
      } catch (error) {
        if (signal.aborted) throw error;
        const reason = error instanceof Error ? error.message : String(error);
        throw new Error(`The pair "${pair.name}" cannot be matched: ${reason}`, { cause: error });
      }
    },
    async release() {
      await matcher.release();
      await runtime.release();
    },
  };
}

async function matchFiles(
  pair: EvaluationPair,
  folder: string,
  matcher: Matcher,
  settings: MatchSettings,
  context: Omit<MatchPairContext, 'progress'>,
): Promise<MatchedPair> {
  const opened = [
    await openPhotoFile(join(folder, pair.image0), context.signal),
    await openPhotoFile(join(folder, pair.image1), context.signal),
  ] as const;
  const sizes = [pair.size0, pair.size1] as const;
  const photos = opened.map(({ source, description }, side) => {
    const [width, height] = sizes[side]!;
    if (source.width !== width || source.height !== height) {
      throw new Error(
        `"${description.name}" has ${source.width} x ${source.height} pixels, but its entry says ${width} x ${height}.`,
      );
    }
    // Named after the pair: features kept from an earlier pair would make this one look faster than it is.
    return createPairPhoto(source, `${pair.name} ${description.sha256}`);
  });
  const progress = planProgress(
    (['decode', 'build', 'compile', 'features', 'coarse', 'fine', 'refine'] as const).map((step) => [
      step,
      1,
    ]),
    () => {},
  );
  try {
    // Every point's match would fill the memory before the last pair.
    const { dense, ...matches } = await matchPair(photos[0]!, photos[1]!, matcher, settings, {
      ...context,
      progress,
    });
    return { photos: [opened[0].description, opened[1].description], matches };
  } finally {
    for (const photo of photos) photo.close();
  }
}
