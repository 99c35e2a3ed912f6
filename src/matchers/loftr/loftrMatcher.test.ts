import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSafetensors } from '../../checkpoint/safetensors.ts';
import type { ProgressStep } from '../../reporting/progress.ts';
import { createNodeRuntime } from '../../runtime/node/createNodeRuntime.ts';
import type { Runtime, Session, SessionTensor } from '../../runtime/session.ts';
import { readNpz, requireArray } from '../../testing/readNpz.ts';
import type { InputMatches, InputPicture, Matcher, MatchingContext } from '../matcher.ts';
import { createLoftrMatcher } from './loftrMatcher.ts';

const weights = readSafetensors(
  readFileSync(new URL('../../../public/weights/loftr-compact.safetensors', import.meta.url)),
);
/** Two drawn pictures of 320 x 240, and what PyTorch finds on them with the shipped weights in double precision. */
const golden = readNpz(
  readFileSync(new URL('../../testing/fixtures/loftr-compact.golden.npz', import.meta.url)),
);

function pictureOf(name: 'image0' | 'image1', left = 0, top = 0, width = 320, height = 240): InputPicture {
  const { data, shape } = requireArray(golden, name, 'uint8');
  const pixels = Float32Array.from({ length: width * height }, (_, k) => {
    const x = (k % width) + left;
    const y = Math.floor(k / width) + top;
    return data[y * shape[1]! + x]! / 255;
  });
  return { key: `${name} ${left} ${top}`, width, height, channels: 1, data: pixels };
}

const small0 = pictureOf('image0', 80, 60, 128, 96);
const small1 = pictureOf('image1', 80, 60, 128, 96);
const small2 = pictureOf('image1', 64, 48, 128, 96);

function contextOf(signal = new AbortController().signal): MatchingContext {
  return { signal, report: () => {}, time: () => {} };
}

/** What a runtime was asked to do, and what of its results is still alive. */
interface Spy {
  readonly runtime: Runtime;
  /** Sessions created, by what they need: the names of their first inputs. */
  readonly runs: string[];
  readonly created: number;
  readonly liveSessions: number;
  readonly liveTensors: number;
}

function spyOn(runtime: Runtime, beforeRun: (kind: string) => void = () => {}): Spy {
  const runs: string[] = [];
  const live = { created: 0, sessions: 0, tensors: new Set<SessionTensor>() };
  const watch = (tensor: SessionTensor): void => {
    live.tensors.add(tensor);
    const { dispose } = tensor;
    Object.assign(tensor, {
      dispose() {
        if (!live.tensors.delete(tensor)) throw new Error('a result was disposed of twice');
        dispose.call(tensor);
      },
    });
  };
  return {
    runtime: {
      ...runtime,
      async createSession(model, options) {
        const session = await runtime.createSession(model, options);
        live.created++;
        live.sessions++;
        return {
          async run(inputs) {
            const kind = 'image' in inputs ? 'backbone' : 'coarse0' in inputs ? 'coarse' : 'fine';
            runs.push(kind);
            beforeRun(kind);
            const outputs = await session.run(inputs);
            Object.values(outputs).forEach(watch);
            return outputs;
          },
          release() {
            live.sessions--;
            return session.release();
          },
        };
      },
    },
    runs,
    get created() {
      return live.created;
    },
    get liveSessions() {
      return live.sessions;
    },
    get liveTensors() {
      return live.tensors.size;
    },
  };
}

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime({ threads: 2 });
});
afterAll(() => runtime.release());

async function withMatcher(spy: Spy, use: (matcher: Matcher) => Promise<void>): Promise<void> {
  const matcher = createLoftrMatcher(weights, null, spy.runtime);
  await use(matcher);
  await matcher.release();
  expect([spy.liveSessions, spy.liveTensors]).toEqual([0, 0]);
}

function indexByPoint0(matches: InputMatches): Map<string, number> {
  return new Map(
    Array.from(matches.confidence, (_, k) => [
      `${matches.keypoints0[2 * k]} ${matches.keypoints0[2 * k + 1]}`,
      k,
    ]),
  );
}

