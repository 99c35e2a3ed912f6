/** Reading a checkpoint: from the file's bytes to every tensor of the network as float32. */
import { openCheckpoint } from '../../src/checkpoint/openCheckpoint.ts';
import { type MatchedId, weightsFiles } from '../inputs/inputFiles.ts';
import { type BenchCase, requireFile } from './benchCase.ts';
import { repeat, summarise, timed } from './measureRuns.ts';

export function readWeightsCase(network: MatchedId): BenchCase {
  return {
    id: `read-${network}`,
    environments: ['node-cpu', 'browser-wasm'],
    async run(context) {
      const path = weightsFiles[network];
      const bytes = await requireFile(context, path, `There is no ${path}.`);
      let tensorCount = 0;
      const runs = await repeat(context.plan, async () => {
        const opening = await timed(() => openCheckpoint(bytes));
        const tensors = [...opening.result.tensors.values()].filter(({ dtype }) => dtype !== 'int64');
        const reading = await timed(() => {
          for (const tensor of tensors) tensor.toFloat32();
        });
        tensorCount = tensors.length;
        return { open: opening.ms, tensors: reading.ms };
      });
      const [first, ...later] = runs;
      return {
        facts: { megabytes: round(bytes.length / 1e6), tensors: tensorCount },
        measurements: {
          'first time': summarise('ms', [first!.open + first!.tensors]),
          later: summarise(
            'ms',
            later.map(({ open, tensors }) => open + tensors),
          ),
        },
      };
    },
  };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
