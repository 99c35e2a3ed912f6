import { useEffect } from 'react';
import { StatusBar } from './bar/StatusBar.tsx';
import { TopBar } from './bar/TopBar.tsx';
import { SidePanel } from './panels/SidePanel.tsx';
import { AppContext, type AppServices, useServices } from './state/AppContext.ts';
import { useTheme } from './state/useTheme.ts';
import { Viewer } from './viewer/Viewer.tsx';
import './App.css';

export function App({ services }: { services: AppServices }) {
  return (
    <AppContext value={services}>
      <Shell />
    </AppContext>
  );
}

function Shell() {
  const theme = useTheme();
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  useRunKeys();
  return (
    <div className="shell">
      <TopBar />
      <Viewer />
      <SidePanel />
      <StatusBar />
    </div>
  );
}

/** Ctrl or ⌘ with Enter matches, Escape cancels; Escape closes a menu first, which takes the event. */
function useRunKeys(): void {
  const { session } = useServices();
  useEffect(() => {
    // Lists and menus open on Enter with any other key held: taken before it reaches one that is closed.
    const beforeMenus = (event: KeyboardEvent) => {
      const { target } = event;
      if (!isRunKey(event) || !(target instanceof Element && target.closest('[aria-expanded="false"]')))
        return;
      event.preventDefault();
      event.stopPropagation();
      void session.runMatch();
    };
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return;
      if (isRunKey(event)) {
        event.preventDefault();
        void session.runMatch();
      } else if (event.key === 'Escape') {
        session.cancelRun();
      }
    };
    document.addEventListener('keydown', beforeMenus, { capture: true });
    document.addEventListener('keydown', onKeyDown);
    return () => {
      document.removeEventListener('keydown', beforeMenus, { capture: true });
      document.removeEventListener('keydown', onKeyDown);
    };
  }, [session]);
}

function isRunKey(event: KeyboardEvent): boolean {
  return event.key === 'Enter' && (event.ctrlKey || event.metaKey);
}
