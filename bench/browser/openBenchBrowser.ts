/** Builds and serves the benchmark's page and runs each case in a browser of its own, so that its memory is too. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from '@playwright/test';
import { build, preview } from 'vite';
import { readHighWaterMark } from '../node/readPeakMemory.ts';
import type { PageAnswer, PageOrder } from './pageMessages.ts';

export interface BrowserAnswer extends PageAnswer {
  /** Largest resident memory of the page's process; null where the system does not tell. */
  readonly peakBytes: number | null;
}

export interface BenchBrowser {
  readonly version: string;
  run(order: PageOrder): Promise<BrowserAnswer>;
  close(): Promise<void>;
}

const softwareGpuArguments = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];
/** On some systems Chromium hides the GPU of the machine from pages without this. */
const hardwareGpuArguments = ['--enable-unsafe-webgpu', '--enable-features=Vulkan'];

/** @throws Error where no Chromium can be had; the script has printed why */
export async function openBenchBrowser(): Promise<BenchBrowser> {
  const finder = fileURLToPath(new URL('../../scripts/findChromium.mjs', import.meta.url));
  const executablePath = execFileSync(process.execPath, [finder], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  }).trim();
  const configFile = fileURLToPath(new URL('vite.config.ts', import.meta.url));
  await build({ configFile, logLevel: 'error' });
  const server = await preview({ configFile, logLevel: 'warn', preview: { port: 0 } });
  const address = server.resolvedUrls!.local[0]!;
  const launch = (args: readonly string[]) => chromium.launch({ executablePath, args: [...args] });
  const probe = await launch([]);
  const version = probe.version();
  await probe.close();
  return {
    version,
    async run(order) {
      const browser = await launch(argumentsFor(order));
      try {
        const page = await browser.newPage();
        await page.goto(address);
        await page.waitForFunction(() => window.runBenchCase !== undefined);
        const answer = await page.evaluate((given) => window.runBenchCase!(given), order);
        return { ...answer, peakBytes: await readRendererPeak(browser) };
      } finally {
        await browser.close();
      }
    },
    async close() {
      await server.close();
    },
  };
}

function argumentsFor({ environment, softwareGpu }: PageOrder): readonly string[] {
  if (environment !== 'browser-webgpu') return [];
  return softwareGpu ? softwareGpuArguments : hardwareGpuArguments;
}

/** Linux tells the high water mark of each process; the page has the largest of Chromium's renderers. */
async function readRendererPeak(browser: Browser): Promise<number | null> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const peaks = await Promise.all(
    processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => readHighWaterMark(id)),
  );
  const known = peaks.filter((peak) => peak !== null);
  return known.length === 0 ? null : Math.max(...known);
}
