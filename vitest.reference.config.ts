import { defineConfig } from 'vitest/config';

// The parity tests: our networks against the authors' own tensors (COVIS_REFERENCE, COVIS_PROVIDER).
export default defineConfig({
  test: {
    include: ['src/**/*.reference.test.ts'],
    testTimeout: 600_000,
    fileParallelism: false,
  },
});
