import { expect, test } from './fixtures/CovisPage.ts';

test('the browser offers its software GPU to the page', async ({ covis, page }) => {
  await covis.open();
  const adapter = await page.evaluate(async () => {
    const found = await navigator.gpu?.requestAdapter();
    return found == null ? null : `${found.info.vendor} ${found.info.architecture} ${found.info.description}`;
  });
  expect(adapter).toMatch(/swiftshader/i);
});
