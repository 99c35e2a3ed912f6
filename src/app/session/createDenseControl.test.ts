import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { PairDense } from '../../pipeline/pairDense.ts';
import type { MatchReply, MatchRequest, WarpReply } from '../../worker/protocol.ts';
import { createAppStore } from '../state/createAppStore.ts';
import { currentResult, resultIsOutdated, samplesAreDue } from '../state/selectResult.ts';
import { currentWarp, shownMode, shownModes } from '../state/selectWarp.ts';
import {
  compactWeights,
  createFakeClient,
  estimateReply,
  matchReply,
  officialWeights,
  openedPhoto,
  settled,
} from '../testing/createFakeClient.ts';
import { createNotices } from './createNotices.ts';
import { createSession } from './createSession.ts';

const dkmWeights = {
  ...compactWeights,
  id: 'imported-1',
  label: 'own.pth',
  matcher: 'dkm',
  state: 'imported',
} as const;
const remoteDkm = { ...officialWeights, id: 'dkm-outdoor', label: 'DKM outdoor', matcher: 'dkm' } as const;

function createPage() {
  const client = createFakeClient();
  client.weights = [compactWeights, remoteDkm, dkmWeights];
  const store = createAppStore();
  const frames: (() => void)[] = [];
  const session = createSession({
    client,
    store,
    notices: createNotices(store),
    scheduleFrame: (callback) => frames.push(callback),
    loadFile: async () => new Blob(['[]']),
    createdBy: 'Covis test',
    saveFile: () => {},
    writeClipboard: async () => {},
    rememberTheme: () => {},
    systemTheme: () => 'light',
  });
  const openBoth = async () => {
    await session.start();
    for (const side of [0, 1] as const) {
      const opening = session.openPhoto(side, new Blob(['x']), `${side}.jpg`);
      await client.opened.at(-1)!.answer(openedPhoto(`${side}.jpg`));
      await opening;
    }
  };
  const match = async (dense: PairDense | null = {} as PairDense) => {
    const running = session.runMatch();
    const { request, answer } = client.matched.at(-1)!;
    await answer(denseReply(request, dense));
    await running;
    return dense;
  };
  const nextFrame = async () => {
    for (const callback of frames.splice(0)) callback();
    await settled();
  };
  const messages = () => store.getState().notices.map(({ message }) => message);
  return { client, store, session, openBoth, match, nextFrame, messages };
}

function denseReply(request: MatchRequest, dense: PairDense | null): MatchReply {
  const reply = matchReply(request, [0.9, 0.8]);
  return { ...reply, matches: { ...reply.matches, ...(dense && { dense }) } };
}

function warpReply() {
  const close = vi.fn();
  const picture = { close } as unknown as ImageBitmap;
  return { close, reply: { warps: [{}, {}], warped: [picture, picture] } as unknown as WarpReply };
}

let page: ReturnType<typeof createPage>;
beforeEach(async () => {
  page = createPage();
  await page.openBoth();
});

describe('choosing a matcher', () => {
  it('brings its weights and settings back', () => {
    const { session, store } = page;
    session.chooseLongEdge(320);
    session.selectMatcher('dkm');
    expect(store.getState().matcher).toMatchObject({
      weightsId: 'imported-1',
      settings: { matcher: 'dkm', longEdge: 640, samples: 5000 },
    });
    session.chooseSamples(300);
    session.selectWeights('loftr-compact');
    expect(store.getState().matcher.settings).toMatchObject({ matcher: 'loftr', longEdge: 320 });
    session.selectMatcher('dkm');
    expect(store.getState().matcher.settings.samples).toBe(300);
  });

  it('comes with weights that are imported', async () => {
    const { client, session, store } = page;
    session.takeFiles([new File(['x'], 'own.pth')]);
    await client.imported[0]!.answer(dkmWeights);
    expect(store.getState().matcher).toMatchObject({ weightsId: 'imported-1', settings: { matcher: 'dkm' } });
  });

  it('does not run DKM before its weights are here, and says why', async () => {
    const { client, session, messages } = page;
    session.selectWeights('dkm-outdoor');
    await session.runMatch();
    expect(client.matched).toEqual([]);
    expect(messages()).toEqual([expect.stringMatching(/^DKM outdoor is not on this device yet: download/)]);
  });
});

