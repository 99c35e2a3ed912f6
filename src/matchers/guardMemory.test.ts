/** Sizes refused before they run, with narrow networks of formula weights and devices of every size. */
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { openCheckpoint } from '../checkpoint/openCheckpoint.ts';
import { CovisError } from '../reporting/covisError.ts';
import type { MemoryLimits, Runtime } from '../runtime/session.ts';
import { createMatcher } from './createMatcher.ts';
import { createDkmMatcher } from './dkm/dkmMatcher.ts';
import { narrowWeights } from './dkm/testing/narrowNetwork.ts';
import { createLoftrMatcher } from './loftr/loftrMatcher.ts';
import type { InputPicture, InputSize, Matcher, MatchingContext, MeasuredMatcher } from './matcher.ts';

/** Counts what it is asked to prepare, and has no memory for any of it. */
function fakeRuntime(limits: Partial<MemoryLimits>): Runtime & { created: number } {
  return {
    created: 0,
    provider: 'webgpu',
    precision: 'fp32',
    description: 'a device in a test',
    limits: { bufferBytes: null, totalBytes: null, ...limits },
    lost: new Promise(() => {}),
    createSession() {
      this.created++;
      return Promise.reject(new CovisError('runtime', 'out-of-memory', 'Full.'));
    },
    release: async () => {},
  };
}

const compact = openCheckpoint(new Uint8Array(await readFile('public/weights/loftr-compact.safetensors')));
const narrow = narrowWeights();

const networks = {
  loftr: {
    create: (runtime: Runtime): Matcher => createMatcher('loftr', compact, null, runtime),
    measured: (runtime: Runtime): MeasuredMatcher => createLoftrMatcher(compact, null, runtime),
  },
  dkm: {
    create: (runtime: Runtime): Matcher => createMatcher('dkm', narrow, null, runtime),
    measured: (runtime: Runtime): MeasuredMatcher => createDkmMatcher(narrow, runtime),
  },
};

function sizeAt(id: keyof typeof networks, longEdge: number): InputSize {
  const { multipleOf } = networks[id].create(fakeRuntime({})).requirements;
  const up = (side: number): number => Math.ceil(side / multipleOf) * multipleOf;
  const [width, height] = [up(longEdge), up(0.75 * longEdge)];
  return {
    width,
    height,
    ...(id === 'dkm' && { fine: { width: up(1.6 * width), height: up(1.6 * height) } }),
  };
}

function pictureAt(id: keyof typeof networks, longEdge: number): InputPicture {
  const { width, height, fine } = sizeAt(id, longEdge);
  const channels = id === 'dkm' ? 3 : 1;
  const tensor = (side: { width: number; height: number }) =>
    ({ width: side.width, height: side.height, channels, data: new Float32Array(0) }) as const;
  return {
    ...tensor({ width, height }),
    key: 'any',
    content: { width: longEdge, height: 0.75 * longEdge },
    ...(fine && { fine: tensor(fine) }),
  };
}

const context: MatchingContext = {
  signal: new AbortController().signal,
  report: () => {},
  time: () => {},
};

async function failureOf(matcher: Matcher, id: keyof typeof networks, longEdge: number): Promise<CovisError> {
  const picture = pictureAt(id, longEdge);
  const error: unknown = await matcher.match(picture, picture, context).catch((thrown: unknown) => thrown);
  if (!(error instanceof CovisError)) throw error;
  return error;
}

describe.each(['loftr', 'dkm'] as const)('%s on a device with too little memory', (id) => {
  it('is refused before anything is prepared, with the largest size whose tensors all fit', async () => {
    const probe = networks[id].measured(fakeRuntime({}));
    const at = (longEdge: number) => probe.memoryNeed([sizeAt(id, longEdge), sizeAt(id, longEdge)]);
    const bufferBytes = at(1024).largestBufferBytes;
    expect(at(2048).largestBufferBytes).toBeGreaterThan(2 * bufferBytes);

    const runtime = fakeRuntime({ bufferBytes });
    const error = await failureOf(networks[id].create(runtime), id, 2048);
    expect(error).toMatchObject({ code: 'too-large', stage: 'runtime' });
    expect(error.message).toMatch(
      /^At a long edge of 2048 pixels this network needs a tensor of \d+ MB where/,
    );
    expect(error.message).toContain(`choose ${error.remedy!.longEdge} and run again.`);
    expect(runtime.created).toBe(0);

    // Not a guess: what it names fits, and the next larger size does not.
    const { longEdge } = error.remedy!;
    const { multipleOf } = networks[id].create(runtime).requirements;
    expect(at(longEdge).largestBufferBytes).toBeLessThanOrEqual(bufferBytes);
    expect(at(longEdge + 2 * multipleOf).largestBufferBytes).toBeGreaterThan(bufferBytes);
    expect(await failureOf(networks[id].create(runtime), id, longEdge)).toMatchObject({
      code: 'out-of-memory',
    });
    expect(runtime.created).toBe(1);
  });

  it('counts all memory where a device tells how much there is', async () => {
    const probe = networks[id].measured(fakeRuntime({}));
    const { totalBytes } = probe.memoryNeed([sizeAt(id, 800), sizeAt(id, 800)]);
    const error = await failureOf(networks[id].create(fakeRuntime({ totalBytes })), id, 1600);
    expect(error.message).toMatch(/needs at least [\d.]+ [MG]B of memory where there are/);
    expect(error.remedy!.longEdge).toBeGreaterThan(736);
    expect(error.remedy!.longEdge).toBeLessThanOrEqual(832);
  });

  it('takes half of what ran out to be there', async () => {
    const probe = networks[id].measured(fakeRuntime({}));
    const at = (longEdge: number) =>
      probe.memoryNeed([sizeAt(id, longEdge), sizeAt(id, longEdge)]).totalBytes;
    const error = await failureOf(networks[id].create(fakeRuntime({})), id, 960);
    expect(error).toMatchObject({ code: 'out-of-memory' });
    expect(error.message).toMatch(
      /not enough memory for this network at a long edge of 960 pixels: choose \d+ and/,
    );
    const { longEdge } = error.remedy!;
    expect(at(longEdge)).toBeLessThanOrEqual(0.55 * at(960));
    expect(at(longEdge)).toBeGreaterThan(0.3 * at(960));
  });

  it('offers no size where none would do', async () => {
    const error = await failureOf(networks[id].create(fakeRuntime({ bufferBytes: 100 })), id, 320);
    expect(error.remedy).toBeNull();
    expect(error.message).toMatch(
      /no smaller size would fit: choose smaller weights or run on another device\.$/,
    );
  });
});

it('crosses workers with its offer', () => {
  const error = new CovisError('runtime', 'too-large', 'Too large.', { remedy: { longEdge: 480 } });
  expect(CovisError.fromReport(structuredClone(error.toReport())).remedy).toEqual({ longEdge: 480 });
  expect(CovisError.fromReport(new CovisError('runtime', 'lost', 'Lost.').toReport()).remedy).toBeNull();
});
