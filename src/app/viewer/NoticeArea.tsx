import { CloseIcon } from '../controls/icons.tsx';
import { useApp, useServices } from '../state/AppContext.ts';
import './NoticeArea.css';

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
              Run at {remedy.longEdge} px
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
