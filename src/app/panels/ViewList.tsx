import { describeView, type ViewId, type ViewReport } from '../../pipeline/pairMatches.ts';
import { formatCount } from '../../reporting/formatCount.ts';
import { categoryColour, cssColour } from '../../stage/colourMap.ts';
import { CheckRow } from '../controls/CheckRow.tsx';
import { formatDuration } from '../describe.ts';
import { useApp, useServices } from '../state/AppContext.ts';
import { currentResult } from '../state/selectResult.ts';
import './ViewList.css';

/** What each view of the result cost and added, and whether its matches are drawn. Nothing where there is one view. */
export function ViewList() {
  const reports = useApp((state) => currentResult(state)?.matches.viewReports ?? null);
  const hiddenViews = useApp((state) => state.view.hiddenViews);
  if (!reports || reports.length < 2) return null;
  return (
    <fieldset className="viewList" aria-label="Views drawn" data-testid="views">
      <div className="viewHead" aria-hidden="true">
        <span>Views drawn</span>
        <span className="viewAdded">New matches</span>
        <span className="viewTime">Time</span>
      </div>
      {reports.map((report, index) => (
        <ViewRow key={report.view} report={report} index={index} hiddenViews={hiddenViews} />
      ))}
    </fieldset>
  );
}

function ViewRow(props: { report: ViewReport; index: number; hiddenViews: readonly ViewId[] }) {
  const { session } = useServices();
  const { report, index, hiddenViews } = props;
  const { view, found, added, milliseconds, failure } = report;
  const { label } = describeView(view);
  const isHidden = hiddenViews.includes(view);
  return (
    <div className="viewRow">
      <CheckRow
        label={label}
        checked={failure === null && !isHidden}
        disabled={failure !== null}
        mark={<span className="viewSwatch" style={{ background: cssColour(categoryColour(index)) }} />}
        note={
          failure
            ? failure.message
            : `${formatCount(found)} matches, ${formatCount(added)} of which no view before had found`
        }
        onChange={(shown) =>
          session.changeView({
            hiddenViews: shown ? hiddenViews.filter((other) => other !== view) : [...hiddenViews, view],
          })
        }
      >
        {failure === null && <span className="viewAdded">+{formatCount(added)}</span>}
        <span className="viewTime">{formatDuration(milliseconds)}</span>
      </CheckRow>
      {failure && <p className="viewFailure">{failure.message}</p>}
    </div>
  );
}
