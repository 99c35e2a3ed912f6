import { formatCount } from '../../reporting/formatCount.ts';
import { CheckRow } from '../controls/CheckRow.tsx';
import { useApp, useServices } from '../state/AppContext.ts';
import { countRefined } from '../state/countRefined.ts';
import { currentResult } from '../state/selectResult.ts';

/** What is made of the matches after matching, and of how many of those that the network found. */
export function RefinementField() {
  const { session } = useServices();
  const refinement = useApp((state) => state.matcher.settings.refinement);
  const matches = useApp((state) => currentResult(state)?.matches ?? null);
  const counts = matches && countRefined(matches);
  return (
    <>
      <CheckRow
        label="Refine to sub-pixels"
        checked={refinement !== undefined}
        note="Least squares matching: moves each match in the second photo to where its surroundings look most alike."
        onChange={(checked) => session.chooseRefinement(checked ? 'least-squares' : null)}
      >
        {counts && (
          <span className="checkDetail" data-testid="refined">
            {formatCount(counts.refined)} of {formatCount(counts.found)}
          </span>
        )}
      </CheckRow>
      <CheckRow
        label="Propagate to neighbours"
        checked={refinement === 'propagation'}
        note="From each refined match to the points around it that the network left out, as far as the photos look alike."
        onChange={(checked) => session.chooseRefinement(checked ? 'propagation' : 'least-squares')}
      >
        {counts && counts.propagated !== null && (
          <span className="checkDetail" data-testid="propagated">
            {formatCount(counts.propagated)} more
          </span>
        )}
      </CheckRow>
    </>
  );
}
