import { beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultEstimationSettings } from '../../estimators/registry.ts';
import { exportFormats } from '../../export/registry.ts';
import { viewPresets } from '../../pipeline/viewPresets.ts';
import { CovisError } from '../../reporting/covisError.ts';
import { createPairResult, withEpipolarGeometry } from '../../testing/createPairResult.ts';
import { countMatches } from '../state/countMatches.ts';
import { createAppStore } from '../state/createAppStore.ts';
import {
  currentEstimate,
  currentResult,
  estimateIsOutdated,
  resultIsOutdated,
} from '../state/selectResult.ts';
import {
  createFakeClient,
  estimateReply,
  matchReply,
  officialWeights,
  openedPhoto,
  settled,
} from '../testing/createFakeClient.ts';
import { createNotices } from './createNotices.ts';
import { createSession } from './createSession.ts';

function createPage() {
  const client = createFakeClient();
  const store = createAppStore();
  const frames: (() => void)[] = [];
  const saved: { readonly blob: Blob; readonly name: string }[] = [];
  const session = createSession({
    client,
    store,
    notices: createNotices(store),
    scheduleFrame: (callback) => frames.push(callback),
    loadFile: async (path) => {
      if (!path.includes('samples')) throw new Error(`no file ${path}`);
      return path.endsWith('.json') ? new Blob(['[]']) : new Blob(['sample']);
    },
    createdBy: 'Covis test',
    saveFile: (blob, name) => saved.push({ blob, name }),
    writeClipboard: async () => {},
    rememberTheme: () => {},
    systemTheme: () => 'light',
  });
  const nextFrame = async () => {
    for (const callback of frames.splice(0)) callback();
    await settled();
  };
  const open = async (side: 0 | 1, name: string) => {
    const opening = session.openPhoto(side, new Blob(['x']), name);
    await client.opened.at(-1)!.answer(openedPhoto(name));
    return opening;
  };
  const openBoth = async () => {
    await session.start();
    await open(0, 'a.jpg');
    await open(1, 'b.jpg');
  };
  const match = async (confidence = [0.9, 0.8, 0.7, 0.6, 0.5]) => {
    const running = session.runMatch();
    const call = client.matched.at(-1)!;
    await call.answer(matchReply(call.request, confidence));
    await running;
  };
  const messages = () => store.getState().notices.map(({ message }) => message);
  return { client, store, session, saved, frames, nextFrame, open, openBoth, match, messages };
}

let page: ReturnType<typeof createPage>;
beforeEach(() => {
  page = createPage();
});

describe('photos', () => {
  it('lets the latest file for a side win, whichever is read first', async () => {
    const { client, session, store } = page;
    const slow = session.openPhoto(0, new Blob(['1']), 'slow.jpg');
    const quick = session.openPhoto(0, new Blob(['2']), 'quick.jpg');
    expect(client.opened[0]!.signal.aborted).toBe(true);
    await client.opened[1]!.answer(openedPhoto('quick.jpg'));
    await client.opened[0]!.answer(openedPhoto('slow.jpg'));
    expect([await slow, await quick]).toEqual([false, true]);
    expect(store.getState().photos[0].photo?.description.name).toBe('quick.jpg');
    expect(store.getState().notices).toEqual([]);
  });

  it('keeps the photo that was there when a file is no picture, and shows the sentence as it is', async () => {
    const { client, session, store, open, messages } = page;
    await open(0, 'a.jpg');
    const opening = session.openPhoto(0, new Blob(['x']), 'notes.txt');
    await client.opened
      .at(-1)!
      .fail(new CovisError('photos', 'photo-unreadable', 'It is no picture: choose one.'));
    expect(await opening).toBe(false);
    expect(store.getState().photos[0]).toMatchObject({
      photo: { description: { name: 'a.jpg' } },
      opening: null,
    });
    expect(messages()).toEqual(['It is no picture: choose one.']);
  });

  it('closes a photo that was replaced', async () => {
    const { client, open, store } = page;
    await open(0, 'a.jpg');
    const { photoId } = store.getState().photos[0].photo!;
    await open(0, 'b.jpg');
    expect(client.closed).toEqual([photoId]);
  });

  it('takes an opening along when the sides are swapped', async () => {
    const { client, session, store, open } = page;
    await open(0, 'a.jpg');
    const opening = session.openPhoto(1, new Blob(['x']), 'b.jpg');
    session.swapPhotos();
    await client.opened.at(-1)!.answer(openedPhoto('b.jpg'));
    await opening;
    const names = store.getState().photos.map(({ photo }) => photo?.description.name);
    expect(names).toEqual(['b.jpg', 'a.jpg']);
  });

  it('puts a lone photo on the side it was dropped on, else into the first empty place', async () => {
    const { client, session } = page;
    const file = (name: string) => new File(['x'], name, { type: 'image/jpeg' });
    session.takeFiles([file('right.jpg')], 1);
    session.takeFiles([file('left.jpg')]);
    expect(page.store.getState().photos.map(({ opening }) => opening)).toEqual(['left.jpg', 'right.jpg']);
    await client.opened[1]!.answer(openedPhoto('left.jpg'));
    await client.opened[0]!.answer(openedPhoto('right.jpg'));
    session.takeFiles([file('c.jpg'), file('d.jpg')]);
    expect(page.store.getState().photos.map(({ opening }) => opening)).toEqual(['c.jpg', 'd.jpg']);
  });
});

