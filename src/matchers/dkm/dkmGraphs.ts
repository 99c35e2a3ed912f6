/**
 * Which graphs a match runs, and how each is built: encoder, posterior and decoder at the strides that look at
 * the whole picture, a refiner at each stride of each pass, and the way from one pass to the next. They are small
 * on purpose: whatever a stage needs along the way is freed before the next one runs.
 */
import type { NamedTensors } from '../../checkpoint/namedTensors.ts';
import type { FloatType, GraphBuilder } from '../../onnx/graphBuilder.ts';
import type { Runtime } from '../../runtime/session.ts';
import { buildDecoder } from './buildDecoder.ts';
import { buildEncoder } from './buildEncoder.ts';
import { buildPosterior } from './buildPosterior.ts';
import { buildRefiner, type RefinerLimits } from './buildRefiner.ts';
import { buildTransfer } from './buildTransfer.ts';
import {
  type DkmConfig,
  type GlobalStride,
  type GridSize,
  globalStrides,
  gridAt,
  type RefinedStride,
  refinedStrides,
  secondPassStrides,
} from './dkmConfig.ts';

export type Pass = 'first' | 'second';

/** Names of a match's sessions. */
export type SessionName =
  | `encoder ${Pass}`
  | `posterior ${GlobalStride}`
  | `decoder ${GlobalStride}`
  | `refiner ${Pass} ${RefinedStride}`
  | 'transfer';

/** Sizes of the tensors of both pictures, the same for the two. */
export interface PassSizes {
  readonly first: GridSize;
  /** Null for a network or a person that is content with one pass. */
  readonly second: GridSize | null;
  /** How far along the first pass' pictures the second pass' reach, in parts of the first's width and height. */
  readonly ratio: readonly [x: number, y: number];
}

export interface GraphPlan {
  readonly name: SessionName;
  readonly build: () => GraphBuilder;
  /** Outputs that other sessions read. */
  readonly resident: readonly string[];
}

/** About what a CPU's cache holds, and what keeps a GPU busy; bands within the buffers that every GPU offers. */
const limits: Readonly<Record<Runtime['provider'], RefinerLimits>> = {
  cpu: { chunkBytes: 8 << 20, bandBytes: 512 << 20 },
  wasm: { chunkBytes: 8 << 20, bandBytes: 128 << 20 },
  webgpu: { chunkBytes: 64 << 20, bandBytes: 128 << 20 },
};

/** @returns all graphs of a match, in the order they run */
export function planGraphs(
  checkpoint: NamedTensors,
  config: DkmConfig,
  sizes: PassSizes,
  { precision, provider }: Pick<Runtime, 'precision' | 'provider'>,
): GraphPlan[] {
  const type: FloatType = precision === 'fp16' ? 'float16' : 'float32';
  const refiner = (pass: Pass, input: GridSize, stride: RefinedStride, from: GridSize): GraphPlan => ({
    name: `refiner ${pass} ${stride}`,
    build: () => buildRefiner(checkpoint, config, input, stride, from, type, limits[provider]),
    resident: ['flow', 'certainty'],
  });
  const encoder = (pass: Pass, input: GridSize, coarsest: 32 | 8): GraphPlan => ({
    name: `encoder ${pass}`,
    build: () => buildEncoder(checkpoint, config, input, coarsest, type),
    resident: [32, 16, 8, 4, 2].map((stride) => `features${stride}`),
  });
  const { first, second, ratio } = sizes;
  const plans: GraphPlan[] = [encoder('first', first, 32)];
  for (const stride of globalStrides) {
    plans.push(
      {
        name: `posterior ${stride}`,
        build: () => buildPosterior(checkpoint, config, first, stride, type),
        resident: ['posterior'],
      },
      {
        name: `decoder ${stride}`,
        build: () => buildDecoder(checkpoint, config, first, stride, type),
        resident: ['flow', 'certainty', 'context'],
      },
    );
  }
  for (const [k, stride] of refinedStrides.entries()) {
    plans.push(refiner('first', first, stride, gridAt(first, refinedStrides[k - 1] ?? stride)));
  }
  if (second === null) return plans;
  const coarsest = secondPassStrides[0];
  plans.push(encoder('second', second, coarsest), {
    name: 'transfer',
    build: () => buildTransfer(first, gridAt(second, coarsest), ratio),
    resident: ['flow', 'certainty'],
  });
  for (const [k, stride] of secondPassStrides.entries()) {
    plans.push(refiner('second', second, stride, gridAt(second, secondPassStrides[k - 1] ?? stride)));
  }
  return plans;
}
