import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { hashBytes } from '../../files/hashBytes.ts';
import { type CatalogueEntry, weightsCatalogue } from '../catalogue.ts';
import { answerHonestly, makeFile, sameBytes, startTestServer, type TestServer } from '../testServer.ts';
import { cacheDirectory, loadWeightsNode } from './loadWeightsNode.ts';

const file = makeFile(100_000, 11);
const asker = { signal: new AbortController().signal, warn: () => {} };

let server: TestServer;
let directory: string;
let catalogue: Record<string, CatalogueEntry>;

beforeAll(async () => {
  server = await startTestServer();
  directory = await mkdtemp(join(tmpdir(), 'covis-weights-'));
  vi.stubEnv('XDG_CACHE_HOME', directory);
  catalogue = {
    large: {
      label: 'Large',
      matcher: 'loftr',
      origin: 'remote',
      url: server.url,
      bytes: file.length,
      bytesExact: true,
      sha256: await hashBytes(file),
      licence: 'MIT',
      options: { heads: 8, tempBugFix: true },
    },
    absent: {
      label: 'Absent',
      matcher: 'loftr',
      origin: 'bundled',
      url: 'weights/absent.safetensors',
      bytes: 1,
      bytesExact: true,
      sha256: '0'.repeat(64),
      licence: 'MIT',
      options: null,
    },
  };
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(directory, { recursive: true, force: true });
  await server.close();
});

it('reads the bundled weights from the project', async () => {
  const { bytes, description } = await loadWeightsNode('loftr-compact', asker);
  expect(bytes.length).toBe(weightsCatalogue['loftr-compact'].bytes);
  expect(description).toMatchObject({ id: 'loftr-compact', state: 'bundled', options: null });
});

it('says when bundled weights are missing', async () => {
  await expect(loadWeightsNode('absent', { ...asker, catalogue })).rejects.toMatchObject({
    code: 'weights-http-status',
    message: expect.stringContaining('install Covis again'),
  });
});

it("downloads into the person's cache folder once", async () => {
  server.answerWith(answerHonestly(file));
  const shares: number[] = [];
  const report = (share: number) => shares.push(share);
  const first = await loadWeightsNode('large', { ...asker, catalogue, report });
  const second = await loadWeightsNode('large', { ...asker, catalogue });
  expect(sameBytes(first.bytes, file)).toBe(true);
  expect(sameBytes(second.bytes, file)).toBe(true);
  expect(second.description.options).toEqual({ heads: 8, tempBugFix: true });
  expect(server.ranges).toHaveLength(1);
  expect(shares.at(-1)).toBe(1);
  expect(cacheDirectory()).toBe(join(directory, 'covis'));
});

it('reads any file, and recognises a known one by its hash', async () => {
  const known = join(directory, 'renamed.ckpt');
  await writeFile(known, file);
  expect((await loadWeightsNode(known, { ...asker, catalogue })).description).toMatchObject({
    id: 'large',
    state: 'imported',
    options: { heads: 8, tempBugFix: true },
  });
  const own = join(directory, 'own.ckpt');
  await writeFile(own, file.subarray(1));
  const { bytes, description } = await loadWeightsNode(own, { ...asker, catalogue });
  expect(sameBytes(bytes, file.subarray(1))).toBe(true);
  expect(description).toMatchObject({
    id: `imported-${(await hashBytes(file.slice(1))).slice(0, 12)}`,
    label: 'own.ckpt',
    options: null,
  });
});

it('names the choices when there is no such id or file', async () => {
  await expect(loadWeightsNode('loftr-indor', asker)).rejects.toMatchObject({
    code: 'weights-not-found',
    message: expect.stringContaining('loftr-compact, loftr-outdoor, loftr-indoor'),
  });
});
