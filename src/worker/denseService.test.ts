import { describe, expect, it, vi } from 'vitest';
import { resizeTransform } from '../geometry/coordinates.ts';
import type { PairDense } from '../pipeline/pairDense.ts';
import type { PairMatches } from '../pipeline/pairMatches.ts';
import { createCovisClient } from './client.ts';
import { createDenseService } from './denseService.ts';
import type { DenseCalls, FromWorker, ToWorker } from './protocol.ts';
import { type MessageScope, serveCalls } from './serveCalls.ts';
import type { WorkerLike } from './workerConnection.ts';

const never = new AbortController().signal;

/** Both photos are 40 x 20; each point lies 3 to the right and 2 below in photo 1. */
function shiftedDense(): PairDense {
  const [width, height] = [40, 20];
  const grid = (dx: number, dy: number) =>
    Float32Array.from({ length: 2 * width * height }, (_, k) => {
      const cell = k >> 1;
      return k % 2 === 0 ? (cell % width) + dx : Math.floor(cell / width) + dy;
    });
  const isInside = (x: number, y: number) => x >= 0 && y >= 0 && x < width && y < height;
  const certainty = (dx: number, dy: number) =>
    Float32Array.from({ length: width * height }, (_, k) =>
      isInside((k % width) + dx, Math.floor(k / width) + dy) ? 0.5 : 0,
    );
  const content = { width, height };
  return {
    matches: {
      width,
      height,
      cellSize: 1,
      warp0: grid(3, 2),
      warp1: grid(-3, -2),
      certainty0: certainty(3, 2),
      certainty1: certainty(-3, -2),
    },
    inputToPhoto: [resizeTransform(1), resizeTransform(1)],
    content: [content, content],
  };
}

function matchesOf(dense: PairDense): PairMatches {
  return {
    settings: { matcher: 'dkm', longEdge: 40, views: ['original'], samples: 100 },
    weights: { id: 'own', sha256: '' },
    keypoints0: new Float32Array(0),
    keypoints1: new Float32Array(0),
    confidence: new Float32Array(0),
    view: new Uint8Array(0),
    support: new Uint8Array(0),
    viewReports: [{ view: 'original', found: 0, added: 0, milliseconds: 7, failure: null }],
    inputSize: [
      [40, 20],
      [40, 20],
    ],
    provider: 'wasm',
    precision: 'fp32',
    dense,
    timingsMs: { total: 7 },
  };
}

/** A client whose worker for dense matches runs here, with a picture as plain pixels. */
function startClient() {
  const calls: string[] = [];
  const moved: Transferable[] = [];
  const workers: WorkerLike[] = [];
  const startDense = (): WorkerLike => {
    const page: WorkerLike = {
      onmessage: null,
      onerror: null,
      postMessage: (message: ToWorker, transfer?: Transferable[]) => {
        if (message.kind === 'call') calls.push(message.call);
        moved.push(...(transfer ?? []));
        queueMicrotask(() => scope.onmessage?.({ data: message } as MessageEvent));
      },
      terminate: () => {
        scope.onmessage = null;
      },
    };
    const scope: MessageScope = {
      onmessage: null,
      postMessage: (message: FromWorker, transfer: Transferable[]) => {
        // Buffers move, as between real workers; what they held is gone here.
        const data = structuredClone(message, {
          transfer: transfer.filter((it) => it instanceof ArrayBuffer),
        });
        queueMicrotask(() => page.onmessage?.({ data } as MessageEvent));
      },
    };
    serveCalls<keyof DenseCalls>(
      scope,
      createDenseService({
        readPixels: ({ width, height }) => ({
          width,
          height,
          data: new Uint8ClampedArray(4 * width * height).fill(200),
        }),
        toBitmap: async (data, width, height) => ({ data, width, height }) as unknown as ImageBitmap,
      }),
    );
    workers.push(page);
    return page;
  };
  const unused = () => {
    throw new Error('Not in this test.');
  };
  const client = createCovisClient(() => {}, {
    startMatching: unused,
    startEstimation: unused,
    startDense,
  });
  return { client, calls, moved, workers };
}

