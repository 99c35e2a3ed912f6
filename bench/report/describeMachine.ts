/** What the numbers were measured on: the kind of machine, never its name. */
import { readFile } from 'node:fs/promises';
import { arch, cpus, platform, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGigabytes: number;
  readonly system: string;
  readonly node: string;
  /** Null where no case ran in a browser. */
  readonly chromium: string | null;
  readonly onnxruntimeWeb: string;
  /** Null where it is not installed. */
  readonly onnxruntimeNode: string | null;
  readonly opencv: string;
}

export async function describeMachine(chromium: string | null): Promise<Machine> {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${arch()}`,
    node: process.version,
    chromium,
    onnxruntimeWeb: (await packageVersion('onnxruntime-web')) ?? 'missing',
    onnxruntimeNode: await packageVersion('onnxruntime-node'),
    opencv: (await packageVersion('@techstark/opencv-js')) ?? 'missing',
  };
}

async function packageVersion(name: string): Promise<string | null> {
  const file = fileURLToPath(new URL(`../../node_modules/${name}/package.json`, import.meta.url));
  const text = await readFile(file, 'utf8').catch(() => null);
  return text === null ? null : (JSON.parse(text) as { version: string }).version;
}
