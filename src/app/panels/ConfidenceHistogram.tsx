import { useMemo } from 'react';
import { confidenceColour, cssColour } from '../../stage/colourMap.ts';
import './ConfidenceHistogram.css';

const binCount = 50;

/** How confident the matches are, over the slider that cuts them off; heights by square root, to show the few. */
export function ConfidenceHistogram(props: { confidence: Float32Array | null; minimum: number }) {
  const heights = useMemo(() => (props.confidence ? binHeights(props.confidence) : null), [props.confidence]);
  return (
    <svg className="histogram" viewBox={`0 0 ${binCount} 1`} preserveAspectRatio="none" aria-hidden="true">
      {heights?.map((height, bin) => {
        const middle = (bin + 0.5) / binCount;
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its bin
            key={bin}
            x={bin}
            y={1 - height}
            width={0.8}
            height={height}
            fill={cssColour(confidenceColour(middle))}
            opacity={middle < props.minimum ? 0.25 : 1}
          />
        );
      })}
    </svg>
  );
}

function binHeights(confidence: Float32Array): readonly number[] {
  const counts = new Array<number>(binCount).fill(0);
  for (const value of confidence) {
    const bin = Math.min(Math.max(Math.floor(value * binCount), 0), binCount - 1);
    counts[bin] = counts[bin]! + 1;
  }
  const most = Math.max(...counts, 1);
  return counts.map((count) => Math.sqrt(count / most));
}
