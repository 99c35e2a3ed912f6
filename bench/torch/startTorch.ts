/** A process of PyTorch with the authors' DKM, which answers one request after another (see timeDkm.py). */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { CaseSkipped } from '../cases/benchCase.ts';
import { resultFloats } from './torchMessages.ts';

export interface TorchProcess {
  /** @throws CaseSkipped where the authors' code or what it needs is missing */
  ask(request: Uint8Array): Promise<Uint8Array>;
  close(): void;
}

const howToGetIt =
  'PyTorch with the authors’ DKM is not there: set COVIS_DKM to a checkout of it (see bench/README.md).';

export function startTorch(device: 'cpu' | 'cuda', threads: number): TorchProcess {
  let child: ChildProcessWithoutNullStreams | null = null;
  return {
    ask(request) {
      child ??= start(device, threads);
      return exchange(child, request);
    },
    close() {
      child?.stdin.end();
    },
  };
}

function start(device: string, threads: number): ChildProcessWithoutNullStreams {
  const code = process.env.COVIS_DKM;
  if (code === undefined) throw new CaseSkipped(howToGetIt);
  const script = fileURLToPath(new URL('timeDkm.py', import.meta.url));
  // Not by `torch.set_num_threads`, after which MKL's inverse of a batch of matrices failed.
  const env = { ...process.env, OMP_NUM_THREADS: String(threads), MKL_NUM_THREADS: String(threads) };
  return spawn(process.env.COVIS_PYTHON ?? 'python3', [script, '--code', code, '--device', device], { env });
}

/** One request at a time: a reply is known by its length. */
function exchange(child: ChildProcessWithoutNullStreams, request: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let complaints = '';
    const finish = (settle: () => void): void => {
      child.stdout.removeAllListeners('data');
      child.stderr.removeAllListeners('data');
      child.removeAllListeners();
      settle();
    };
    const fail = (reason: string): void => finish(() => reject(new CaseSkipped(reason)));
    child.stderr.on('data', (text: Buffer) => {
      complaints += text.toString();
    });
    child.stdout.on('data', (part: Buffer) => {
      parts.push(part);
      const reply = Buffer.concat(parts);
      if (reply.length < 4) return;
      const textEnd = 4 + reply.readUInt32LE(0);
      if (reply.length < textEnd) return;
      const { failure } = JSON.parse(reply.subarray(4, textEnd).toString()) as { failure?: string };
      if (failure !== undefined) fail(`${failure} (see bench/README.md).`);
      else if (reply.length >= textEnd + 4 * resultFloats(request))
        finish(() => resolve(new Uint8Array(reply)));
    });
    child.once('error', ({ message }) => fail(`PyTorch could not be started: ${message}.`));
    child.once('exit', () => fail(`PyTorch ended without a reply: ${complaints.trim().split('\n').at(-1)}`));
    // A process that is gone tells so above.
    child.stdin.once('error', () => {});
    child.stdin.write(request);
  });
}