describe('matching', () => {
  it('lands a result with the photos and settings that made it, and reports progress', async () => {
    const { client, session, store, openBoth } = page;
    await openBoth();
    const running = session.runMatch();
    client.matched[0]!.report({ step: 'coarse', fraction: 0.5 });
    expect(store.getState().run).toMatchObject({
      phase: 'running',
      progress: { step: 'coarse', fraction: 0.5 },
    });
    const [photo0, photo1] = store.getState().photos.map(({ photo }) => photo!);
    expect(client.matched[0]!.request).toMatchObject({
      photo0: photo0!.photoId,
      photo1: photo1!.photoId,
      weightsId: 'loftr-compact',
      settings: { longEdge: 640 },
    });
    await client.matched[0]!.answer(matchReply(client.matched[0]!.request, [0.9, 0.4]));
    await running;
    expect(store.getState().run.phase).toBe('idle');
    expect(currentResult(store.getState())).toMatchObject({
      photos: [{ name: 'a.jpg' }, { name: 'b.jpg' }],
      matches: { settings: { longEdge: 640 } },
    });
  });

  it('marks a result as outdated when the settings change, and not when they change back', async () => {
    const { session, store, openBoth, match } = page;
    await openBoth();
    await match();
    expect(resultIsOutdated(store.getState())).toBe(false);
    session.chooseLongEdge(840);
    expect(resultIsOutdated(store.getState())).toBe(true);
    session.chooseLongEdge(640);
    session.selectWeights('loftr-outdoor');
    expect(resultIsOutdated(store.getState())).toBe(true);
    session.selectWeights('loftr-compact');
    session.chooseProvider('webgpu');
    expect(resultIsOutdated(store.getState())).toBe(true);
    session.chooseProvider('wasm');
    expect(resultIsOutdated(store.getState())).toBe(false);
    session.changePreprocessing({ resampling: 'area' });
    expect(resultIsOutdated(store.getState())).toBe(true);
    session.changePreprocessing({ resampling: 'cubic' });
    expect(resultIsOutdated(store.getState())).toBe(false);
  });

  it('marks a result as outdated that lands after its settings were changed', async () => {
    const { client, session, store, openBoth } = page;
    await openBoth();
    const running = session.runMatch();
    session.chooseLongEdge(1024);
    await client.matched[0]!.answer(matchReply(client.matched[0]!.request, [0.9]));
    await running;
    expect(currentResult(store.getState())!.matches.settings.longEdge).toBe(640);
    expect(resultIsOutdated(store.getState())).toBe(true);
  });

  it('cancels silently, keeps the earlier result and can run again', async () => {
    const { client, session, store, openBoth, match, messages } = page;
    await openBoth();
    await match();
    const before = store.getState().result;
    const running = session.runMatch();
    session.cancelRun();
    expect(client.matched[1]!.signal.aborted).toBe(true);
    await running;
    expect(store.getState()).toMatchObject({ result: before, run: { phase: 'idle' } });
    expect(messages()).toEqual([]);
    await match([0.5]);
    expect(store.getState().result!.matches.confidence).toHaveLength(1);
  });

  it('keeps the earlier result when a run fails', async () => {
    const { client, session, store, openBoth, match, messages } = page;
    await openBoth();
    await match();
    const before = store.getState().result;
    const running = session.runMatch();
    await client.matched[1]!.fail(
      new CovisError('runtime', 'out-of-memory', 'Too little memory: take 480 px.'),
    );
    await running;
    expect(store.getState()).toMatchObject({ result: before, run: { phase: 'idle' } });
    expect(messages()).toEqual(['Too little memory: take 480 px.']);
  });

  it('offers to look at other turns and sizes where hardly a match was refined, and no longer with other photos', async () => {
    const { client, session, store, openBoth, messages } = page;
    session.chooseViews(viewPresets.fast.views);
    await openBoth();
    const finish = async (running: Promise<void>, refined: number, found = 100) => {
      const call = client.matched.at(-1)!;
      const reply = matchReply(call.request, new Array<number>(found).fill(0.5));
      const flags = Uint8Array.from({ length: found }, (_, k) => (k < refined ? 1 : 0));
      await call.answer({ ...reply, matches: { ...reply.matches, refined: flags } });
      await running;
    };
    await finish(session.runMatch(), 20);
    await finish(session.runMatch(), 0, 99);
    expect(messages()).toEqual([]);
    await finish(session.runMatch(), 19);
    const { views } = viewPresets.balanced;
    expect(store.getState().notices).toMatchObject([{ kind: 'information', remedy: { views } }]);
    await openBoth();
    expect(messages()).toEqual([]);
    await finish(session.runMatch(), 0);
    const running = session.runWithRemedy(store.getState().notices[0]!.remedy!);
    expect(client.matched.at(-1)!.request.settings.views).toEqual(views);
    // Looked for already.
    await finish(running, 0);
    expect(messages()).toEqual([]);
  });

  it('offers the size that would fit, and runs at it', async () => {
    const { client, session, store, openBoth, messages } = page;
    await openBoth();
    const fail = async (longEdge: number) => {
      const running = session.runMatch();
      await client.matched
        .at(-1)!
        .fail(new CovisError('runtime', 'too-large', `Take ${longEdge}.`, { remedy: { longEdge } }));
      await running;
    };
    await fail(480);
    expect(store.getState().notices).toMatchObject([{ kind: 'error', remedy: { longEdge: 480 } }]);
    const running = session.runWithRemedy(store.getState().notices[0]!.remedy!);
    // The offer is taken: nothing is left to offer.
    expect(messages()).toEqual([]);
    const call = client.matched.at(-1)!;
    expect(call.request.settings.longEdge).toBe(480);
    await call.answer(matchReply(call.request, [0.9]));
    await running;
    expect(store.getState().matcher.settings.longEdge).toBe(480);
    expect(resultIsOutdated(store.getState())).toBe(false);

    // Another matcher has a size of its own.
    await fail(400);
    session.selectMatcher('dkm');
    expect(messages()).toEqual([]);
  });

  it('drops a result whose photo was replaced meanwhile', async () => {
    const { client, session, store, openBoth, open } = page;
    await openBoth();
    const running = session.runMatch();
    const call = client.matched[0]!;
    await open(1, 'c.jpg');
    await call.answer(matchReply(call.request, [0.9]));
    await running;
    expect(call.signal.aborted).toBe(true);
    expect(store.getState().result).toBeNull();
    expect(store.getState().run.phase).toBe('idle');
  });

  it('puts a result away when the photos are swapped, since the network is not symmetric', async () => {
    const { session, store, openBoth, match } = page;
    await openBoth();
    await match();
    const result = currentResult(store.getState());
    session.swapPhotos();
    expect(currentResult(store.getState())).toBeNull();
    session.swapPhotos();
    expect(currentResult(store.getState())).toBe(result);
  });

  it('runs one match at a time and none without photos', async () => {
    const { client, session, openBoth } = page;
    await session.runMatch();
    expect(client.matched).toHaveLength(0);
    await openBoth();
    void session.runMatch();
    void session.runMatch();
    expect(client.matched).toHaveLength(1);
  });

  it('matches a sample at once, but never starts a download by itself', async () => {
    const { client, session } = page;
    await session.start();
    const sample = {
      id: 's',
      title: 'S',
      description: 'D',
      files: ['samples/a.jpg', 'samples/b.jpg'] as const,
    };
    const openSample = async () => {
      const opening = session.openSample(sample);
      await settled();
      await client.opened.at(-2)!.answer(openedPhoto('a.jpg'));
      await client.opened.at(-1)!.answer(openedPhoto('b.jpg'));
      return opening;
    };
    void openSample();
    await vi.waitFor(() => expect(client.matched).toHaveLength(1));
    session.cancelRun();
    await settled();
    session.selectWeights(officialWeights.id);
    await openSample();
    expect(client.matched).toHaveLength(1);
  });
});

