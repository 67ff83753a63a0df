import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Whole runs, with a load whose verdict rests on what overlaps when. */
const underLoad = [
  'tests/integration/run/!(usage|damaged-folder|error-limit|own-migrations).test.ts',
  'tests/integration/applications/gnarly-run.test.ts',
  'tests/integration/staging/{killed,rehearsal,standing,together}.test.ts',
];

const integration = {
  globalSetup: ['tests/integration/global-setup.ts'],
  testTimeout: 180_000,
  hookTimeout: 300_000,
};

/**
 * Unit tests need nothing but Node; integration tests start the real k6, PostgreSQL and PostgREST. One group after the
 * other: unit, database, load.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['tests/unit/**/*.test.ts'],
          // Thousands of seeded rounds take seconds where a machine is busy.
          testTimeout: 300_000,
          // Files share what they import: loading it anew for each took two fifths of the time. None changes what is global.
          isolate: false,
          // They do nothing but compute: both cores, of which Vitest would leave one alone.
          maxWorkers: 2,
        },
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
          ...integration,
          name: 'database',
          include: ['tests/integration/**/*.test.ts'],
          exclude: underLoad,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...integration,
          name: 'load',
          include: underLoad,
          // Two cores: one load at a time keeps the measurements of a run honest.
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
