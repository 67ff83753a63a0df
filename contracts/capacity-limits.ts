import { z } from 'zod';

/** Percentiles for which an SLO may have a limit. */
export const sloPercentiles = [50, 90, 95, 99] as const;
export type SloPercentile = (typeof sloPercentiles)[number];

const milliseconds = z.number().min(1).max(600_000);

/** What the target must keep to so that a rate counts as carried. That no arrival may be dropped is always part of it. */
export const sloSchema = z.strictObject({
  latency: z
    .array(
      z.strictObject({
        percentile: z.union(sloPercentiles.map((value) => z.literal(value))),
        ms: milliseconds.describe('longest that it may be, milliseconds from the intended start'),
      }),
    )
    .min(1)
    .refine((list) => new Set(list.map(({ percentile }) => percentile)).size === list.length, {
      message: 'names a percentile twice',
    }),
  max_error_share: z
    .number()
    .min(0)
    .max(1)
    .describe('share of the arrivals that may end in an error; conflicts and refusals are answers'),
  max_status_lag_ms: milliseconds
    .nullable()
    .describe(
      'longest (95th percentile) from the answer to an assignment whose window runs now until its tables are read as ' +
        'reserved, milliseconds; null: not judged',
    ),
});
export type Slo = z.infer<typeof sloSchema>;

/** The section `capacity` of thresholds.json: the SLO, and how the search goes. */
export const capacityLimitsSchema = z
  .strictObject({
    slo: sloSchema.prefault({
      latency: [{ percentile: 95, ms: 300 }],
      max_error_share: 0.01,
      max_status_lag_ms: 1000,
    }),
    start_rate: z
      .number()
      .min(0.1)
      .max(10_000)
      .default(5)
      .describe('assignments per second of the first step'),
    growth: z
      .number()
      .min(1.1)
      .max(10)
      .default(2)
      .describe('how many times the rate before, until the SLO breaks'),
    precision: z
      .number()
      .min(0.01)
      .max(1)
      .default(0.1)
      .describe('the search ends when what breaks is at most this share above what holds'),
    repeats: z
      .int()
      .min(1)
      .max(20)
      .default(3)
      .describe('runs at the rate that was found, most of which must hold'),
    step_s: z.int().min(2).max(600).default(8).describe('seconds of each step'),
    min_calls: z
      .int()
      .min(20)
      .max(100_000)
      .default(100)
      .describe('assignments of a step, at least: at a low rate it takes longer'),
    max_rate: z.number().min(0.1).max(10_000).default(1000).describe('no step is faster, per second'),
    max_duration_s: z.int().min(10).max(86_400).default(900).describe('seconds of the whole search'),
  })
  .prefault({})
  .describe('the SLO of the command capacity, and how it searches');
export type CapacityLimits = z.output<typeof capacityLimitsSchema>;