describe('estimation', () => {
  it('follows a match without being asked, from the confident matches alone', async () => {
    const { client, session, store, openBoth, match, nextFrame } = page;
    await openBoth();
    session.changeView({ minimumConfidence: 0.7 });
    await match([0.9, 0.8, 0.7, 0.6, 0.5]);
    await nextFrame();
    expect(client.estimated).toHaveLength(1);
    // 0.7 in single precision still counts as at least 0.7.
    expect(client.estimated[0]!.request.keypoints0).toHaveLength(2 * 3);
    await client.estimated[0]!.answer(estimateReply(client.estimated[0]!.request));
    expect(currentEstimate(store.getState())).toMatchObject({
      matchCount: 3,
      selection: { minimumConfidence: 0.7, maximumMatches: Infinity },
    });
    expect(client.matched).toHaveLength(1);
  });

  it('is made anew from the most confident matches when fewer are to be kept', async () => {
    const { client, session, store, openBoth, match, nextFrame } = page;
    await openBoth();
    await match([0.9, 0.8, 0.7, 0.6, 0.5]);
    await nextFrame();
    await client.estimated[0]!.answer(estimateReply(client.estimated[0]!.request));
    session.changeView({ maximumMatches: 4 });
    expect(estimateIsOutdated(store.getState())).toBe(true);
    await nextFrame();
    expect(client.estimated[1]!.request.keypoints0).toHaveLength(2 * 4);
    await client.estimated[1]!.answer(estimateReply(client.estimated[1]!.request));
    expect(currentEstimate(store.getState())).toMatchObject({ matchCount: 4 });
    expect(estimateIsOutdated(store.getState())).toBe(false);
    expect(countMatches(store.getState())).toMatchObject({ all: 5, confident: 5, selected: 4, drawn: 4 });
  });

  it('asks once a frame, and after an answer only for the latest settings', async () => {
    const { client, session, store, frames, openBoth, match, nextFrame } = page;
    await openBoth();
    await match();
    for (const thresholdPx of [1, 2, 4]) session.changeGeometry({ thresholdPx });
    expect(frames).toHaveLength(1);
    await nextFrame();
    expect(client.estimated.map(({ request }) => request.settings.thresholdPx)).toEqual([4]);
    for (const thresholdPx of [5, 6, 7]) {
      session.changeGeometry({ thresholdPx });
      await nextFrame();
    }
    expect(client.estimated).toHaveLength(1);
    await client.estimated[0]!.answer(estimateReply(client.estimated[0]!.request));
    expect(estimateIsOutdated(store.getState())).toBe(true);
    await nextFrame();
    expect(client.estimated.map(({ request }) => request.settings.thresholdPx)).toEqual([4, 7]);
    await client.estimated[1]!.answer(estimateReply(client.estimated[1]!.request));
    expect(estimateIsOutdated(store.getState())).toBe(false);
    await nextFrame();
    expect(client.estimated).toHaveLength(2);
  });

  it('does not ask when only the drawing changes', async () => {
    const { client, session, openBoth, match, nextFrame } = page;
    await openBoth();
    await match();
    await nextFrame();
    await client.estimated[0]!.answer(estimateReply(client.estimated[0]!.request));
    session.changeView({ maximumLines: 50, outliers: 'hidden', colourBy: 'inlier' });
    session.highlight(3);
    await nextFrame();
    expect(client.estimated).toHaveLength(1);
  });

  it('never lands the geometry of another result', async () => {
    const { client, store, openBoth, match, nextFrame } = page;
    await openBoth();
    await match();
    await nextFrame();
    const stale = client.estimated[0]!;
    await match([0.9, 0.8]);
    expect(stale.signal.aborted).toBe(true);
    await stale.answer(estimateReply(stale.request));
    expect(currentEstimate(store.getState())).toBeNull();
    await nextFrame();
    expect(client.estimated[1]!.request.keypoints0).toHaveLength(4);
  });

  it('reports a failure once and keeps the earlier geometry until something changes', async () => {
    const { client, session, store, openBoth, match, nextFrame, messages } = page;
    await openBoth();
    await match();
    await nextFrame();
    await client.estimated[0]!.answer(estimateReply(client.estimated[0]!.request));
    const before = store.getState().estimate;
    session.changeGeometry({ thresholdPx: 9 });
    await nextFrame();
    await client.estimated[1]!.fail(new CovisError('estimation', 'worker-crashed', 'It stopped: try again.'));
    await nextFrame();
    expect(client.estimated).toHaveLength(2);
    expect(store.getState().estimate).toBe(before);
    expect(messages()).toEqual(['It stopped: try again.']);
    session.changeGeometry({ thresholdPx: 8 });
    await nextFrame();
    expect(client.estimated).toHaveLength(3);
  });
});

