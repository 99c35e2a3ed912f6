import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'src/**/*.test.tsx', 'bench/**/*.test.ts'],
    exclude: ['**/*.reference.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Two workers: the networks under test use threads of their own.
    maxWorkers: 2,
    // The counts that .ci/run prints at the end.
    reporters: process.env.CI ? ['default', 'json'] : ['default'],
    outputFile: { json: 'test-results/unit.json' },
  },
});
