/**
 * Finds a Chromium for the browser tests, the first of: `CHROMIUM_PATH`, an installed Chromium or Chrome,
 * Playwright's own; and installs one where there is none. Run alone, it prints the path.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';

const playwrightCli = fileURLToPath(new URL('../node_modules/@playwright/test/cli.js', import.meta.url));

/**
 * @returns {string} path of an executable that starts
 * @throws {Error} one sentence: what is missing and what to do
 */
export function findChromium() {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    if (starts(named)) return named;
    throw new Error(`CHROMIUM_PATH names "${named}", which does not start: correct it, or unset it.`);
  }
  return installedChromium() ?? playwrightChromium() ?? installChromium();
}

function installedChromium() {
  return installationPaths().find((path) => starts(path)) ?? null;
}

/** Playwright's own, if it was ever downloaded. */
function playwrightChromium() {
  const path = chromium.executablePath();
  return path && starts(path) ? path : null;
}

function installationPaths() {
  if (process.platform === 'darwin') {
    return ['/Applications', join(homedir(), 'Applications')].flatMap((folder) => [
      join(folder, 'Chromium.app/Contents/MacOS/Chromium'),
      join(folder, 'Google Chrome.app/Contents/MacOS/Google Chrome'),
    ]);
  }
  if (process.platform === 'win32') {
    const { LOCALAPPDATA, ProgramFiles } = process.env;
    return [LOCALAPPDATA, ProgramFiles, process.env['ProgramFiles(x86)']]
      .filter((folder) => folder !== undefined)
      .flatMap((folder) => [
        join(folder, 'Chromium/Application/chrome.exe'),
        join(folder, 'Google/Chrome/Application/chrome.exe'),
      ]);
  }
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/opt/google/chrome'];
  return ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'].flatMap((name) =>
    folders.filter((folder) => folder !== '').map((folder) => join(folder, name)),
  );
}

/** Ubuntu, among others, has a `chromium-browser` that only asks for a snap: being there is not enough. */
function starts(path) {
  if (!existsSync(path)) return false;
  // On Windows, Chrome answers `--version` by opening a window.
  if (process.platform === 'win32') return true;
  return spawnSync(path, ['--version'], { timeout: 60_000, stdio: 'ignore' }).status === 0;
}

function installChromium() {
  const asRoot = process.getuid?.() === 0;
  if (asRoot && isDebian()) {
    // Brings the libraries that Playwright's download takes for granted.
    say('No Chromium or Chrome found: installing Debian’s with apt-get.');
    if (succeeds('apt-get', ['update', '-q']) && succeeds('apt-get', aptInstall)) {
      const path = installedChromium();
      if (path !== null) return path;
    }
  }
  say('No Chromium or Chrome found: installing Playwright’s own.');
  const install = [playwrightCli, 'install', '--no-shell', 'chromium'];
  const withLibraries = asRoot && process.platform === 'linux';
  if (
    (withLibraries && succeeds(process.execPath, [...install, '--with-deps'])) ||
    succeeds(process.execPath, install)
  ) {
    const path = playwrightChromium();
    if (path !== null) return path;
  }
  throw new Error(
    'The browser tests need Chromium and it could not be installed: install Chromium or Chrome, or name one with CHROMIUM_PATH.',
  );
}

const aptInstall = ['install', '-q', '-y', '--no-install-recommends', 'chromium'];

function isDebian() {
  return existsSync('/etc/os-release') && /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'));
}

/** What the installers print goes to standard error: standard output is for the path alone. */
function succeeds(command, args) {
  return spawnSync(command, args, { stdio: ['ignore', 2, 2] }).status === 0;
}

function say(line) {
  process.stderr.write(`${line}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    process.stdout.write(`${findChromium()}\n`);
  } catch (error) {
    say(error.message);
    process.exitCode = 1;
  }
}