describe('models', () => {
  it('come back with the settings they had last', () => {
    const { session, store } = page;
    session.chooseModel('homography');
    session.changeGeometry({ thresholdPx: 4.5 });
    session.chooseModel('fundamental');
    const first = store.getState().geometry;
    expect(first).toEqual(defaultEstimationSettings('fundamental'));
    session.changeGeometry({ method: 'lo-ransac', thresholdPx: 2 });
    session.chooseModel('homography');
    expect(store.getState().geometry).toEqual({
      ...defaultEstimationSettings('homography'),
      thresholdPx: 4.5,
    });
    session.chooseModel('fundamental');
    expect(store.getState().geometry).toEqual({ ...first, method: 'lo-ransac', thresholdPx: 2 });
  });

  it('are asked for the cameras of the photos where they need them, and again when one changes', async () => {
    const { client, session, store, openBoth, match, nextFrame } = page;
    await openBoth();
    await match();
    await nextFrame();
    await client.estimated[0]!.answer(estimateReply(client.estimated[0]!.request));
    expect(client.estimated[0]!.request.settings.cameras).toBeUndefined();
    session.chooseFocalLength(0, 700);
    await nextFrame();
    expect(client.estimated).toHaveLength(1);

    session.chooseModel('essential');
    await nextFrame();
    const middle = [319.5, 239.5];
    expect(client.estimated[1]!.request.settings.cameras).toEqual([
      { focalPx: 700, principalPoint: middle, focalSource: 'given' },
      { focalPx: 768, principalPoint: middle, focalSource: 'guessed' },
    ]);
    await client.estimated[1]!.answer(estimateReply(client.estimated[1]!.request));
    expect(estimateIsOutdated(store.getState())).toBe(false);
    session.chooseFocalLength(0, null);
    expect(estimateIsOutdated(store.getState())).toBe(true);
    await nextFrame();
    const [camera0] = client.estimated[2]!.request.settings.cameras!;
    expect(camera0).toEqual({ focalPx: 768, principalPoint: middle, focalSource: 'guessed' });
  });

  it('take the focal length of EXIF, which goes with its photo', async () => {
    const { client, session, store, open } = page;
    const focals = () => store.getState().photos.map(({ photo }) => photo?.camera.focalPx);
    const opening = session.openPhoto(0, new Blob(['x']), 'exif.jpg');
    const plain = openedPhoto('exif.jpg');
    await client.opened.at(-1)!.answer({ ...plain, description: { ...plain.description, focalPx: 555 } });
    await opening;
    await open(1, 'b.jpg');
    expect(focals()).toEqual([555, 768]);
    session.chooseFocalLength(1, 900);
    session.swapPhotos();
    expect(focals()).toEqual([900, 555]);
    session.chooseFocalLength(1, 1);
    session.chooseFocalLength(1, null);
    expect(store.getState().photos[1].photo!.camera).toMatchObject({ focalPx: 555, focalSource: 'exif' });
    await open(0, 'c.jpg');
    expect(focals()).toEqual([768, 555]);
  });
});

