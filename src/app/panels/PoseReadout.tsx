import type { EssentialEstimation } from '../../estimators/estimator.ts';
import { formatCount } from '../../reporting/formatCount.ts';
import { describePose } from '../describePose.ts';

function describeUnique({ restsOnPlane }: EssentialEstimation): string | null {
  if (restsOnPlane === null) return null;
  return restsOnPlane ? 'no: one plane fits two poses' : 'yes';
}

/** Where the second camera stands and looks; dashes until it is known, so that nothing moves. */
export function PoseReadout({ estimation }: { estimation: EssentialEstimation | null }) {
  const pose = estimation && describePose(estimation.pose);
  const rows = [
    ['Turned', pose && `${pose.angle}, rolled ${pose.roll}`],
    ['', pose?.turn],
    ['Moved', pose?.move],
    [
      'In front',
      estimation &&
        `${formatCount(estimation.pose.inFrontCount)} of ${formatCount(estimation.inlierCount)} inliers`,
    ],
    ['Unique', estimation && describeUnique(estimation)],
  ] as const;
  return (
    <dl
      className="poseReadout"
      aria-label="Second camera, seen from the first"
      title="The second camera, seen from the first; two photos do not tell how far it moved"
    >
      {rows.map(([name, value], k) => (
        <div key={name || k}>
          <dt>{name}</dt>
          <dd>{value ?? '–'}</dd>
        </div>
      ))}
    </dl>
  );
}