/** Pictures as sizes alone. */
function stubBitmaps(): void {
  vi.stubGlobal(
    'createImageBitmap',
    async (_: ImageBitmap, { resizeWidth, resizeHeight }: ImageBitmapOptions) => ({
      width: resizeWidth,
      height: resizeHeight,
    }),
  );
}

const preview = { width: 400, height: 200 } as ImageBitmap;
const shownPhotos = {
  previews: [preview, preview],
  photos: [
    { width: 40, height: 20 },
    { width: 40, height: 20 },
  ],
} as const;

describe('the worker for dense matches', () => {
  it('samples again without a run, and hands the dense matches over once', async () => {
    const { client, calls } = startClient();
    const matches = matchesOf(shiftedDense());
    const few = await client.sampleAgain(never, matches, 100);
    const many = await client.sampleAgain(never, few, 400);
    expect(few.confidence).toHaveLength(100);
    expect(many.confidence).toHaveLength(400);
    expect(many.settings.samples).toBe(400);
    expect(many.dense).toBe(matches.dense);
    expect(many.timingsMs).toEqual({ total: 7 });
    for (let k = 0; k < 400; k++) {
      expect(many.keypoints1[2 * k]! - many.keypoints0[2 * k]!).toBeCloseTo(3, 4);
      expect(many.keypoints1[2 * k + 1]! - many.keypoints0[2 * k + 1]!).toBeCloseTo(2, 4);
    }
    expect(calls).toEqual(['holdDense', 'sampleAgain', 'sampleAgain']);
  });

  it('lets the latest number win', async () => {
    const { client } = startClient();
    const matches = matchesOf(shiftedDense());
    const counts = [100, 200, 300].map((samples) => client.sampleAgain(never, matches, samples));
    const settled = await Promise.allSettled(counts);
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  it('warps the photos into each other and moves the pictures', async () => {
    const { client, moved } = startClient();
    const dense = shiftedDense();
    stubBitmaps();
    const { warps, warped } = await client.warpPhotos(never, dense, shownPhotos);
    vi.unstubAllGlobals();
    // At the resolution of the grid.
    expect(moved).toEqual([
      { width: 40, height: 20 },
      { width: 40, height: 20 },
    ]);
    expect(warps[0]).toMatchObject({ width: 40, height: 20 });
    expect([warps[0].warp[0], warps[0].warp[1]]).toEqual([3, 2]);
    expect([...(warped[0] as unknown as { data: Uint8ClampedArray }).data.subarray(0, 4)]).toEqual([
      200, 200, 200, 128,
    ]);
    // What the page holds was not taken from it.
    expect(dense.matches.warp0).toHaveLength(1600);
  });

  it('warps the photos by a homography without dense matches', async () => {
    const { client, calls } = startClient();
    stubBitmaps();
    const matrix = [1, 0, 3, 0, 1, 2, 0, 0, 1];
    const { warps, warped } = await client.warpByHomography(never, matrix, shownPhotos);
    vi.unstubAllGlobals();
    expect(calls).toEqual(['warpByHomography']);
    expect([warps[0].warp[0], warps[0].warp[1], warps[1].warp[0]]).toEqual([3, 2, 0]);
    const pixels = warped.map((picture) => (picture as unknown as { data: Uint8ClampedArray }).data);
    expect([...pixels[0]!.subarray(0, 4)]).toEqual([200, 200, 200, 255]);
    // Photo 1 begins 3 further right and 2 further down.
    expect([...pixels[1]!.subarray(0, 4)]).toEqual([0, 0, 0, 0]);
  });

  it('gives a worker started after a crash the dense matches again, and frees them when asked', async () => {
    const { client, calls, workers } = startClient();
    const matches = matchesOf(shiftedDense());
    await client.sampleAgain(never, matches, 100);
    workers[0]!.onerror?.({ message: 'crash of the test' } as ErrorEvent);
    await client.sampleAgain(never, matches, 100);
    await client.forgetDense();
    await client.forgetDense();
    expect(calls).toEqual(['holdDense', 'sampleAgain', 'holdDense', 'sampleAgain', 'holdDense']);
  });
});