describe('match files', () => {
  it('bring their cameras along', async () => {
    const { store, session, client, openBoth, nextFrame } = page;
    await openBoth();
    const result = withEpipolarGeometry(createPairResult(50), 'essential');
    const [a, b] = store.getState().photos.map(({ photo }) => photo!.description);
    const text = exportFormats.matchFile.write({ ...result, photos: [a!, b!] }, 'Covis test');
    session.takeFiles([new File([text], 'essential.json', { type: 'application/json' })]);
    await vi.waitFor(() => expect(currentResult(store.getState())).not.toBeNull());
    const { geometry, photos, estimate } = store.getState();
    expect(geometry).not.toHaveProperty('cameras');
    expect(photos.map(({ photo }) => photo!.camera)).toEqual(estimate!.settings.cameras);
    expect(estimateIsOutdated(store.getState())).toBe(false);
    session.chooseFocalLength(1, 1000);
    await nextFrame();
    expect(client.estimated[0]!.request.settings.cameras!.map(({ focalPx }) => focalPx)).toEqual([500, 1000]);
  });

  async function savedFile(): Promise<File> {
    const { session, saved, nextFrame, client } = page;
    const saving = session.saveMatches('matchFile');
    await nextFrame();
    const open = client.estimated.at(-1)!;
    await open.answer(estimateReply(open.request));
    await saving;
    const { blob, name } = saved.at(-1)!;
    return new File([blob], name, { type: blob.type });
  }

  it('saves the confident matches with their geometry, waiting for the estimate under way', async () => {
    const { session, openBoth, match } = page;
    await openBoth();
    await match([0.9, 0.8, 0.7, 0.6, 0.5]);
    session.changeView({ minimumConfidence: 0.5, maximumMatches: 4, maximumLines: 1 });
    session.changeGeometry({ thresholdPx: 2 });
    const file = await savedFile();
    expect(file.name).toBe('a-b.json');
    const content = JSON.parse(await file.text());
    expect(content).toMatchObject({
      format: 'covis.matches',
      createdBy: 'Covis test',
      images: [{ name: 'a.jpg' }, { name: 'b.jpg' }],
      confidence: [0.9, 0.8, 0.7, 0.6],
      inlier: [true, true, true, true],
      geometry: { thresholdPx: 2, inlierCount: 4 },
      settings: { minimumConfidence: 0.5, maximumMatches: 4 },
    });
  });

  it('opens again on a fresh page once the photos are there, without matching or estimating', async () => {
    const { session, openBoth, match } = page;
    await openBoth();
    await match([0.9, 0.8, 0.7, 0.6, 0.5]);
    session.changeView({ minimumConfidence: 0.5, maximumMatches: 4 });
    session.changeGeometry({ thresholdPx: 2 });
    const file = await savedFile();

    page = createPage();
    await page.session.start();
    page.session.takeFiles([file]);
    await vi.waitFor(() => expect(page.store.getState().waitingFile).not.toBeNull());
    expect(currentResult(page.store.getState())).toBeNull();
    await page.open(0, 'a.jpg');
    expect(currentResult(page.store.getState())).toBeNull();
    await page.open(1, 'b.jpg');
    await page.nextFrame();
    const state = page.store.getState();
    expect(state.waitingFile).toBeNull();
    expect(currentResult(state)).toMatchObject({ source: { kind: 'file', fileName: 'a-b.json' } });
    expect([...currentResult(state)!.matches.keypoints0]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(currentEstimate(state)).toMatchObject({ matchCount: 4, estimation: { ok: true, inlierCount: 4 } });
    expect(estimateIsOutdated(state)).toBe(false);
    expect(state.view).toMatchObject({ minimumConfidence: 0.5, maximumMatches: 4 });
    expect(page.client.matched).toHaveLength(0);
    expect(page.client.estimated).toHaveLength(0);

    page.session.changeGeometry({ thresholdPx: 5 });
    await page.nextFrame();
    expect(page.client.estimated[0]!.request.keypoints0).toHaveLength(8);
  });

  it('keeps what is shown while other photos are open, and opens once they fit', async () => {
    const { session, openBoth, match } = page;
    await openBoth();
    await match();
    const file = await savedFile();
    await page.open(1, 'c.jpg');
    await match([0.4]);
    session.takeFiles([file]);
    await vi.waitFor(() => expect(page.store.getState().waitingFile).not.toBeNull());
    expect(currentResult(page.store.getState())!.matches.confidence).toHaveLength(1);
    await page.open(1, 'b.jpg');
    expect(page.store.getState().waitingFile).toBeNull();
    expect(currentResult(page.store.getState())!.matches.confidence).toHaveLength(5);
  });

  it('draws over other photos of the same size only when asked to', async () => {
    const { session, store, openBoth, match, open } = page;
    await openBoth();
    await match();
    const file = await savedFile();
    await open(1, 'c.jpg');
    session.takeFiles([file]);
    await vi.waitFor(() => expect(store.getState().waitingFile).not.toBeNull());
    expect(currentResult(store.getState())).toBeNull();
    session.showMatchFileAnyway();
    expect(currentResult(store.getState())!.photos[1].name).toBe('c.jpg');
    expect(store.getState().waitingFile).toBeNull();
  });

  it('keeps what is shown when a file is no match file', async () => {
    const { session, store, openBoth, match, messages } = page;
    await openBoth();
    await match();
    const before = store.getState().result;
    session.takeFiles([new File(['{"format":"other"}'], 'other.json')]);
    await vi.waitFor(() => expect(messages()).toHaveLength(1));
    expect(store.getState()).toMatchObject({ result: before, waitingFile: null });
  });
});

describe('weights', () => {
  it('starts with the bundled ones and selects what was imported', async () => {
    const { client, session, store } = page;
    await session.start();
    expect(store.getState().matcher.weightsId).toBe('loftr-compact');
    const imported = { ...officialWeights, id: 'imported-1', state: 'imported' as const };
    session.takeFiles([new File(['x'], 'own.ckpt')]);
    client.weights = [...client.weights, imported];
    await client.imported[0]!.answer(imported);
    expect(store.getState().matcher).toMatchObject({ weightsId: 'imported-1', transfer: null });
    await session.removeWeights('imported-1');
    expect(store.getState().matcher.weightsId).toBe('loftr-compact');
  });

  it('asks for what a file does not say, and again when it is to be changed', async () => {
    const { client, session, store, messages } = page;
    await session.start();
    session.takeFiles([new File(['x'], 'own.ckpt')]);
    await client.imported[0]!.fail(new CovisError('network', 'options-missing', 'It does not say: choose.'));
    expect(store.getState().matcher.question).toEqual({
      fileName: 'own.ckpt',
      options: { heads: 8, tempBugFix: false },
    });
    expect(messages()).toEqual([]);
    void session.answerWeightsOptions({ heads: 4, tempBugFix: true });
    expect(client.imported[1]!.request).toEqual({
      name: 'own.ckpt',
      options: { heads: 4, tempBugFix: true },
    });
    const imported = {
      ...officialWeights,
      id: 'imported-1',
      state: 'imported' as const,
      options: { heads: 4, tempBugFix: true },
    };
    client.weights = [...client.weights, imported];
    await client.imported[1]!.answer(imported);
    expect(store.getState().matcher).toMatchObject({ question: null, weightsId: 'imported-1' });

    session.askWeightsOptions('imported-1');
    expect(store.getState().matcher.question?.options).toEqual({ heads: 4, tempBugFix: true });
    await session.answerWeightsOptions(null);
    expect(store.getState().matcher.question).toBeNull();
    expect(client.imported).toHaveLength(2);
  });

  it('keeps the chosen weights when a checkpoint is refused', async () => {
    const { client, session, store, messages } = page;
    await session.start();
    session.takeFiles([new File(['x'], 'own.pth')]);
    await client.imported[0]!.fail(
      new CovisError('checkpoint', 'checkpoint-truncated', 'It ends early: copy again.'),
    );
    expect(store.getState().matcher).toMatchObject({ weightsId: 'loftr-compact', transfer: null });
    expect(messages()).toEqual(['It ends early: copy again.']);
  });
});

describe('messages', () => {
  it('says what can be done with files it does not know', () => {
    const { session, messages } = page;
    session.takeFiles([new File(['x'], 'notes.txt', { type: 'text/plain' })]);
    expect(messages()[0]).toContain('"notes.txt" is not a photo');
  });

  it('shows the same sentence once, until dismissed', () => {
    const { session, store } = page;
    session.takeFiles([new File(['x'], 'a.doc')]);
    session.takeFiles([new File(['x'], 'a.doc')]);
    expect(store.getState().notices).toHaveLength(1);
    session.dismissNotice(store.getState().notices[0]!.id);
    expect(store.getState().notices).toHaveLength(0);
  });

  it('gives one general sentence for the unexpected and leaves the details to the console', async () => {
    const { client, session, messages } = page;
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {});
    const opening = session.openPhoto(0, new Blob(['x']), 'a.jpg');
    await client.opened[0]!.fail(new TypeError('x is undefined'));
    await opening;
    expect(messages()[0]).toContain('Something unexpected');
    expect(messages()[0]).not.toContain('undefined');
    expect(logged).toHaveBeenCalledOnce();
    logged.mockRestore();
  });
});
