/**
 * Our graphs beside a plain export of the same network (see plainExport.py): both pictures through the backbone,
 * the coarse transformer and the dual softmax, down to the maxima of the confidence matrix; the fine maps stay
 * where the fine stage would want them. Runs alternate, so that whatever else the machine does meets both. Both
 * have formula weights and the same pictures.
 */
import {
  disposeFeatures,
  loftrGraphs,
  runBackbone,
  runCoarse,
} from '../../src/matchers/loftr/loftrNetwork.ts';
import { readConfig } from '../../src/matchers/loftr/readConfig.ts';
import type { Runtime } from '../../src/runtime/session.ts';
import { formulaWeights, type TensorShapes } from '../../src/testing/formulaWeights.ts';
import {
  type NetworkId,
  nameSize,
  type PictureSize,
  photoFile,
  plainExportFile,
} from '../inputs/inputFiles.ts';
import { type BenchCase, type BenchContext, type CaseResult, requireFile } from './benchCase.ts';
import { repeat, summarise, timed } from './measureRuns.ts';

const shapesFiles: Readonly<Record<NetworkId, string>> = {
  compact: 'src/testing/fixtures/reference/loftr_compact_config.shapes.json',
  official: 'src/testing/fixtures/reference/loftr_official_outdoor_config.shapes.json',
};

const options = {
  compact: { heads: 4, tempBugFix: true },
  official: { heads: 8, tempBugFix: false },
} as const;

export function comparePlainExportCase(network: NetworkId, size: PictureSize): BenchCase {
  return {
    id: `plain-${network}-${nameSize(size)}`,
    environments: ['node-cpu', 'browser-wasm', 'browser-webgpu'],
    needsHardware: network === 'official' || size.width > 320,
    run: (context) => comparePlainExport(context, network, size),
  };
}

type Images = readonly [Float32Array, Float32Array];

/** What both give: the best column of each row. */
type Network = (images: Images) => Promise<ArrayLike<number | bigint>>;

async function comparePlainExport(
  context: BenchContext,
  network: NetworkId,
  size: PictureSize,
): Promise<CaseResult> {
  const path = plainExportFile(network, size);
  const plainModel = await requireFile(
    context,
    path,
    'Run bench/plainExport.py first (see bench/README.md).',
  );
  const shapes = JSON.parse(
    new TextDecoder().decode(await requireFile(context, shapesFiles[network], 'The shapes are missing.')),
  ) as TensorShapes;
  const images = (await Promise.all(
    ([0, 1] as const).map(async (side) =>
      toGrey(await requireFile(context, photoFile(size, side), 'The pair is missing.')),
    ),
  )) as [Float32Array, Float32Array];

  const runtime = await context.createRuntime();
  const ours = await timed(() => openOurs(runtime, network, shapes, size));
  const plain = await timed(() => openPlain(runtime, plainModel, size));
  const firstOurs = await timed(() => ours.result(images));
  const firstPlain = await timed(() => plain.result(images));
  const runs = await repeat(context.plan, async () => ({
    ours: (await timed(() => ours.result(images))).ms,
    plain: (await timed(() => plain.result(images))).ms,
  }));
  const oursLater = summarise(
    'ms',
    runs.map((run) => run.ours),
  );
  const plainLater = summarise(
    'ms',
    runs.map((run) => run.plain),
  );
  return {
    facts: {
      'same best column (%)': shareEqual(firstOurs.result, firstPlain.result),
      precision: runtime.precision,
      device: runtime.description,
    },
    measurements: {
      'ours: build and create': summarise('ms', [ours.ms]),
      'plain: create': summarise('ms', [plain.ms]),
      'ours: first run': summarise('ms', [firstOurs.ms]),
      'plain: first run': summarise('ms', [firstPlain.ms]),
      'ours: later runs': oursLater,
      'plain: later runs': plainLater,
      'ours / plain': summarise(
        '',
        runs.map((run) => run.ours / run.plain),
      ),
    },
  };
}

async function openOurs(
  runtime: Runtime,
  network: NetworkId,
  shapes: TensorShapes,
  size: PictureSize,
): Promise<Network> {
  const checkpoint = formulaWeights(shapes);
  const graphs = loftrGraphs(checkpoint, readConfig(checkpoint, options[network]), runtime);
  const backbone = await runtime.createSession(graphs.backbone(size).toModel(), {
    residentOutputs: ['coarse', 'fine'],
  });
  const coarse = await runtime.createSession(graphs.coarse([size, size]).toModel(), {
    residentOutputs: ['features0', 'features1'],
  });
  return async (images) => {
    const maps0 = await runBackbone(backbone, images[0], size);
    const maps1 = await runBackbone(backbone, images[1], size);
    const { maxima, features } = await runCoarse(coarse, [maps0, maps1], runtime.provider);
    for (const maps of [maps0, maps1]) disposeFeatures(maps);
    for (const tensor of features) tensor.dispose();
    return maxima.rowBest;
  };
}

async function openPlain(runtime: Runtime, model: Uint8Array, size: PictureSize): Promise<Network> {
  const session = await runtime.createSession(model, { residentOutputs: ['fine'] });
  const dims = [1, 1, size.height, size.width];
  return async (images) => {
    const outputs = await session.run({
      image0: { type: 'float32', dims, data: images[0] },
      image1: { type: 'float32', dims, data: images[1] },
    });
    const [, rowBest] = await Promise.all(
      ['rowMax', 'rowBest', 'columnMax'].map((name) => outputs[name]!.read()),
    );
    for (const tensor of Object.values(outputs)) tensor.dispose();
    return rowBest!.data as BigInt64Array;
  };
}

function toGrey(rgba: Uint8Array): Float32Array {
  return Float32Array.from(
    { length: rgba.length / 4 },
    (_, k) => (0.299 * rgba[4 * k]! + 0.587 * rgba[4 * k + 1]! + 0.114 * rgba[4 * k + 2]!) / 255,
  );
}

function shareEqual(a: ArrayLike<number | bigint>, b: ArrayLike<number | bigint>): number {
  let equal = 0;
  for (let k = 0; k < a.length; k++) if (Number(a[k]) === Number(b[k])) equal++;
  return Math.round((10_000 * equal) / a.length) / 100;
}
