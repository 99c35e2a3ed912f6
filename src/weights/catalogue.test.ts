import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { hashBytes } from '../files/hashBytes.ts';
import { identifyWeights, weightsCatalogue } from './catalogue.ts';

const entries = Object.entries(weightsCatalogue);

describe('weightsCatalogue', () => {
  it.each(entries.filter(([, { origin }]) => origin === 'bundled'))(
    '%s names the size and the hash of the file in public/',
    async (_, entry) => {
      const file = new Uint8Array(await readFile(new URL(`../../public/${entry.url}`, import.meta.url)));
      expect({ bytes: file.length, sha256: await hashBytes(file) }).toEqual({
        bytes: entry.bytes,
        sha256: entry.sha256,
      });
    },
  );

  it.each(entries.filter(([, { origin }]) => origin === 'remote'))('%s comes over https', (_, entry) => {
    expect(new URL(entry.url).protocol).toBe('https:');
    // Without a hash, the size is all there is to check; it is then within 1 %.
    if (entry.sha256 === null) expect(entry.bytesExact).toBe(false);
    else expect(entry.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('has ids that serve as file names', () => {
    for (const [id] of entries) expect(id).toMatch(/^[a-z0-9-]+$/);
  });
});

describe('identifyWeights', () => {
  it('gives the official files the position encoding they were trained with', () => {
    const outdoor = identifyWeights('21f5bec5968178e8bc8b7633441836fe5de4f47d861dd2cd7dc38e271b0479ec');
    expect(outdoor?.id).toBe('loftr-outdoor');
    expect(outdoor?.entry.options).toEqual({ heads: 8, tempBugFix: false });
    const indoor = identifyWeights('be9ff88b323ec27889114719f668ae41aff7034b56a4c4acbd46b8b180b87ed3');
    expect(indoor?.id).toBe('loftr-indoor');
    expect(indoor?.entry.options).toEqual({ heads: 8, tempBugFix: true });
  });

  it('knows no other file', () => {
    expect(identifyWeights('0'.repeat(64))).toBeNull();
  });
});
