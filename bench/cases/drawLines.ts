/**
 * Drawing 10,000 matches on a stage of 1280x720: all lines anew, as after zooming, and the same lines under
 * another threshold, as while the slider is dragged.
 */
import { packConfidenceColours } from '../../src/stage/colourMap.ts';
import { LinePainter, type LinePicture } from '../../src/stage/LinePainter.ts';
import { styleLines } from '../../src/stage/lineStyle.ts';
import { createRandom } from '../../src/testing/random.ts';
import type { BenchCase } from './benchCase.ts';
import { repeat, summarise, timed } from './measureRuns.ts';

const lineCount = 10_000;
const size = { width: 1280, height: 720 } as const;

/** A pass over the pixels takes milliseconds: more runs cost nothing and a median needs them. */
const runsPerPlanned = 4;

export const drawLinesCase: BenchCase = {
  id: 'draw-lines',
  environments: ['browser-page'],
  async run({ plan }) {
    const painter = new LinePainter();
    const picture = pictureOfLines();
    // The compiler of the browser needs to have seen the code.
    for (let warmUp = 0; warmUp < 3; warmUp++)
      painter.paint({ ...picture, viewport: { zoom: 1, x: 0, y: 0 } });
    let canvas = painter.paint(picture);
    const runs = await repeat({ ...plan, runs: plan.runs * runsPerPlanned }, async (run) => {
      // Another viewport object, the same view: the painter must draw all lines.
      const viewport = { zoom: 1, x: 0, y: 0 };
      const anew = await timed(() => painter.paint({ ...picture, viewport }));
      const limit = lineCount - 1 - ((run * 997) % (lineCount / 2));
      const threshold = await timed(() => painter.paint({ ...picture, viewport, limit }));
      canvas = anew.result;
      return { anew: anew.ms, threshold: threshold.ms };
    });
    const anew = runs.map((run) => run.anew);
    return {
      facts: { lines: lineCount, stage: `${size.width}x${size.height}`, 'inked pixels': countInk(canvas) },
      measurements: {
        'all lines anew': summarise('ms', anew),
        'lines drawn': summarise(
          '/s',
          anew.map((ms) => (1000 * lineCount) / ms),
        ),
        'another threshold': summarise(
          'ms',
          runs.map((run) => run.threshold),
        ),
      },
    };
  },
};

/** From the left half to about the same place in the right half, confidence falling. */
function pictureOfLines(): LinePicture {
  const random = createRandom(1);
  const ends = new Float32Array(4 * lineCount);
  for (let k = 0; k < lineCount; k++) {
    const [x, y] = [random.uniform(0, size.width / 2), random.uniform(0, size.height)];
    ends.set([x, y, x + size.width / 2 + 15 * random.normal(), y + 15 * random.normal()], 4 * k);
  }
  const confidence = Float32Array.from({ length: lineCount }, (_, k) => 1 - k / lineCount);
  return {
    group: {
      ends,
      members: Uint32Array.from({ length: lineCount }, (_, k) => k),
      colours: packConfidenceColours(confidence),
    },
    viewport: { zoom: 1, x: 0, y: 0 },
    style: styleLines(lineCount, 1),
    limit: lineCount,
    size,
    pixelRatio: 1,
  };
}

function countInk(canvas: HTMLCanvasElement): number {
  const { data } = canvas.getContext('2d')!.getImageData(0, 0, size.width, size.height);
  let count = 0;
  for (let k = 3; k < data.length; k += 4) if (data[k]! > 0) count++;
  return count;
}
