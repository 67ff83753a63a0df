import { defineConfig } from 'vitest/config';

/** Unit tests need nothing but Node; integration tests start the real k6, PostgreSQL and PostgREST. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['tests/unit/**/*.test.ts'] } },
      {
        test: {
          name: 'integration',
          include: ['tests/integration/**/*.test.ts'],
          globalSetup: ['tests/integration/global-setup.ts'],
          testTimeout: 180_000,
          hookTimeout: 300_000,
          // Two cores: one embedded target at a time keeps the measurements of a run honest.
          fileParallelism: false,
        },
      },
    ],
  },
});
