import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProgressStep } from '../../reporting/progress.ts';
import { createNodeRuntime } from '../../runtime/node/createNodeRuntime.ts';
import type { Runtime } from '../../runtime/session.ts';
import type { InputPicture, Matcher, MatchingContext, PictureTensor } from '../matcher.ts';
import { buildRefiner } from './buildRefiner.ts';
import { createDkmMatcher } from './dkmMatcher.ts';
import { readConfig } from './readConfig.ts';
import { narrowWeights } from './testing/narrowNetwork.ts';

let runtime: Runtime;
let matcher: Matcher;
beforeAll(async () => {
  runtime = await createNodeRuntime({ threads: 2 });
  matcher = createDkmMatcher(narrowWeights(), runtime);
});
afterAll(() => runtime.release());

/** Waves over the plane, so that any size shows the same picture. */
function tensor(width: number, height: number, phase: number, scale = 1): PictureTensor {
  const data = Float32Array.from({ length: 3 * width * height }, (_, k) => {
    const [channel, cell] = [Math.floor(k / (width * height)), k % (width * height)];
    const x = ((cell % width) + 0.5) / scale;
    const y = (Math.floor(cell / width) + 0.5) / scale;
    return Math.sin(0.1 * x + 0.07 * y + phase + channel) + 0.6 * Math.cos(0.17 * x - 0.13 * y + 2 * phase);
  });
  return { width, height, channels: 3, data };
}

function picture(phase: number, content = { width: 96, height: 60 }): InputPicture {
  return {
    ...tensor(96, 64, phase),
    key: `${phase}`,
    content,
    fine: tensor(160, 96, phase, 1.6),
  };
}

interface Recording extends MatchingContext {
  readonly steps: ProgressStep[];
  readonly fractions: Map<ProgressStep, number>;
  readonly timed: Set<ProgressStep>;
}

function recording(signal = new AbortController().signal, onStep?: (step: ProgressStep) => void): Recording {
  const steps: ProgressStep[] = [];
  const fractions = new Map<ProgressStep, number>();
  const timed = new Set<ProgressStep>();
  return {
    steps,
    fractions,
    timed,
    signal,
    sampling: { count: 200, seed: 1 },
    report(step, fraction) {
      steps.push(step);
      fractions.set(step, fraction);
      onStep?.(step);
    },
    time: (step) => timed.add(step),
  };
}

describe('createDkmMatcher', () => {
  it('gives both directions on the finer grid and matches drawn from them', async () => {
    const context = recording();
    const { dense, keypoints0, confidence } = await matcher.match(picture(0), picture(0.4), context);
    expect(dense).toMatchObject({ width: 160, height: 96, cellSize: 0.625 });
    expect(dense!.warp0).toHaveLength(2 * 160 * 96);
    expect(dense!.certainty1).toHaveLength(160 * 96);
    expect(confidence).toHaveLength(200);
    expect(keypoints0).toHaveLength(400);
    expect([...context.fractions.values()].every((fraction) => fraction <= 1)).toBe(true);
    expect(context.fractions.get('fine')).toBe(1);
    expect(context.timed).toEqual(new Set(['build', 'compile', 'features', 'coarse', 'fine']));
  });

  it('is symmetric: swapped pictures give swapped directions', async () => {
    const [a, b] = [picture(0), picture(0.4, { width: 80, height: 64 })];
    const forwards = (await matcher.match(a, b, recording())).dense!;
    const backwards = (await matcher.match(b, a, recording())).dense!;
    expect(backwards.warp0).toEqual(forwards.warp1);
    expect(backwards.warp1).toEqual(forwards.warp0);
    expect(backwards.certainty0).toEqual(forwards.certainty1);
    expect(backwards.certainty1).toEqual(forwards.certainty0);
  });

  it('has no certainty in the padding and draws nothing from it or into it', async () => {
    const narrow = { width: 50, height: 33 };
    const result = await matcher.match(picture(0, narrow), picture(0.4, narrow), recording());
    const { certainty0, width } = result.dense!;
    // 50 input pixels are 80 cells; 33 are 52.8, so the centre of cell 52 is inside.
    for (const [k, value] of certainty0.entries()) {
      const isInside = k % width < 80 && Math.floor(k / width) < 53;
      if (!isInside) expect(value).toBe(0);
    }
    expect(certainty0.some((value) => value > 0)).toBe(true);
    for (const points of [result.keypoints0, result.keypoints1]) {
      for (const [k, value] of points.entries()) {
        expect(value).toBeGreaterThanOrEqual(-0.5);
        expect(value).toBeLessThanOrEqual((k % 2 === 0 ? narrow.width : narrow.height) - 0.5);
      }
    }
  });

  it('compiles nothing for sizes it knows, and matches in one pass where there is no finer tensor', async () => {
    await matcher.match(picture(0), picture(0.4), recording());
    const again = recording();
    await matcher.match(picture(0.1), picture(0.5), again);
    expect(again.timed).not.toContain('compile');
    const { fine: _fine0, ...coarse0 } = picture(0);
    const { fine: _fine1, ...coarse1 } = picture(0.4);
    const other = recording();
    const { dense } = await matcher.match(coarse0, coarse1, other);
    expect(dense).toMatchObject({ width: 96, height: 64, cellSize: 1 });
    expect(other.timed).toContain('compile');
  });

  it('stops between stages and matches again afterwards', async () => {
    const controller = new AbortController();
    const stopping = recording(controller.signal, (step) => {
      if (step === 'coarse') controller.abort();
    });
    await expect(matcher.match(picture(0), picture(0.4), stopping)).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect(stopping.steps).not.toContain('fine');
    const { confidence } = await matcher.match(picture(0), picture(0.4), recording());
    expect(confidence).toHaveLength(200);
  });

  it('refuses tensors of unlike sizes', async () => {
    const wide = { ...picture(0), ...tensor(128, 64, 0) };
    await expect(matcher.match(picture(0), wide, recording())).rejects.toBeInstanceOf(RangeError);
  });
});

describe('buildRefiner', () => {
  it('gives the same in bands and chunks as in one piece', async () => {
    const checkpoint = narrowWeights();
    const config = readConfig(checkpoint);
    const input = { width: 96, height: 128 };
    const map = (channels: number, phase: number) =>
      ({
        type: 'float32',
        dims: [1, channels, 32, 24],
        data: Float32Array.from({ length: channels * 32 * 24 }, (_, k) => Math.sin(0.7 * k + phase)),
      }) as const;
    const refine = async (chunkBytes: number, bandBytes: number) => {
      const graph = buildRefiner(checkpoint, config, input, 4, { width: 24, height: 32 }, 'float32', {
        chunkBytes,
        bandBytes,
      });
      const session = await runtime.createSession(graph.toModel());
      const { flow, certainty } = await session.run({
        query: map(6, 0),
        support: map(6, 1),
        startFlow: map(2, 2),
        startCertainty: map(1, 3),
      });
      const results = [await flow!.read(), await certainty!.read()].map(({ data }) => data as Float32Array);
      await session.release();
      return results;
    };
    const whole = await refine(1 << 30, 1 << 30);
    const pieces = await refine(3000, 4 * 28 * 24 * 20);
    for (const [k, values] of whole.entries()) {
      const worst = values.reduce((most, value, at) => Math.max(most, Math.abs(value - pieces[k]![at]!)), 0);
      expect(worst).toBeLessThan(1e-5);
    }
  });
});
