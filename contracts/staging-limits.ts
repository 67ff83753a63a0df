import { z } from 'zod';

/**
 * Ceilings for hosted projects: the platform forbids floods, and a project may be shared. Every field has a default, so
 * that a thresholds.json that does not name it is bounded as well.
 */
export const stagingLimitsSchema = z
  .strictObject({
    max_requests_per_second: z
      .number()
      .min(1)
      .max(10_000)
      .default(50)
      .describe('calls per second on average, and at most so many more at once as there are virtual users'),
    max_rows: z
      .int()
      .min(1)
      .default(30_000)
      .describe('rows that seeding writes and that the calls of a correct application add'),
    max_duration_s: z
      .int()
      .min(1)
      .max(86_400)
      .default(900)
      .describe('seconds that all scenarios together may take; the load is stopped then'),
    max_connections: z.int().min(1).max(1000).default(30).describe('virtual users, one connection each'),
    max_error_share: z
      .number()
      .min(0)
      .max(1)
      .default(0.2)
      .describe(
        'share of the last calls that may fail because of the target (overload, connection, setup); above it the load ' +
          'is stopped. 1: never',
      ),
    errors_over_calls: z
      .int()
      .min(20)
      .max(100_000)
      .default(100)
      .describe('how many of the last calls that share is taken of'),
    protected_refs: z
      .array(z.string().regex(/^[a-z]{20}$/, 'is no project ref: 20 small letters'))
      .default([])
      .describe('projects that never receive load, whatever else is said: production'),
  })
  .prefault({})
  .describe('ceilings for hosted projects; the embedded target has none');
export type StagingLimits = z.output<typeof stagingLimitsSchema>;
