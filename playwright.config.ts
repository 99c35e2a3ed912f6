import { fileURLToPath } from 'node:url';
import { defineConfig } from '@playwright/test';

// scripts/testBrowser.mjs builds the page, finds the browser and a free port, and starts Playwright with both.
const port = Number(process.env.PORT ?? 4174);
const executablePath = process.env.CHROMIUM_PATH;
// Said in full, for bench/page builds on this configuration.
const projectFolder = fileURLToPath(new URL('.', import.meta.url));

function launchOptions(args: string[]) {
  return { args, ...(executablePath !== undefined && { executablePath }) };
}

export default defineConfig({
  testDir: 'e2e',
  outputDir: `${projectFolder}test-results/browser`,
  reporter: [
    ['list'],
    ...(process.env.CI ? [['json', { outputFile: 'test-results/browser.json' }] as const] : []),
  ],
  workers: 1,
  retries: 0,
  forbidOnly: Boolean(process.env.CI),
  timeout: 120_000,
  expect: { timeout: 15_000 },
  use: {
    baseURL: `http://127.0.0.1:${port}/`,
    viewport: { width: 1280, height: 720 },
    actionTimeout: 20_000,
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
  },
  projects: [
    {
      name: 'wasm',
      testIgnore: '**/*.webgpu.spec.ts',
      use: { launchOptions: launchOptions([]) },
    },
    {
      // A GPU in software: slow, without fp16, and the same everywhere.
      name: 'webgpu-software',
      testMatch: '**/*.webgpu.spec.ts',
      timeout: 300_000,
      use: {
        launchOptions: launchOptions(['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader']),
      },
    },
  ],
  webServer: {
    command: 'node node_modules/vite/bin/vite.js preview --strictPort',
    cwd: projectFolder,
    env: { PORT: String(port) },
    url: `http://127.0.0.1:${port}/`,
    reuseExistingServer: false,
    timeout: 60_000,
  },
});
