import { beforeEach, describe, expect, it } from 'vitest';
import { CovisError } from '../../reporting/covisError.ts';
import type { PreviewReply } from '../../worker/protocol.ts';
import { createAppStore } from '../state/createAppStore.ts';
import { createFakeClient, openedPhoto } from '../testing/createFakeClient.ts';
import { createNotices } from './createNotices.ts';
import { createSession } from './createSession.ts';

function createPage() {
  const client = createFakeClient();
  const store = createAppStore();
  const session = createSession({
    client,
    store,
    notices: createNotices(store),
    scheduleFrame: () => {},
    loadFile: async () => new Blob(['[]']),
    createdBy: 'Covis test',
    saveFile: () => {},
    writeClipboard: async () => {},
    rememberTheme: () => {},
    systemTheme: () => 'light',
  });
  const open = async (side: 0 | 1, name: string) => {
    const opening = session.openPhoto(side, new Blob(['x']), name);
    await client.opened.at(-1)!.answer(openedPhoto(name));
    await opening;
    return store.getState().photos[side].photo!.photoId;
  };
  const preview = () => store.getState().inputPreview;
  return { client, store, session, open, preview };
}

const reply = () => [{ width: 1 }, { width: 2 }] as unknown as PreviewReply;

let page: ReturnType<typeof createPage>;
beforeEach(async () => {
  page = createPage();
  await page.session.start();
});

describe('previews of what the network sees', () => {
  it('cost nothing until somebody looks, and come for one photo as for two', async () => {
    const { client, session, open } = page;
    const id0 = await open(0, 'a.jpg');
    session.changePreprocessing({ gamma: 2 });
    expect(client.previewed).toEqual([]);
    session.showInputPreview(true);
    expect(client.previewed).toHaveLength(1);
    expect(client.previewed[0]!.request).toEqual({
      photos: [id0, null],
      settings: {
        matcher: 'loftr',
        longEdge: 640,
        preprocessing: { resampling: 'cubic', equalisation: null, gamma: 2 },
      },
    });
    const id1 = await open(1, 'b.jpg');
    expect(client.previewed.at(-1)!.request.photos).toEqual([id0, id1]);
  });

  it('follow every change, and only changes', async () => {
    const { client, session, open, preview } = page;
    await open(0, 'a.jpg');
    session.showInputPreview(true);
    session.changePreprocessing({ gamma: 1.5 });
    session.changePreprocessing({ gamma: 1.5 });
    session.changeView({ maximumLines: 7 });
    session.chooseLongEdge(320);
    expect(client.previewed).toHaveLength(3);
    const [first, , last] = client.previewed;
    const [early, late] = [reply(), reply()];
    await first!.answer(early);
    expect(preview().shown).toBe(early);
    await last!.answer(late);
    expect(preview().shown).toBe(late);
    expect(last!.signal.aborted).toBe(false);
  });

  it('of photos that are gone are never shown', async () => {
    const { client, session, open, preview } = page;
    await open(0, 'a.jpg');
    await open(1, 'b.jpg');
    session.showInputPreview(true);
    await client.previewed[0]!.answer(reply());
    session.swapPhotos();
    expect(preview().shown).toBeNull();
    expect(client.previewed).toHaveLength(2);
    session.swapPhotos();
    await client.previewed[1]!.answer(reply());
    expect(preview().shown).toBeNull();
    expect(client.previewed).toHaveLength(3);
  });

  it('are freed when nobody looks any more', async () => {
    const { client, session, open, preview } = page;
    await open(0, 'a.jpg');
    session.showInputPreview(true);
    await client.previewed[0]!.answer(reply());
    session.showInputPreview(false);
    expect(preview()).toEqual({ wanted: false, shown: null, failure: null });
    session.changePreprocessing({ gamma: 2 });
    expect(client.previewed).toHaveLength(1);
  });

  it('say why there is none beside the settings, ask again after a change, and never for the same', async () => {
    const { client, session, store, open, preview } = page;
    await open(0, 'a.jpg');
    session.showInputPreview(true);
    const narrow = new CovisError('preprocess', 'photo-too-narrow', 'Too narrow: crop it.');
    await client.previewed[0]!.fail(narrow);
    expect(preview().failure).toBe('Too narrow: crop it.');
    session.highlight(1);
    expect(client.previewed).toHaveLength(1);
    expect(store.getState().notices).toEqual([]);
    session.chooseLongEdge(1200);
    await client.previewed[1]!.answer(reply());
    expect(preview().failure).toBeNull();
  });
});

describe('preprocessing', () => {
  it('leaves no trace in the settings once nothing is asked for', () => {
    const { session, store } = page;
    const settings = () => store.getState().matcher.settings;
    const before = settings();
    session.changePreprocessing({ equalisation: { clipLimit: 3, tiles: 8 } });
    expect(settings().preprocessing).toEqual({
      resampling: 'cubic',
      equalisation: { clipLimit: 3, tiles: 8 },
      gamma: 1,
    });
    session.changePreprocessing({ equalisation: null });
    expect(settings()).toEqual(before);
  });
});