describe('the LoFTR matcher', () => {
  it('asks for grey pictures in [0, 1] whose sides its cells divide', () => {
    const { requirements, precision } = createLoftrMatcher(weights, null, runtime);
    expect(requirements).toEqual({ colour: 'grey', multipleOf: 8, mean: [0], deviation: [1] });
    expect(precision).toBe('fp32');
  });

  it('gives the matches PyTorch gives with the shipped weights', async () => {
    const [keypoints0, keypoints1, confidence] = ['keypoints0', 'keypoints1', 'confidence'].map(
      (name) => requireArray(golden, name, 'float32').data,
    ) as [Float32Array, Float32Array, Float32Array];
    await withMatcher(spyOn(runtime), async (matcher) => {
      const matches = await matcher.match(pictureOf('image0'), pictureOf('image1'), contextOf());
      const byPoint = indexByPoint0(matches);
      let worstPx = 0;
      let worstConfidence = 0;
      for (const [k, expected] of confidence.entries()) {
        const found = byPoint.get(`${keypoints0[2 * k]} ${keypoints0[2 * k + 1]}`);
        expect(found, `the match at ${keypoints0[2 * k]}, ${keypoints0[2 * k + 1]}`).toBeDefined();
        for (const axis of [0, 1]) {
          const difference = matches.keypoints1[2 * found! + axis]! - keypoints1[2 * k + axis]!;
          worstPx = Math.max(worstPx, Math.abs(difference));
        }
        worstConfidence = Math.max(worstConfidence, Math.abs(matches.confidence[found!]! / expected - 1));
      }
      expect(worstPx).toBeLessThan(0.01);
      expect(worstConfidence).toBeLessThan(1e-3);
      expect(matches.confidence.filter((value) => value > 0.02).length).toBe(confidence.length);
      expect(Math.min(...matches.confidence)).toBeGreaterThan(0.01);
    });
  });

  it('matches pictures of two sizes, each in its own pixels', async () => {
    const h = requireArray(golden, 'H_0to1', 'float64').data;
    const [left, top] = [48, 24];
    await withMatcher(spyOn(runtime), async (matcher) => {
      const partial = pictureOf('image1', left, top, 240, 192);
      const { keypoints0, keypoints1, confidence } = await matcher.match(
        pictureOf('image0'),
        partial,
        contextOf(),
      );
      const errors: number[] = [];
      for (let k = 0; k < confidence.length; k++) {
        if (confidence[k]! < 0.2) continue;
        const [x, y] = [keypoints0[2 * k]!, keypoints0[2 * k + 1]!];
        const w = h[6]! * x + h[7]! * y + h[8]!;
        errors.push(
          Math.hypot(
            (h[0]! * x + h[1]! * y + h[2]!) / w - left - keypoints1[2 * k]!,
            (h[3]! * x + h[4]! * y + h[5]!) / w - top - keypoints1[2 * k + 1]!,
          ),
        );
      }
      expect(errors.length).toBeGreaterThan(100);
      expect(errors.sort((a, b) => a - b)[errors.length >> 1]).toBeLessThan(3);
    });
  });

  it('computes features once a picture and sessions once a size', async () => {
    const spy = spyOn(runtime);
    await withMatcher(spy, async (matcher) => {
      const first = await matcher.match(small0, small1, contextOf());
      expect(spy.runs.filter((kind) => kind === 'backbone').length).toBe(2);
      expect(spy.created).toBe(3);
      await matcher.match(small0, small2, contextOf());
      expect(spy.runs.filter((kind) => kind === 'backbone').length).toBe(3);
      await matcher.match(small1, small0, contextOf());
      expect(spy.runs.filter((kind) => kind === 'backbone').length).toBe(3);
      const again = await matcher.match(small0, small1, contextOf());
      expect(again).toEqual(first);
      expect(spy.created).toBe(3);
    });
  });

  it('matches a photo with itself', async () => {
    const spy = spyOn(runtime);
    await withMatcher(spy, async (matcher) => {
      const { keypoints0, keypoints1, confidence } = await matcher.match(small0, small0, contextOf());
      expect(spy.runs.filter((kind) => kind === 'backbone').length).toBe(1);
      expect(confidence.length).toBeGreaterThan(100);
      const apart = Array.from(keypoints0, (value, k) => Math.abs(value - keypoints1[k]!));
      expect(apart.sort((a, b) => a - b)[apart.length >> 1]).toBeLessThan(1);
    });
  });

  it('reports the steps in their order, each to its end', async () => {
    const order: ProgressStep[] = ['build', 'compile', 'features', 'coarse', 'fine'];
    const reports: [ProgressStep, number][] = [];
    const times = new Map<ProgressStep, number>();
    await withMatcher(spyOn(runtime), async (matcher) => {
      await matcher.match(small0, small1, {
        ...contextOf(),
        report: (step, fraction) => reports.push([step, fraction]),
        time: (step, milliseconds) => times.set(step, (times.get(step) ?? 0) + milliseconds),
      });
    });
    const places = reports.map(([step, fraction]) => order.indexOf(step) + fraction);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(reports.at(-1)).toEqual(['fine', 1]);
    expect([...times.keys()]).toEqual(order);
  });

  it('runs no fine stage without coarse matches, which is no failure', async () => {
    const flat = (key: string): InputPicture => ({
      ...small0,
      key,
      data: new Float32Array(small0.data.length).fill(0.5),
    });
    // Whatever the weights find in a flat picture, confidences far below the floor leave nothing to refine.
    const blind: Runtime = {
      ...runtime,
      createSession: async (...made) => blindfold(await runtime.createSession(...made)),
    };
    const spy = spyOn(blind);
    await withMatcher(spy, async (matcher) => {
      const matches = await matcher.match(flat('a'), flat('b'), contextOf());
      expect([matches.confidence.length, matches.keypoints0.length, matches.keypoints1.length]).toEqual([
        0, 0, 0,
      ]);
      expect(spy.runs).not.toContain('fine');
    });
  });

  it.each(['backbone', 'coarse', 'fine'])(
    'stops after the %s run that is under way, and runs again',
    async (kind) => {
      const controller = new AbortController();
      let armed = true;
      const spy = spyOn(runtime, (running) => {
        if (armed && running === kind) controller.abort();
      });
      await withMatcher(spy, async (matcher) => {
        const cancelled = matcher.match(
          pictureOf('image0'),
          pictureOf('image1'),
          contextOf(controller.signal),
        );
        await expect(cancelled).rejects.toMatchObject({ name: 'AbortError' });
        expect(spy.runs.filter((running) => running === kind).length).toBe(1);
        armed = false;
        const matches = await matcher.match(pictureOf('image0'), pictureOf('image1'), contextOf());
        expect(matches.confidence.length).toBeGreaterThan(500);
      });
    },
  );

  it.each(['backbone', 'coarse', 'fine'])(
    'frees everything when the %s run fails, and runs again',
    async (kind) => {
      let failing = true;
      const spy = spyOn(runtime, (running) => {
        if (failing && running === kind) throw new Error('the device hiccuped');
      });
      await withMatcher(spy, async (matcher) => {
        await expect(matcher.match(small0, small1, contextOf())).rejects.toThrow('hiccuped');
        failing = false;
        expect((await matcher.match(small0, small1, contextOf())).confidence.length).toBeGreaterThan(20);
      });
    },
  );

  it('keeps a bounded number of sessions and features over many sizes', async () => {
    const spy = spyOn(idleRuntime(runtime));
    let mostSessions = 0;
    let mostTensors = 0;
    await withMatcher(spy, async (matcher) => {
      for (let run = 0; run < 30; run++) {
        const side = 64 * (1 + (run % 10));
        const picture = (key: string): InputPicture => ({
          key: `${key} ${run}`,
          width: side,
          height: side,
          channels: 1,
          data: new Float32Array(side * side),
        });
        await matcher.match(picture('a'), picture('b'), contextOf());
        mostSessions = Math.max(mostSessions, spy.liveSessions);
        mostTensors = Math.max(mostTensors, spy.liveTensors);
      }
    });
    expect(mostSessions).toBeLessThan(16);
    // Two tensors a picture; features of 64 x 64 are small, so that several are kept.
    expect(mostTensors).toBeLessThan(80);
  });
});

