/** How components reach the store and the session; there is one of each for a page. */
import { createContext, type RefObject, useContext } from 'react';
import { useStore } from 'zustand';
import type { PairStageHandle } from '../../stage/stageProps.ts';
import type { Session } from '../session/createSession.ts';
import type { AppState } from './appState.ts';
import type { AppStore } from './createAppStore.ts';

export interface AppServices {
  readonly store: AppStore;
  readonly session: Session;
  readonly stage: RefObject<PairStageHandle | null>;
}

export const AppContext = createContext<AppServices | null>(null);

export function useServices(): AppServices {
  const services = useContext(AppContext);
  if (!services) throw new Error('This component must be inside the app.');
  return services;
}

export function useApp<T>(select: (state: AppState) => T): T {
  return useStore(useServices().store, select);
}
