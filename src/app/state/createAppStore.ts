/** The store: its first state and the one way to change a slice. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import {
  DEFAULT_ESTIMATION_SETTINGS,
  DEFAULT_MATCH_SETTINGS,
  DEFAULT_MINIMUM_CONFIDENCE,
} from '../../pipeline/defaultSettings.ts';
import type { AppState } from './appState.ts';

export type AppStore = StoreApi<AppState>;

const firstState: AppState = {
  photos: [
    { photo: null, opening: null },
    { photo: null, opening: null },
  ],
  samples: [],
  capabilities: null,
  matcher: {
    weights: [],
    weightsId: null,
    provider: 'auto',
    settings: DEFAULT_MATCH_SETTINGS,
    transfer: null,
    question: null,
  },
  geometry: DEFAULT_ESTIMATION_SETTINGS,
  view: {
    colourBy: 'confidence',
    inliers: 'shown',
    outliers: 'dimmed',
    minimumConfidence: DEFAULT_MINIMUM_CONFIDENCE,
    maximumMatches: Number.POSITIVE_INFINITY,
    maximumLines: 1000,
    hiddenViews: [],
  },
  denseView: {
    mode: 'matches',
    certaintyOpacity: 0.6,
    compare: 'swipe',
    blink: 'alternate',
    blinkMs: 700,
  },
  inputPreview: { wanted: false, shown: null, failure: null },
  run: { phase: 'idle', progress: null, startedAt: 0, first: true },
  result: null,
  estimate: null,
  warped: null,
  waitingFile: null,
  highlighted: null,
  notices: [],
  theme: 'system',
};

export function createAppStore(): AppStore {
  return createStore<AppState>(() => firstState);
}

type Slice = 'matcher' | 'geometry' | 'view' | 'denseView' | 'inputPreview' | 'run';

/** Changes some fields of one slice, and nothing at all when they have these values already. */
export function changeSlice<Name extends Slice>(
  store: AppStore,
  name: Name,
  change: Partial<AppState[Name]>,
): void {
  const slice = store.getState()[name];
  const fields = Object.keys(change) as (keyof AppState[Name])[];
  if (fields.every((field) => Object.is(slice[field], change[field]))) return;
  store.setState({ [name]: { ...slice, ...change } } as Partial<AppState>);
}
