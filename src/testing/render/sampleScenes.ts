/** The registry of the sample pairs: a new one is one scene and one entry here. */
import { marketSquare } from './scenes/marketSquare.ts';
import { posterWall } from './scenes/posterWall.ts';
import { streetCorner } from './scenes/streetCorner.ts';
import type { PairScene } from './scenes/view.ts';

export interface SampleDescription {
  readonly title: string;
  readonly description: string;
  readonly createScene: () => PairScene;
}

export const sampleScenes = {
  'poster-wall': {
    title: 'Poster wall',
    description: 'One plane, seen frontally and at a slant: a single homography explains every match.',
    createScene: posterWall,
  },
  'street-corner': {
    title: 'Street corner',
    description: 'Two views of a corner house a few steps apart: depth, occlusion and reflections.',
    createScene: streetCorner,
  },
  'noon-and-night': {
    title: 'Noon and night',
    description:
      'A market square at noon and after dark: the same houses in light that has nothing in common.',
    createScene: marketSquare,
  },
} as const satisfies Readonly<Record<string, SampleDescription>>;

export type SampleId = keyof typeof sampleScenes;

export const sampleIds = Object.keys(sampleScenes) as readonly SampleId[];
