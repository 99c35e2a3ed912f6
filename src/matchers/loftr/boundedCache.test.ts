import { describe, expect, it } from 'vitest';
import { BoundedCache } from './boundedCache.ts';

function createCache(limit: number) {
  const freed: string[] = [];
  const cache = new BoundedCache<string>(limit, (value) => {
    freed.push(value);
  });
  const obtain = (key: string, weight: number, inUse: readonly string[] = []) =>
    cache.obtain(key, weight, new Set(inUse), async () => key);
  return { cache, freed, obtain };
}

describe('BoundedCache', () => {
  it('frees what was used longest ago', async () => {
    const { freed, obtain } = createCache(3);
    for (const key of ['a', 'b', 'c', 'a', 'd']) await obtain(key, 1);
    expect(freed).toEqual(['b']);
  });

  it('counts weights', async () => {
    const { freed, obtain } = createCache(10);
    for (const [key, weight] of [
      ['a', 4],
      ['b', 4],
      ['c', 8],
    ] as const)
      await obtain(key, weight);
    expect(freed).toEqual(['a', 'b']);
  });

  it('never frees what is in use, and keeps one that alone exceeds the limit', async () => {
    const { cache, freed, obtain } = createCache(2);
    await obtain('a', 2);
    await obtain('b', 5, ['a']);
    expect([freed, cache.has('a'), cache.has('b')]).toEqual([[], true, true]);
    await obtain('c', 1, ['c', 'b']);
    expect(freed).toEqual(['a']);
  });

  it('keeps nothing of a failed creation', async () => {
    const { cache, freed } = createCache(2);
    const failing = cache.obtain('a', 1, new Set(), () => Promise.reject(new Error('no')));
    await expect(failing).rejects.toThrow('no');
    expect(cache.has('a')).toBe(false);
    await cache.clear();
    expect(freed).toEqual([]);
  });

  it('frees everything once', async () => {
    const { cache, freed, obtain } = createCache(5);
    for (const key of ['a', 'b', 'a']) await obtain(key, 1);
    await cache.clear();
    await cache.clear();
    expect(freed).toEqual(['b', 'a']);
  });
});
