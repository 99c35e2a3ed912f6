import { expect, it } from 'vitest';
import { formulaWeights, type TensorShapes } from '../testing/formulaWeights.ts';
import { checkWeights } from './createMatcher.ts';
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

/** A whole sentence for each, as a person reads it who dropped the file on the page. */
it.each<[string, TensorShapes, string]>([
  [
    'RoMa',
    { 'encoder.cnn.layers.0.weight': [64, 3, 3, 3], 'decoder.embedding_decoder.blocks.0.norm1.weight': [8] },
    'The weights are not those of a DKM of version 3: it holds a RoMa network, which lacks "encoder.net.conv1.weight"; choose a DKMv3 checkpoint.',
  ],
  [
    'DKM of version 1 or 2',
    { 'encoder.resnet.conv1.weight': [64, 3, 7, 7], 'decoder.gps.32.pos_conv.weight': [256, 2, 1, 1] },
    'The weights are not those of a DKM of version 3: it holds version 1 or 2 of DKM, which lacks "encoder.net.conv1.weight"; choose a DKMv3 checkpoint.',
  ],
  [
    'a plain ResNet',
    { 'conv1.weight': [64, 3, 7, 7], 'layer1.0.conv1.weight': [64, 64, 1, 1], 'fc.weight': [1000, 2048] },
    'The weights are not those of a LoFTR: it holds a ResNet alone, which lacks "loftr_coarse.layers.0.q_proj.weight"; choose a LoFTR checkpoint.',
  ],
  [
    'an encoder alone',
    Object.fromEntries(Object.entries(narrowShapes()).filter(([name]) => name.startsWith('encoder.'))),
    'The weights lack the tensor "decoder.proj.32.weight"; choose a complete DKMv3 checkpoint.',
  ],
  [
    'a DKM without refiners',
    Object.fromEntries(Object.entries(narrowShapes()).filter(([name]) => !name.includes('conv_refiner'))),
    'The weights lack the tensor "decoder.conv_refiner.16.block1.0.weight"; choose a complete DKMv3 checkpoint.',
  ],
])('refuses %s by name of what is missing', (_, shapes, sentence) => {
  const checkpoint = formulaWeights(shapes);
  expect(() => checkWeights(identifyMatcher(checkpoint), checkpoint, null)).toThrowError(sentence);
});
