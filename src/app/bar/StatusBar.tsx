import { Popover } from 'radix-ui';
import { useEffect, useState } from 'react';
import { formatCount } from '../../reporting/formatCount.ts';
import type { ProgressStep } from '../../reporting/progress.ts';
import {
  describeProgress,
  formatDuration,
  formatPercent,
  formatSize,
  nameProvider,
  nameStep,
} from '../describe.ts';
import { useApp } from '../state/AppContext.ts';
import type { AppState } from '../state/appState.ts';
import { countMatches } from '../state/countMatches.ts';
import { describeProvider, willRunOnGpu } from '../state/describeProvider.ts';
import { remember } from '../state/remember.ts';
import { bothPhotos, currentEstimate, currentResult } from '../state/selectResult.ts';
import './StatusBar.css';

/** What is going on, what runs it, and how long each stage took. */
export function StatusBar() {
  return (
    <footer className="statusBar">
      <Activity />
      <Provider />
      <Timings />
    </footer>
  );
}

function Activity() {
  const { phase, progress, startedAt, first } = useApp((state) => state.run);
  const onGpu = useApp((state) => mayRunOnGpu(state));
  const idle = useApp(describeIdle);
  if (phase === 'idle') {
    return (
      <p className="statusActivity" role="status">
        {idle}
      </p>
    );
  }
  const fraction = progress?.fraction ?? 0;
  return (
    <div className="statusActivity isRunning">
      <span
        className="meter statusMeter"
        role="progressbar"
        aria-label="Matching"
        aria-valuenow={Math.round(100 * fraction)}
        aria-valuemin={0}
        aria-valuemax={100}
        style={{ '--done': fraction } as React.CSSProperties}
      >
        <span />
      </span>
      <span className="statusShare">{formatPercent(fraction)}</span>
      <Elapsed since={startedAt} />
      <span className="statusStep" role="status">
        {phase === 'cancelling'
          ? 'Cancelling'
          : progress
            ? describeProgress(progress, first && onGpu)
            : 'Starting'}
      </span>
    </div>
  );
}

function Elapsed({ since }: { since: number }) {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 100);
    return () => clearInterval(timer);
  }, []);
  return <span className="statusElapsed">{(Math.max(0, now - since) / 1000).toFixed(1)}&thinsp;s</span>;
}

function Provider() {
  const provider = useApp(selectProvider);
  if (!provider) return <span className="statusProvider" />;
  return (
    <Popover.Root>
      <Popover.Trigger className="statusButton statusProvider" data-testid="provider">
        {provider.note && <span className="statusDot" />}
        {provider.name}
        {provider.detail && <span className="statusDetail"> · {provider.detail}</span>}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="floating statusPopover" align="end" sideOffset={4} collisionPadding={8}>
          <p className="popoverTitle">{provider.long}</p>
          {provider.note ? <p>{provider.note}</p> : <p>The fastest way this browser offers.</p>}
          <p className="popoverFaint">Nothing is uploaded: the matching runs on this device.</p>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Timings() {
  const matches = useApp((state) => currentResult(state)?.matches ?? null);
  const estimateMs = useApp((state) => currentEstimate(state)?.milliseconds ?? null);
  const total = matches?.timingsMs.total;
  if (!matches || total === undefined) return <span className="statusTimings" />;
  const steps = Object.entries(matches.timingsMs).filter(([step]) => step !== 'total');
  return (
    <Popover.Root>
      <Popover.Trigger className="statusButton statusTimings" data-testid="timings">
        {formatDuration(total)}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="floating statusPopover" align="end" sideOffset={4} collisionPadding={8}>
          <p className="popoverTitle">Timings</p>
          <dl className="timings">
            {steps.map(([step, duration]) => (
              <div key={step}>
                <dt>{nameStep(step as ProgressStep)}</dt>
                <dd>{formatDuration(duration)}</dd>
              </div>
            ))}
            <div className="isTotal">
              <dt>Matching, in all</dt>
              <dd>{formatDuration(total)}</dd>
            </div>
            {estimateMs !== null && (
              <div>
                <dt>Geometry</dt>
                <dd>{formatDuration(estimateMs)}</dd>
              </div>
            )}
          </dl>
          <p className="popoverFaint">
            Network input{' '}
            {matches.inputSize.map(([width, height]) => formatSize(width, height)).join(' and ')},{' '}
            {nameProvider(matches.provider)}, {matches.precision}
          </p>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

const selectProvider = (state: AppState) =>
  providerOf(currentResult(state), state.capabilities, state.matcher.provider);
const providerOf = remember(describeProvider);

function mayRunOnGpu(state: AppState): boolean {
  return state.capabilities !== null && willRunOnGpu(state.capabilities, state.matcher.provider);
}

/** Such as ", 90 agree with one homography"; of an epipolar geometry no more, so that a phone has room for all of it. */
function describeGeometry(state: AppState): string {
  const estimation = currentEstimate(state)?.estimation;
  if (!estimation?.ok) return '';
  const { inlierCount, model } = estimation;
  const verb = inlierCount === 1 ? 'agrees' : 'agree';
  const geometry = model === 'homography' ? 'homography' : 'geometry';
  return `, ${formatCount(inlierCount)} ${verb} with one ${geometry}`;
}

function describeIdle(state: AppState): string {
  const counts = countMatches(state);
  const result = currentResult(state);
  if (result && counts) {
    const from = result.source.kind === 'file' ? `, from ${result.source.fileName}` : '';
    const kept = counts.selected < counts.all ? `${formatCount(counts.selected)} of ` : '';
    const matches = `${formatCount(counts.all)} ${counts.all === 1 ? 'match' : 'matches'}`;
    return `${kept}${matches}${from}${describeGeometry(state)}`;
  }
  if (state.photos.some(({ opening }) => opening !== null)) return 'Opening';
  if (bothPhotos(state)) return 'Ready to match';
  return state.photos.some(({ photo }) => photo !== null)
    ? 'Waiting for another photo'
    : 'Waiting for two photos';
}
