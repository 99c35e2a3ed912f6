/** Numbers and names in the page's words. */
import type { MatcherId } from '../matchers/registry.ts';
import { describeView, type ViewId } from '../pipeline/pairMatches.ts';
import type { Progress, ProgressStep } from '../reporting/progress.ts';

/** Of the photos, in their order. */
export const sideNames = ['First photo', 'Second photo'] as const;

export function formatPercent(fraction: number, decimals = 0): string {
  return `${(100 * fraction).toFixed(decimals)}\u2009%`;
}

export function formatBytes(bytes: number): string {
  if (bytes < 1e6) return `${Math.max(1, Math.round(bytes / 1e3))}\u2009kB`;
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)}\u2009MB`;
}

export function formatDuration(milliseconds: number): string {
  if (milliseconds < 10) return `${milliseconds.toFixed(1)}\u2009ms`;
  if (milliseconds < 1000) return `${Math.round(milliseconds)}\u2009ms`;
  return `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 2 : 1)}\u2009s`;
}

export function formatSize(width: number, height: number): string {
  return `${width}\u2009×\u2009${height}`;
}

const stepNames: Record<ProgressStep, string> = {
  download: 'Download weights',
  read: 'Read weights',
  decode: 'Prepare photos',
  search: 'Other turns and sizes',
  build: 'Build network',
  compile: 'Compile network',
  features: 'Features',
  coarse: 'Coarse matching',
  fine: 'Fine matching',
  refine: 'Refine places',
};

const stepsUnderWay: Record<ProgressStep, string> = {
  download: 'Downloading weights',
  read: 'Reading weights',
  decode: 'Preparing photos',
  search: 'Looking at other turns and sizes',
  build: 'Building the network',
  compile: 'Preparing the network',
  features: 'Computing features',
  coarse: 'Matching coarsely',
  fine: 'Matching finely',
  refine: 'Refining places',
};

export function nameStep(step: ProgressStep): string {
  return stepNames[step];
}

/** @param compilesShaders true while a GPU meets these weights at this size for the first time */
export function describeProgress({ step, part }: Progress, compilesShaders: boolean): string {
  const words =
    step === 'compile' && compilesShaders ? 'Compiling for your GPU (first run only)' : stepsUnderWay[step];
  if (!part) return words;
  const { label } = describeView(part.name as ViewId);
  return `${label}, view ${part.index + 1} of ${part.count}: ${lowerFirst(words)}`;
}

function lowerFirst(words: string): string {
  return words.charAt(0).toLowerCase() + words.slice(1);
}

export function nameProvider(provider: string): string {
  if (provider === 'webgpu') return 'WebGPU';
  if (provider === 'wasm') return 'WebAssembly';
  return 'CPU';
}

export const matcherNames: Readonly<Record<MatcherId, string>> = { loftr: 'LoFTR', dkm: 'DKM' };
