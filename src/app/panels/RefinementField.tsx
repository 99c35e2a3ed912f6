import { CheckRow } from '../controls/CheckRow.tsx';
import { formatCount } from '../describe.ts';
import { useApp, useServices } from '../state/AppContext.ts';
import { currentResult } from '../state/selectResult.ts';

/** Whether places are refined after matching, and how many of the result's were. */
export function RefinementField() {
  const { session } = useServices();
  const refinement = useApp((state) => state.matcher.settings.refinement);
  const refined = useApp((state) => currentResult(state)?.matches.refined);
  return (
    <CheckRow
      label="Refine to sub-pixels"
      checked={refinement !== undefined}
      note="Least squares matching: moves each match in the second photo to where its surroundings look most alike."
      onChange={(checked) => session.chooseRefinement(checked ? 'least-squares' : null)}
    >
      {refined && (
        <span className="checkDetail" data-testid="refined">
          {formatCount(refined.reduce((sum, flag) => sum + flag, 0))} of {formatCount(refined.length)}
        </span>
      )}
    </CheckRow>
  );
}
