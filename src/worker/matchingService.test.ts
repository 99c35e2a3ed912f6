import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { narrowWeights } from '../matchers/dkm/testing/narrowNetwork.ts';
import { CovisError } from '../reporting/covisError.ts';
import type { Progress } from '../reporting/progress.ts';
import { createNodeRuntime } from '../runtime/node/createNodeRuntime.ts';
import type { Runtime, Session } from '../runtime/session.ts';
import { writeSafetensors } from '../testing/writeSafetensors.ts';
import { createMemoryCache } from '../weights/cache.ts';
import { createWeightsStore } from '../weights/store.ts';
import { createMatchingService } from './matchingService.ts';
import type { MatchRequest } from './protocol.ts';
import type { CallContext } from './serveCalls.ts';

const weightsFile = readFileSync('public/weights/loftr-compact.safetensors');

/** A runtime whose device can be lost on command. */
function breakable(runtime: Runtime) {
  let loseDevice = (_reason: string) => {};
  const lost = new Promise<string>((resolve) => {
    loseDevice = resolve;
  });
  let broken = false;
  let refusing = false;
  const wrapped: Runtime = {
    ...runtime,
    lost,
    async createSession(model, options): Promise<Session> {
      if (refusing) throw new CovisError('runtime', 'session-failed', 'Shader 7 does not compile.');
      const session = await runtime.createSession(model, options);
      return {
        release: session.release,
        run: async (inputs) => {
          if (broken) throw new CovisError('runtime', 'device-lost', 'The device is gone.');
          return session.run(inputs);
        },
      };
    },
  };
  return {
    runtime: wrapped,
    breakRuns: () => {
      broken = true;
    },
    refuseSessions: () => {
      refusing = true;
    },
    loseDevice: () => loseDevice('The device is gone.'),
  };
}

function startService({ gpuRefuses = false } = {}) {
  const devices: ReturnType<typeof breakable>[] = [];
  const createRuntime = async () => {
    const device = breakable(await createNodeRuntime({ provider: 'auto' }));
    devices.push(device);
    return device.runtime;
  };
  let weightLoads = 0;
  const store = createWeightsStore({
    cache: createMemoryCache(),
    baseUrl: 'http://page.invalid/',
    warn: () => {},
    fetch: async () => {
      weightLoads++;
      return new Response(new Uint8Array(weightsFile));
    },
  });
  const service = createMatchingService({
    runtimes: {
      probeWebGpu: async () => ({ available: true, adapter: 'fake', fp16: false, software: false }),
      createWebGpuRuntime: async () => {
        const runtime = await createRuntime();
        if (gpuRefuses) devices.at(-1)!.refuseSessions();
        return runtime;
      },
      createWebAssemblyRuntime: createRuntime,
    },
    weights: store,
    decodePhoto: async (file, name) => {
      const shade = (await file.text()).length;
      const source = {
        width: 96,
        height: 64,
        readRows: async (start: number, count: number) =>
          Uint8ClampedArray.from(
            { length: 96 * 4 * count },
            (_, k) => (Math.imul(k + 96 * 4 * start, 2654435761) >>> 24) ^ shade,
          ),
        close: () => {},
      };
      return {
        source,
        description: { name, width: 96, height: 64, sha256: `hash of ${name}`, focalPx: null },
        makePreview: async () => ({}) as ImageBitmap,
      };
    },
    probe: () => Promise.reject(new Error('Not in this test.')),
  });
  return { service, devices, weightLoads: () => weightLoads };
}

function contextWith(signal = new AbortController().signal) {
  const seen: Progress[] = [];
  const context: CallContext = { signal, report: (progress) => seen.push(progress), transfer: () => {} };
  return { seen, context };
}

async function openPair({ service }: ReturnType<typeof startService>): Promise<MatchRequest> {
  const { context } = contextWith();
  const a = await service.openPhoto({ file: new Blob(['a']), name: 'a.png' }, context);
  const b = await service.openPhoto({ file: new Blob(['b']), name: 'b.png' }, context);
  return {
    photo0: a.photoId,
    photo1: b.photoId,
    weightsId: 'loftr-compact',
    provider: 'auto',
    settings: { matcher: 'loftr', longEdge: 96, views: ['original'] },
  };
}

