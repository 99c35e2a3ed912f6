import { CheckRow } from '../controls/CheckRow.tsx';
import { formatCount } from '../describe.ts';
import { useApp, useServices } from '../state/AppContext.ts';
import { currentResult } from '../state/selectResult.ts';

/** What is made of the matches after matching, and of how many of those that the network found. */
export function RefinementField() {
  const { session } = useServices();
  const refinement = useApp((state) => state.matcher.settings.refinement);
  const refined = useApp((state) => currentResult(state)?.matches.refined);
  const propagated = useApp((state) => currentResult(state)?.matches.propagated);
  const added = propagated ? countSet(propagated) : 0;
  return (
    <>
      <CheckRow
        label="Refine to sub-pixels"
        checked={refinement !== undefined}
        note="Least squares matching: moves each match in the second photo to where its surroundings look most alike."
        onChange={(checked) => session.chooseRefinement(checked ? 'least-squares' : null)}
      >
        {refined && (
          <span className="checkDetail" data-testid="refined">
            {formatCount(countSet(refined) - added)} of {formatCount(refined.length - added)}
          </span>
        )}
      </CheckRow>
      <CheckRow
        label="Propagate to neighbours"
        checked={refinement === 'propagation'}
        note="From each refined match to the points around it that the network left out, as far as the photos look alike."
        onChange={(checked) => session.chooseRefinement(checked ? 'propagation' : 'least-squares')}
      >
        {propagated && (
          <span className="checkDetail" data-testid="propagated">
            {formatCount(added)} more
          </span>
        )}
      </CheckRow>
    </>
  );
}

function countSet(flags: Uint8Array): number {
  return flags.reduce((sum, flag) => sum + flag, 0);
}
