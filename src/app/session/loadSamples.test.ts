import { describe, expect, it } from 'vitest';
import { loadSamples } from './loadSamples.ts';

const wall = {
  id: 'wall',
  title: 'Wall',
  description: 'A plane.',
  photo0: 'wall-0.jpg',
  photo1: 'wall-1.jpg',
};

describe('loadSamples', () => {
  it('lists the pairs with the paths of their photos', async () => {
    const list = JSON.stringify([{ ...wall, truth: 'wall.json' }, { id: 'broken' }]);
    expect(await loadSamples(async () => new Blob([list]))).toEqual([
      {
        id: 'wall',
        title: 'Wall',
        description: 'A plane.',
        files: ['samples/wall-0.jpg', 'samples/wall-1.jpg'],
      },
    ]);
  });

  it('offers none where the list is missing or damaged', async () => {
    expect(await loadSamples(() => Promise.reject(new Error('missing')))).toEqual([]);
    expect(await loadSamples(async () => new Blob(['{"a":']))).toEqual([]);
    expect(await loadSamples(async () => new Blob(['{}']))).toEqual([]);
  });
});