describe('createMatchingService', () => {
  it('matches, with progress that never goes back and ends at 1', async () => {
    const parts = startService();
    const request = await openPair(parts);
    const { context, seen } = contextWith();
    const reply = await parts.service.match(request, context);
    expect(reply.matches.confidence.length).toBeGreaterThan(0);
    expect(reply.matches.weights.id).toBe('loftr-compact');
    const fractions = seen.map(({ fraction }) => fraction);
    expect(fractions.every((fraction, k) => k === 0 || fraction >= fractions[k - 1]!)).toBe(true);
    expect(fractions.at(-1)).toBe(1);
    expect(new Set(seen.map(({ step }) => step))).toEqual(
      new Set(['download', 'read', 'decode', 'build', 'compile', 'features', 'coarse', 'fine', 'refine']),
    );
  });

  it('reads the weights and makes the device once for many runs', async () => {
    const parts = startService();
    const request = await openPair(parts);
    await parts.service.match(request, contextWith().context);
    const second = await parts.service.match(request, contextWith().context);
    expect(parts.weightLoads()).toBe(1);
    expect(parts.devices).toHaveLength(1);
    expect(second.matches.timingsMs.compile).toBeUndefined();
  });

  it('shows what the network sees of one photo or both, without weights', async () => {
    const parts = startService();
    const { photo0, photo1, settings } = await openPair(parts);
    const preprocessing = { resampling: 'cubic', equalisation: null, gamma: 2 } as const;
    const transferred: Transferable[] = [];
    const context = {
      ...contextWith().context,
      transfer: (object: Transferable) => transferred.push(object),
    };
    const both = await parts.service.previewInput(
      { photos: [photo0, photo1], settings: { ...settings, preprocessing } },
      context,
    );
    expect(transferred).toHaveLength(4);
    for (const shown of both) {
      expect(shown).toMatchObject({ width: 96, height: 64 });
      const brightness = (pixels: Uint8ClampedArray) => pixels.reduce((sum, value) => sum + value, 0);
      expect(brightness(shown!.after)).toBeGreaterThan(brightness(shown!.before));
    }
    const one = await parts.service.previewInput({ photos: [null, photo1], settings }, contextWith().context);
    expect(one[0]).toBeNull();
    expect(one[1]!.before).toEqual(both[1]!.before);
    expect(parts.weightLoads()).toBe(0);
    await parts.service.closePhoto({ photoId: photo1 }, contextWith().context);
    await expect(
      parts.service.previewInput({ photos: [photo0, photo1], settings }, contextWith().context),
    ).rejects.toThrow('not open');
  });

  it('stops when cancelled between steps and matches again on the same sessions', async () => {
    const parts = startService();
    const request = await openPair(parts);
    const controller = new AbortController();
    const steps: string[] = [];
    const run = parts.service.match(request, {
      signal: controller.signal,
      transfer: () => {},
      report: ({ step }) => {
        steps.push(step);
        if (step === 'features') controller.abort();
      },
    });
    await expect(run).rejects.toMatchObject({ name: 'AbortError' });
    expect(steps).not.toContain('fine');
    const reply = await parts.service.match(request, contextWith().context);
    expect(reply.matches.confidence.length).toBeGreaterThan(0);
    expect(parts.devices).toHaveLength(1);
  });

  it('reports a device lost during a run and starts a new one for the next', async () => {
    const parts = startService();
    const request = await openPair(parts);
    const before = await parts.service.match(request, contextWith().context);
    parts.devices[0]!.breakRuns();
    const failing = { ...request, photo0: request.photo1 };
    await expect(parts.service.match(failing, contextWith().context)).rejects.toMatchObject({
      code: 'device-lost',
    });
    const after = await parts.service.match(request, contextWith().context);
    expect(parts.devices).toHaveLength(2);
    expect(after.matches.confidence).toEqual(before.matches.confidence);
  });

  it('keeps the views that ran before the device was lost, and starts a new one for the next run', async () => {
    const parts = startService();
    const single = await openPair(parts);
    const before = await parts.service.match(single, contextWith().context);
    const request = { ...single, settings: { ...single.settings, views: ['original', 'flip'] } as const };
    const { matches } = await parts.service.match(request, {
      ...contextWith().context,
      report: ({ part }) => {
        if (part?.index === 1) parts.devices[0]!.breakRuns();
      },
    });
    expect(matches.viewReports.map(({ failure }) => failure?.code ?? null)).toEqual([null, 'device-lost']);
    expect(matches.confidence).toEqual(before.matches.confidence);
    await parts.service.match(single, contextWith().context);
    expect(parts.devices).toHaveLength(2);
  });

  it('replaces a device that was lost while nothing ran', async () => {
    const parts = startService();
    const request = await openPair(parts);
    await parts.service.match(request, contextWith().context);
    parts.devices[0]!.loseDevice();
    await new Promise((resolve) => setTimeout(resolve));
    await parts.service.match(request, contextWith().context);
    expect(parts.devices).toHaveLength(2);
  });

  it('falls back on auto when the graphics device refuses the network, and says so', async () => {
    const parts = startService({ gpuRefuses: true });
    const request = await openPair(parts);
    const reply = await parts.service.match(request, contextWith().context);
    expect(reply.matches.confidence.length).toBeGreaterThan(0);
    expect(reply.providerNote).toMatch(/WebAssembly runs instead \(Shader 7 does not compile\.\)/);
    await parts.service.match(request, contextWith().context);
    expect(parts.devices).toHaveLength(2);
    await expect(
      parts.service.match({ ...request, provider: 'webgpu' }, contextWith().context),
    ).rejects.toMatchObject({ code: 'session-failed' });
  });

  it('takes a dropped DKM for what it is, and refuses one that is not whole', async () => {
    const { service } = startService();
    const { context } = contextWith();
    const whole = narrowWeights();
    const file = new Blob([writeSafetensors(whole)]);
    const imported = await service.importWeights({ file, name: 'dkm.safetensors', options: null }, context);
    expect(imported).toMatchObject({ matcher: 'dkm', state: 'imported', options: null });
    const tensors = new Map(
      [...whole.tensors].filter(([name]) => !name.startsWith('decoder.conv_refiner.2.')),
    );
    const part = new Blob([writeSafetensors({ ...whole, tensors })]);
    await expect(
      service.importWeights({ file: part, name: 'part.safetensors', options: null }, context),
    ).rejects.toThrow(/lack the tensor "decoder\.conv_refiner\.2\./);
  });

  it('moves dense matches to the page instead of copying them', async () => {
    const parts = startService();
    const request = await openPair(parts);
    const moved: Transferable[] = [];
    const { context } = contextWith();
    const file = new Blob([writeSafetensors(narrowWeights())]);
    const { id } = await parts.service.importWeights(
      { file, name: 'dkm.safetensors', options: null },
      context,
    );
    const { matches } = await parts.service.match(
      {
        ...request,
        weightsId: id,
        settings: { matcher: 'dkm', longEdge: 96, views: ['original'], samples: 100 },
      },
      { ...context, transfer: (object) => moved.push(object) },
    );
    const { warp0, warp1, certainty0, certainty1 } = matches.dense!.matches;
    const arrays = [warp0, warp1, certainty0, certainty1];
    expect(moved).toEqual(arrays.map(({ buffer }) => buffer));
    // Nothing else lies in those buffers.
    for (const { buffer, byteLength } of arrays) expect(buffer.byteLength).toBe(byteLength);
  });

  it('refuses unusable weights before they are stored', async () => {
    const { service } = startService();
    const { context } = contextWith();
    const file = new Blob([weightsFile.subarray(0, 500_000)]);
    await expect(
      service.importWeights({ file, name: 'cut.safetensors', options: null }, context),
    ).rejects.toBeInstanceOf(CovisError);
    const listed = await service.listWeights(null, context);
    expect(listed.filter(({ state }) => state === 'imported')).toEqual([]);
  });
});
