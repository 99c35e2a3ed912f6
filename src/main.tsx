/** Joins the page: the worker client, the store, the session and what only a browser has. */
import './app/theme.css';
import { createRef, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App.tsx';
import { createNotices } from './app/session/createNotices.ts';
import { createSession } from './app/session/createSession.ts';
import { loadPageFile } from './app/session/loadPageFile.ts';
import { createAppStore } from './app/state/createAppStore.ts';
import { recallTheme, rememberTheme } from './app/state/rememberTheme.ts';
import { offerSnapshots } from './app/testInterface.ts';
import { createdBy } from './export/createdBy.ts';
import { saveFile } from './export/saveFile.ts';
import type { PairStageHandle } from './stage/stageProps.ts';
import { createCovisClient } from './worker/client.ts';

const store = createAppStore();
store.setState({ theme: recallTheme() });

const notices = createNotices(store);
const session = createSession({
  client: createCovisClient(notices.tell),
  notices,
  store,
  scheduleFrame: requestAnimationFrame.bind(window),
  loadFile: loadPageFile,
  createdBy,
  saveFile,
  writeClipboard: (text) => navigator.clipboard.writeText(text),
  rememberTheme,
  systemTheme: () => (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'),
});

const stage = createRef<PairStageHandle>();
offerSnapshots(window, store, stage);

const root = document.getElementById('root');
if (!root) throw new Error('The page has no root element.');
createRoot(root).render(
  <StrictMode>
    <App services={{ store, session, stage }} />
  </StrictMode>,
);
void session.start();
