/**
 * Keeps the dense matches of one result in their worker: they cross once, whatever is asked about them, and again
 * only after a crash. The page keeps them, too, for exports; they make way for those of the next result.
 */
import type { PairDense } from '../pipeline/pairDense.ts';
import type { DenseCalls } from './protocol.ts';
import type { WorkerConnection } from './workerConnection.ts';

export interface DenseLedger {
  hold(signal: AbortSignal, dense: PairDense): Promise<void>;
  forget(): Promise<void>;
}

export function createDenseLedger(connection: WorkerConnection<keyof DenseCalls>): DenseLedger {
  let held: { readonly dense: PairDense; readonly generation: number } | null = null;

  return {
    async hold(signal, dense) {
      signal.throwIfAborted();
      const generation = connection.start();
      if (held?.dense === dense && held.generation === generation) return;
      held = { dense, generation };
      // Not to be cancelled: the worker gets them in any case, before whatever is asked next.
      await connection.call('holdDense', { dense }, {});
      signal.throwIfAborted();
    },
    async forget() {
      if (!held) return;
      held = null;
      await connection.call('holdDense', { dense: null }, {});
    },
  };
}