describe('dense matches', () => {
  beforeEach(() => {
    page.session.selectMatcher('dkm');
    page.session.chooseViews(['original']);
    page.session.chooseRefinement(null);
    page.session.selectMatcher('loftr');
  });

  it('are sampled again without a run when the number changes, once a number', async () => {
    const { client, session, store, match } = page;
    session.selectMatcher('dkm');
    const dense = await match();
    session.chooseSamples(200);
    expect(samplesAreDue(store.getState())).toBe(true);
    expect(resultIsOutdated(store.getState())).toBe(false);
    session.highlight(1);
    expect(client.sampled).toHaveLength(1);
    const before = currentResult(store.getState())!;
    const { request, answer } = client.sampled[0]!;
    expect(request.samples).toBe(200);
    await answer({ ...request.matches, settings: { ...request.matches.settings, samples: 200 } });
    const after = currentResult(store.getState())!;
    expect(after.matches.dense).toBe(dense);
    expect(after.id).not.toBe(before.id);
    expect(store.getState().highlighted).toBeNull();
    expect(samplesAreDue(store.getState())).toBe(false);
    expect(client.matched).toHaveLength(1);
  });

  it('of several views take another run where the number changes: those of one view alone are kept', async () => {
    const { client, session, store, match } = page;
    session.selectMatcher('dkm');
    session.chooseViews(['original', 'flip']);
    await match();
    session.chooseSamples(200);
    expect(samplesAreDue(store.getState())).toBe(false);
    expect(resultIsOutdated(store.getState())).toBe(true);
    expect(client.sampled).toHaveLength(0);
  });

  it('that are refined take another run, too: the photos are not at hand where they are sampled', async () => {
    const { client, session, store, match } = page;
    session.selectMatcher('dkm');
    session.chooseRefinement('least-squares');
    await match();
    session.chooseSamples(200);
    expect(samplesAreDue(store.getState())).toBe(false);
    expect(resultIsOutdated(store.getState())).toBe(true);
    expect(client.sampled).toHaveLength(0);
    session.chooseSamples(5000);
    expect(resultIsOutdated(store.getState())).toBe(false);
    session.chooseRefinement(null);
    expect(resultIsOutdated(store.getState())).toBe(true);
  });

  it('of an earlier run never replace those of a later one', async () => {
    const { client, session, store, match } = page;
    session.selectMatcher('dkm');
    await match();
    session.chooseSamples(200);
    await match();
    const { request, answer } = client.sampled[0]!;
    await answer(request.matches);
    expect(currentResult(store.getState())!.matches.settings.samples).toBe(200);
  });

  it('are not asked again after a failure until the number changes', async () => {
    const { client, session, match } = page;
    session.selectMatcher('dkm');
    await match();
    session.chooseSamples(200);
    await client.sampled[0]!.fail(new DOMException('', 'AbortError'));
    session.highlight(1);
    expect(client.sampled).toHaveLength(1);
    session.chooseSamples(300);
    expect(client.sampled).toHaveLength(2);
  });

  it('warp the photos once a result, when first looked at, and free what an earlier result left', async () => {
    const { client, session, store, match } = page;
    session.selectMatcher('dkm');
    const dense = await match();
    expect(client.warped).toEqual([]);
    session.changeDenseView({ mode: 'certainty' });
    session.changeDenseView({ mode: 'warp' });
    expect(client.warped).toHaveLength(1);
    expect(client.warped[0]!.request.photos.map(({ width }) => width)).toEqual([640, 640]);
    const { close, reply } = warpReply();
    await client.warped[0]!.answer(reply);
    expect(store.getState().warped?.source).toBe(dense);

    const later = await match();
    expect(close).toHaveBeenCalledTimes(2);
    expect(client.warped).toHaveLength(2);
    await client.warped[1]!.answer(warpReply().reply);
    expect(store.getState().warped?.source).toBe(later);
  });

  it('give way to a homography where there are none, warped again when it changes', async () => {
    const { client, session, store, match } = page;
    session.changeDenseView({ mode: 'warp' });
    await match(null);
    expect(shownMode(store.getState())).toBe('matches');
    const estimated = async (scale: number) => {
      await page.nextFrame();
      const call = client.estimated.at(-1)!;
      const { estimation, ...reply } = estimateReply(call.request);
      const matrix = [scale, 0, 0, 0, 1, 0, 0, 0, 1];
      await call.answer({ ...reply, estimation: { ...estimation, matrix } as typeof estimation });
    };
    await estimated(1);
    expect(shownModes(store.getState())).toEqual(['matches', 'warp']);
    expect(shownMode(store.getState())).toBe('warp');
    expect(client.warpedByHomography.map(({ request }) => request.matrix[0])).toEqual([1]);
    const first = warpReply();
    await client.warpedByHomography[0]!.answer(first.reply);
    expect(currentWarp(store.getState())).toMatchObject({ byHomography: true });

    session.changeGeometry({ thresholdPx: 7 });
    await estimated(2);
    expect(client.warpedByHomography[1]!.request.matrix[0]).toBe(2);
    // The earlier one stays until the next is made.
    expect(currentWarp(store.getState())).not.toBeNull();
    expect(first.close).not.toHaveBeenCalled();
    await client.warpedByHomography[1]!.answer(warpReply().reply);
    expect(first.close).toHaveBeenCalledTimes(2);

    session.chooseModel('fundamental');
    await page.nextFrame();
    const call = client.estimated.at(-1)!;
    const { estimation, ...reply } = estimateReply(call.request);
    await call.answer({ ...reply, estimation: { ...estimation, model: 'fundamental' } as typeof estimation });
    expect(shownModes(store.getState())).toEqual(['matches']);
    expect(store.getState().warped).toBeNull();
  });

  it('leave the worker when another matcher’s result takes their place', async () => {
    const { client, session, store, match } = page;
    const forget = vi.spyOn(client, 'forgetDense');
    session.selectMatcher('dkm');
    await match();
    session.changeDenseView({ mode: 'warp' });
    const { close, reply } = warpReply();
    await client.warped[0]!.answer(reply);
    forget.mockClear();
    session.selectMatcher('loftr');
    expect(forget).not.toHaveBeenCalled();
    expect(resultIsOutdated(store.getState())).toBe(true);
    await match(null);
    await settled();
    expect(forget).toHaveBeenCalled();
    expect(close).toHaveBeenCalledTimes(2);
    expect(store.getState().warped).toBeNull();
  });
});
