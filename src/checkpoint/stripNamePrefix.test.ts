import { describe, expect, it } from 'vitest';

import type { NamedTensors } from './namedTensors.ts';
import { stripNamePrefix } from './stripNamePrefix.ts';

function named(...names: string[]): NamedTensors {
  const tensor = { dtype: 'float32', shape: [1], toFloat32: () => new Float32Array(1) } as const;
  return { tensors: new Map(names.map((name) => [name, { ...tensor, name }])), metadata: { kept: 'yes' } };
}

const strip = (...names: string[]) => [...stripNamePrefix(named(...names)).tensors.keys()];

describe('stripNamePrefix', () => {
  it('takes off the prefixes of wrappers, nested ones too, in tensors and keys', () => {
    expect(strip('matcher.a', 'matcher.b')).toEqual(['a', 'b']);
    expect(strip('module.matcher.a', 'module.matcher.b')).toEqual(['a', 'b']);
    expect(strip('model.module.a')).toEqual(['a']);
    const { tensors, metadata } = stripNamePrefix(named('matcher.a'));
    expect(tensors.get('a')!.name).toBe('a');
    expect(metadata).toEqual({ kept: 'yes' });
  });

  it('leaves strangers among them alone', () => {
    expect(strip('matcher.a', 'matcher.b', 'loss.weight')).toEqual(['a', 'b', 'loss.weight']);
  });

  it('keeps names when only some carry the prefix or when two would become one', () => {
    expect(strip('matcher.a', 'b')).toEqual(['matcher.a', 'b']);
    expect(strip('matcher.a', 'matcher.b', 'a')).toEqual(['matcher.a', 'matcher.b', 'a']);
    expect(strip('backbone.a', 'backbone.b')).toEqual(['backbone.a', 'backbone.b']);
  });

  it('leaves no tensors as they are', () => {
    expect(strip()).toEqual([]);
  });
});
