import { expect, it } from 'vitest';
import { formulaWeights, type TensorShapes } from '../testing/formulaWeights.ts';
import { narrowShapes } from './dkm/testing/narrowNetwork.ts';
import { identifyMatcher } from './identifyMatcher.ts';

it.each<[string, TensorShapes, string]>([
  ['a DKM', narrowShapes(), 'dkm'],
  ['a RoMa, which DKM refuses by name', { 'decoder.embedding_decoder.blocks.0.norm1.weight': [8] }, 'dkm'],
  ['a LoFTR', { 'backbone.conv1.weight': [8, 1, 7, 7], 'loftr_coarse.layers.0.norm1.weight': [8] }, 'loftr'],
  ['anything else', { 'fc.weight': [10, 10] }, 'loftr'],
])('takes %s for what it is', (_, shapes, matcher) => {
  expect(identifyMatcher(formulaWeights(shapes))).toBe(matcher);
});
