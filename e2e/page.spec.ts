import { expect, test } from './fixtures/CovisPage.ts';

test('opens cross-origin isolated and without errors', async ({ covis, page }) => {
  await covis.open();
  expect(await page.evaluate(() => window.crossOriginIsolated)).toBe(true);
  expect(covis.errors).toEqual([]);
});

test('is served as any static host would: a file that is not there is a 404', async ({ request }) => {
  expect((await request.get('weights/absent.safetensors')).status()).toBe(404);
  const weights = await request.get('weights/loftr-compact.safetensors');
  expect(weights.status()).toBe(200);
  expect(weights.headers()['cross-origin-embedder-policy']).toBe('credentialless');
});
