/**
 * Loads OpenCV.js lazily and once: 13 MB that only estimation needs. The same code runs in a module worker
 * and in Node. In-flight loads are shared and failures forgotten, so that calling again tries again.
 */
import { CovisError } from '../../reporting/covisError.ts';
import type { OpenCv } from '../openCvApi.ts';

/**
 * @param importModule where OpenCV comes from; tests pass their own
 */
export function createOpenCvLoader(
  importModule: () => Promise<{ readonly openCvReady: unknown }>,
): () => Promise<OpenCv> {
  let loading: Promise<OpenCv> | undefined;

  async function load(): Promise<OpenCv> {
    try {
      const { openCvReady } = await importModule();
      return (await openCvReady) as OpenCv;
    } catch (cause) {
      loading = undefined;
      throw new CovisError(
        'runtime',
        'opencv-not-loaded',
        'OpenCV could not be loaded, so no geometry can be estimated: check the connection and try again, or reload the page.',
        { cause },
      );
    }
  }

  return () => {
    loading ??= load();
    return loading;
  };
}

/**
 * Node takes the package as the CommonJS module it is; anything that dresses it up as an ES module (Vitest
 * does) makes a broken promise of it.
 */
async function importOpenCv(): Promise<{ readonly openCvReady: unknown }> {
  if (typeof process === 'undefined' || !process.versions?.node) return import('./openCvModule.ts');
  const { createRequire } = process.getBuiltinModule('node:module');
  return { openCvReady: createRequire(import.meta.url)('@techstark/opencv-js') };
}

/** @throws CovisError `opencv-not-loaded` */
export const loadOpenCv: () => Promise<OpenCv> = createOpenCvLoader(importOpenCv);
