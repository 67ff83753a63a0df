import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Unit tests need nothing but Node; integration tests start the real k6, PostgreSQL and PostgREST. */
export default defineConfig({
  test: {
    projects: [
      {
        // Thousands of seeded rounds take seconds where a machine is busy.
        test: { name: 'unit', include: ['tests/unit/**/*.test.ts'], testTimeout: 300_000 },
        // k6's modules exist in k6 only; the parts of the scenarios that can do without get a stand-in.
        resolve: {
          alias: [
            {
              find: /^k6(\/\w+)?$/,
              replacement: fileURLToPath(new URL('tests/unit/scenarios/k6.ts', import.meta.url)),
            },
          ],
        },
      },
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
