import { presetOfViews, viewPresets } from '../../pipeline/viewPresets.ts';
import { CloseIcon } from '../controls/icons.tsx';
import { useApp, useServices } from '../state/AppContext.ts';
import type { NoticeRemedy } from '../state/appState.ts';
import './NoticeArea.css';

function nameRemedy({ longEdge, views }: NoticeRemedy): string {
  const preset = views && presetOfViews(views);
  return preset ? `Run “${viewPresets[preset].label}”` : `Run at ${longEdge} px`;
}

/** Messages over the stage; they stay until dismissed and never stop the work. */
export function NoticeArea() {
  const { session } = useServices();
  const notices = useApp((state) => state.notices);
  return (
    <div className="noticeArea" role="alert" aria-live="assertive" aria-atomic="false">
      {notices.map(({ id, kind, message, remedy }) => (
        <div key={id} className={kind === 'error' ? 'notice isFailure' : 'notice'} data-kind={kind}>
          <p>{message}</p>
          {remedy && (
            <button
              type="button"
              className="button noticeRemedy"
              onClick={() => void session.runWithRemedy(remedy)}
            >
              {nameRemedy(remedy)}
            </button>
          )}
          <button
            type="button"
            className="button isPlain isIcon"
            aria-label="Dismiss this message"
            title="Dismiss"
            onClick={() => session.dismissNotice(id)}
          >
            <CloseIcon />
          </button>
        </div>
      ))}
    </div>
  );
}
