/** Joins the page: the worker client, the store, the session and what only a browser has. */
import { createRef, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App.tsx';
import { createSession } from './app/session/createSession.ts';
import { loadPageFile } from './app/session/loadPageFile.ts';
import { createAppStore } from './app/state/createAppStore.ts';
import { recallTheme, rememberTheme } from './app/state/rememberTheme.ts';
import { createTestInterface } from './app/testInterface.ts';
import { saveFile } from './export/saveFile.ts';
import type { PairStageHandle } from './stage/stageProps.ts';
import { createCovisClient } from './worker/client.ts';
import './app/theme.css';

const store = createAppStore();
store.setState({ theme: recallTheme() });

const session = createSession({
  client: createCovisClient(),
  store,
  scheduleFrame: requestAnimationFrame.bind(window),
  loadFile: loadPageFile,
  saveFile,
  writeClipboard: (text) => navigator.clipboard.writeText(text),
  rememberTheme,
  systemTheme: () => (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'),
});

window.covis = createTestInterface(store);

const root = document.getElementById('root');
if (!root) throw new Error('The page has no root element.');
createRoot(root).render(
  <StrictMode>
    <App services={{ store, session, stage: createRef<PairStageHandle>() }} />
  </StrictMode>,
);
void session.start();
