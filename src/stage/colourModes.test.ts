import { expect, it } from 'vitest';
import type { Points } from '../geometry/coordinates.ts';
import { categoryColour, cssColour } from './colourMap.ts';
import { colourModes } from './colourModes.ts';

it('explains the colours of the views that are drawn, each in its own', () => {
  const none = new Float32Array(6) as Points<'photo'>;
  const legend = colourModes.view.legend({
    matches: {
      keypoints0: none,
      keypoints1: none,
      confidence: new Float32Array(3),
      view: new Uint8Array([2, 0, 2]),
      support: new Uint8Array(3).fill(1),
      settings: { views: ['original', 'flip', 'scale:960', 'shared-region'] },
    },
    geometry: null,
  });
  expect(legend).toEqual({
    kind: 'classes',
    classes: [
      { label: 'Original', colour: cssColour(categoryColour(0)) },
      { label: 'At 960 px', colour: cssColour(categoryColour(2)) },
    ],
  });
});
