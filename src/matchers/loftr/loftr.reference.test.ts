/**
 * The parity tests: every stage against tensors of the authors' own code, pretrained networks against what they
 * gave elsewhere. `COVIS_REFERENCE` names the folder, `COVIS_PROVIDER` (cpu, webgpu or wasm) where to compute.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCheckpoint } from '../../checkpoint/openCheckpoint.ts';
import { createNodeRuntime, hasNativeOrt } from '../../runtime/node/createNodeRuntime.ts';
import type { ExecutionProvider, Runtime } from '../../runtime/session.ts';
import { coarseGrid, fineGrid, type GridSize, type LoftrConfig } from './loftrConfig.ts';
import {
  disposeFeatures,
  loftrGraphs,
  type Pair,
  type PictureFeatures,
  runBackbone,
  runCoarse,
  runFine,
} from './loftrNetwork.ts';
import { type CoarseMatches, mutualMatches } from './mutualMatches.ts';
import { readConfig } from './readConfig.ts';
import { compareWithReference, readFloats, relativeError } from './testing/compareWithReference.ts';
import {
  findReference,
  type ReferenceName,
  referenceFolder,
  referenceOptions,
  sharedFolder,
} from './testing/referenceFiles.ts';

const requested = process.env.COVIS_PROVIDER as ExecutionProvider | undefined;
const provider = requested ?? ((await hasNativeOrt()) ? 'cpu' : 'wasm');
const relativeBound = provider === 'webgpu' ? 1e-3 : 1e-4;

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime({ provider });
});
afterAll(() => runtime.release());

describe(`LoFTR on ${provider} against the authors’ code`, () => {
  for (const name of Object.keys(referenceOptions) as ReferenceName[]) {
    const reference = findReference(name);
    it.skipIf(reference === null)(`${name} (needs its files in ${referenceFolder})`, async () => {
      const { arrays, checkpoint } = reference!;
      const comparison = await compareWithReference(runtime, checkpoint, referenceOptions[name], arrays);
      console.info(name, comparison);
      for (const [stage, error] of Object.entries(comparison.relativeErrors)) {
        expect(error, stage).toBeLessThanOrEqual(relativeBound);
      }
      expect(comparison.identical).toEqual({ conf_row_argmax: true, i_ids: true, j_ids: true });
      expect(comparison.coarsePx).toBe(0);
      expect(comparison.finePx).toBeLessThan(0.01);
    });
  }
});

/** Runs backbone and coarse stage, and hands their results to `use`. */
async function runCoarseStage(
  config: LoftrConfig,
  graphs: ReturnType<typeof loftrGraphs>,
  size: GridSize,
  images: Pair<Float32Array>,
  use: (maps: Pair<PictureFeatures>, coarse: Awaited<ReturnType<typeof runCoarse>>) => Promise<void>,
): Promise<void> {
  const backbone = await runtime.createSession(graphs.backbone(size).toModel());
  const maps = [
    await runBackbone(backbone, images[0], size),
    await runBackbone(backbone, images[1], size),
  ] as const;
  await backbone.release();
  const session = await runtime.createSession(graphs.coarse([size, size]).toModel());
  const coarse = await runCoarse(session, maps, runtime.provider);
  await session.release();
  expect(maps[0].coarse.dims).toEqual([
    coarseGrid(config, size).width * coarseGrid(config, size).height,
    config.coarse.channels,
  ]);
  await use(maps, coarse);
  maps.forEach(disposeFeatures);
  for (const tensor of coarse.features) tensor.dispose();
}

describe('the pretrained student, backbone (16,4) without a fine stage', () => {
  const folder = join(sharedFolder, 'reference/coarse_loftr_student');
  it.skipIf(!existsSync(folder))(`gives its golden similarities (needs ${folder})`, async () => {
    const readRaw = (file: string): Float32Array =>
      new Float32Array(new Uint8Array(readFileSync(join(folder, file))).buffer);
    const checkpoint = openCheckpoint(readFileSync(join(folder, 'LoFTR_teacher.pt')));
    const config = readConfig(checkpoint, { heads: 1, tempBugFix: false });
    expect(config.fine).toBeNull();
    const images = [readRaw('golden_img0_480x640.f32'), readRaw('golden_img1_480x640.f32')] as const;
    const graphs = loftrGraphs(checkpoint, config, runtime);
    await runCoarseStage(
      config,
      graphs,
      { width: 640, height: 480 },
      images,
      async (_, { features, maxima }) => {
        const [features0, features1] = [await readFloats(features[0]), await readFloats(features[1])];
        const { channels } = config.coarse;
        const cells = features0.length / channels;
        const similarity = new Float32Array(cells * cells);
        for (let i = 0; i < cells; i++) {
          for (let j = 0; j < cells; j++) {
            let sum = 0;
            for (let k = 0; k < channels; k++)
              sum += features0[i * channels + k]! * features1[j * channels + k]!;
            similarity[i * cells + j] = sum / channels;
          }
        }
        const error = relativeError(similarity, readRaw('golden_sim_1200x1200.f32'));
        console.info('golden_sim: relative error', error);
        expect(error).toBeLessThanOrEqual(1e-3);
        expect(mutualMatches(maxima, 0.2).confidence.length).toBeGreaterThan(50);
      },
    );
  });
});

