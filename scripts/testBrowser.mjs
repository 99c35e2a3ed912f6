/**
 * Runs the browser tests: builds the page, finds a Chromium, starts Playwright, which serves the built page.
 * Arguments are Playwright's own: `npm run test:browser -- --project wasm -g "swap"`.
 */
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { findChromium } from './findChromium.mjs';

const projectFolder = fileURLToPath(new URL('..', import.meta.url));
const vite = 'node_modules/vite/bin/vite.js';
const playwright = 'node_modules/@playwright/test/cli.js';

function runNode(args, environment = {}) {
  const { status } = spawnSync(process.execPath, args, {
    cwd: projectFolder,
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  return status ?? 1;
}

/** A port nobody listens on, so that an `npm start` elsewhere is never tested by mistake. */
function findFreePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

try {
  const chromium = findChromium();
  process.stderr.write(`Browser tests run in ${chromium}\n`);
  process.exitCode = runNode([vite, 'build', '--logLevel', 'warn']);
  if (process.exitCode === 0) {
    process.exitCode = runNode([playwright, 'test', ...process.argv.slice(2)], {
      CHROMIUM_PATH: chromium,
      PORT: String(await findFreePort()),
    });
  }
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