/** A session whose confidences all vanish. */
function blindfold(session: Session): Session {
  return {
    ...session,
    async run(inputs) {
      const outputs = await session.run(inputs);
      const { maxima } = outputs;
      if (maxima) {
        Object.assign(maxima, {
          read: async () => ({
            type: 'float32',
            dims: maxima.dims,
            data: new Float32Array(maxima.dims[0]!).fill(-100),
          }),
        });
      }
      return outputs;
    },
  };
}

/** A runtime that computes nothing and finds no matches. */
function idleRuntime(real: Runtime): Runtime {
  const zeros = (...dims: number[]): SessionTensor => ({
    type: 'float32',
    dims,
    read: async () => ({
      type: 'float32',
      dims,
      data: new Float32Array(dims.reduce((product, side) => product * side, 1)).fill(-100),
    }),
    dispose: () => {},
  });
  return {
    ...real,
    createSession: async () => ({
      async run(inputs) {
        const { image, coarse0 } = inputs;
        if (image) {
          const cells = (image.dims[2]! / 8) * (image.dims[3]! / 8);
          return { coarse: zeros(cells, 64), fine: zeros(1, 1) };
        }
        const cells = coarse0!.dims[0]!;
        // At least as long as any vector of maxima.
        return { features0: zeros(1, 1), features1: zeros(1, 1), maxima: zeros(200 * cells) };
      },
      release: async () => {},
    }),
  };
}