/**
 * What kornia did with a picture of 450 x 600, whose height no coarse cell divides: it scaled both axes by
 * 450 / 57, and it unfolded fine windows with a stride of 225 / 57 rounded down, 3, but picked them by the index
 * of the coarse cell. Its fine windows therefore lie elsewhere; so must these, to give its numbers.
 */
const kornia = {
  size: { width: 600, height: 450 },
  pixelsPerCell: 450 / 57,
  unfoldStride: 3,
  minimumConfidence: 0.2,
  borderCells: 2,
} as const;

describe('the official outdoor weights', () => {
  const file = process.env.COVIS_LOFTR_OUTDOOR;
  const folder = join(sharedFolder, 'reference/kornia_golden');
  const isRunnable = file !== undefined && existsSync(file) && existsSync(folder);
  it.skipIf(!isRunnable)(
    `give kornia’s 1719 matches (needs COVIS_LOFTR_OUTDOOR to name loftr_outdoor.ckpt, and ${folder})`,
    async () => {
      const checkpoint = openCheckpoint(readFileSync(file!));
      const config = readConfig(checkpoint, { heads: 8, tempBugFix: false });
      const golden = JSON.parse(
        readFileSync(join(folder, 'loftr_outdoor_and_homography_data.json'), 'utf8'),
      ) as Record<'loftr_outdoor_tentatives0' | 'loftr_outdoor_tentatives1', [number, number][]>;
      const readGrey = async (side: 0 | 1): Promise<Float32Array> => {
        const picture = sharp(join(folder, `loftr_outdoor_and_homography_data_image${side}.png`));
        return Float32Array.from(await picture.extractChannel(0).raw().toBuffer(), (byte) => byte / 255);
      };
      const images = [await readGrey(0), await readGrey(1)] as const;
      const { size } = kornia;
      const graphs = loftrGraphs(checkpoint, config, runtime);
      await runCoarseStage(config, graphs, size, images, async (maps, { features, maxima }) => {
        const grid = coarseGrid(config, size);
        const matches = withoutBorder(mutualMatches(maxima, kornia.minimumConfidence), grid);
        const session = await runtime.createSession(graphs.fine([size, size]).toModel());
        const windows = [matches.cells0, matches.cells1].map((cells) => korniaWindows(cells, config)) as [
          Int32Array,
          Int32Array,
        ];
        const expectation = await runFine(
          session,
          config,
          { maps, features, matches, windows },
          runtime.provider,
          () => {},
        );
        await session.release();
        const found = new Map<string, [number, number]>();
        for (const [k, cell0] of matches.cells0.entries()) {
          const cell1 = matches.cells1[k]!;
          const reach = ((config.fine!.window - 1) / 2) * 2;
          found.set(`${cell0}`, [
            (cell1 % grid.width) * kornia.pixelsPerCell + expectation[3 * k]! * reach,
            Math.floor(cell1 / grid.width) * kornia.pixelsPerCell + expectation[3 * k + 1]! * reach,
          ]);
        }
        const agreeing = golden.loftr_outdoor_tentatives0.filter(([x, y], k) => {
          const cell =
            Math.round(y / kornia.pixelsPerCell) * grid.width + Math.round(x / kornia.pixelsPerCell);
          const partner = found.get(`${cell}`);
          const [x1, y1] = golden.loftr_outdoor_tentatives1[k]!;
          return partner && Math.hypot(partner[0] - x1, partner[1] - y1) < 0.1;
        });
        console.info(
          `kornia: ${agreeing.length} of ${golden.loftr_outdoor_tentatives0.length} agree; ${found.size} found`,
        );
        expect(agreeing.length / golden.loftr_outdoor_tentatives0.length).toBeGreaterThanOrEqual(0.99);
      });
    },
  );
});

function withoutBorder(matches: CoarseMatches, grid: GridSize): CoarseMatches {
  const isInside = (cell: number): boolean => {
    const [x, y] = [cell % grid.width, Math.floor(cell / grid.width)];
    const border = kornia.borderCells;
    return x >= border && y >= border && x < grid.width - border && y < grid.height - border;
  };
  const kept = [...matches.cells0.keys()].filter(
    (k) => isInside(matches.cells0[k]!) && isInside(matches.cells1[k]!),
  );
  return {
    cells0: Int32Array.from(kept, (k) => matches.cells0[k]!),
    cells1: Int32Array.from(kept, (k) => matches.cells1[k]!),
    confidence: Float32Array.from(kept, (k) => matches.confidence[k]!),
  };
}

function korniaWindows(cells: Int32Array, config: LoftrConfig): Int32Array {
  const { window } = config.fine!;
  const fine = fineGrid(config, kornia.size);
  // Windows in a row of the unfolded map, whose padding makes up for the kernel.
  const unfoldedWidth = Math.floor((fine.width - 1) / kornia.unfoldStride) + 1;
  const paddedWidth = fine.width + window - 1;
  return Int32Array.from({ length: cells.length * window ** 2 }, (_, k) => {
    const cell = cells[Math.floor(k / window ** 2)]!;
    const within = k % window ** 2;
    const top = Math.floor(cell / unfoldedWidth) * kornia.unfoldStride + Math.floor(within / window);
    const left = (cell % unfoldedWidth) * kornia.unfoldStride + (within % window);
    return top * paddedWidth + left;
  });
}
