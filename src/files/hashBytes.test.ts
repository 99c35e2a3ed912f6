import { expect, it, vi } from 'vitest';
import { hashBytes } from './hashBytes.ts';

it('gives the digests of FIPS 180-4, of a view alone', async () => {
  expect(await hashBytes(new Uint8Array())).toBe(
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  );
  const text = new TextEncoder().encode('xabcx');
  expect(await hashBytes(text.subarray(1, 4))).toBe(
    'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  );
});

it('says what to do where the browser hides Web Crypto', async () => {
  vi.stubGlobal('crypto', {});
  try {
    await expect(hashBytes(new Uint8Array())).rejects.toMatchObject({ code: 'insecure-context' });
  } finally {
    vi.unstubAllGlobals();
  }
});
