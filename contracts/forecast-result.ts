import { z } from 'zod';
import { launchProfileSchema } from './launch-profile.ts';

/** Version of forecast.json's format. */
export const FORECAST_VERSION = 1;

/** A value with its interval; an end that is null has no bound. */
const rangeSchema = z.strictObject({
  value: z.number(),
  low: z.number().nullable(),
  high: z.number().nullable(),
});
export type Range = z.infer<typeof rangeSchema>;

/** Over the simulated days, assignments per second. */
const peakSchema = z.strictObject({
  median: z.number().nonnegative(),
  /** The percentile that is planned for, with the error of the simulation. */
  required: rangeSchema,
  highest: z.number().nonnegative(),
});
export type Peak = z.infer<typeof peakSchema>;

const forecastScenarioSchema = z.strictObject({
  name: z.string(),
  about: z.string().nullable(),
  /** Expected over a day. */
  bookings: z.number().nonnegative(),
  assignments: z.number().nonnegative(),
  /** Local time of day at which most is expected. */
  busiest_at: z.string(),
  peak_second: peakSchema,
  peak_minute: peakSchema,
  /** What the target must carry: by second or by minute, as asked for. */
  required: rangeSchema,
  /** Capacity by what is required; null without a capacity. */
  headroom: rangeSchema.nullable(),
  verdict: z.enum(['enough', 'not enough', 'unknown']),
  /** Days by their peak, in bins of equal width. */
  histogram: z.strictObject({
    second: z.array(z.strictObject({ from: z.number(), to: z.number(), days: z.int() })),
    minute: z.array(z.strictObject({ from: z.number(), to: z.number(), days: z.int() })),
  }),
});
export type ForecastScenario = z.infer<typeof forecastScenarioSchema>;

const monthSchema = z.strictObject({
  month: z.int().nonnegative(),
  date: z.iso.date(),
  /** Of the peaks of the scenario that decides: 5 %, 50 % and 99 % of the days, and what is required. */
  low: z.number(),
  median: z.number(),
  required: z.number(),
  high: z.number(),
});
export type ForecastMonth = z.infer<typeof monthSchema>;

const runsOutSchema = z.strictObject({
  state: z.enum(['already', 'within the horizon', 'beyond the horizon', 'unknown']),
  /** With the rate itself, and the earliest and latest by its interval; null: not within the horizon. */
  date: z.iso.date().nullable(),
  earliest: z.iso.date().nullable(),
  latest: z.iso.date().nullable(),
  /** How many times today's demand the capacity carries; null without a capacity. */
  factor: rangeSchema.nullable(),
});
export type RunsOut = z.infer<typeof runsOutSchema>;

const gainSchema = z.strictObject({
  label: z.string(),
  source: z.string(),
  /** Null: that measurement found no sustainable rate. */
  rate: rangeSchema.nullable(),
  /** Rate by the rate of the base; above one it is better. */
  gain: rangeSchema.nullable(),
  state: z.enum(['gain', 'no measurable gain', 'loss', 'unknown']),
  /** What differs in the two measurements, for instance `pool_size: 10 → 20`. */
  changed: z.array(z.string()),
  runs_out: z.iso.date().nullable(),
  note: z.string().nullable(),
});
export type Gain = z.infer<typeof gainSchema>;

/** `forecast.json`: what a launch will ask for, against what was measured. Rates are assignments per second. */
export const forecastResultSchema = z.strictObject({
  v: z.literal(FORECAST_VERSION),
  kind: z.literal('forecast'),
  made_at: z.iso.datetime(),
  command: z.array(z.string()),
  profile: launchProfileSchema,
  profile_source: z.string(),
  seed: z.int(),
  rounds: z.int().positive(),
  percentile: z.number(),
  basis: z.enum(['second', 'minute']),
  capacity: z.strictObject({
    source: z.string(),
    sustainable: rangeSchema.nullable(),
    bound: z.enum(['measured', 'at-least']),
    slice: z.record(z.string(), z.unknown()),
  }),
  scenarios: z.array(forecastScenarioSchema).min(1),
  /** The scenario that asks for most. */
  deciding: z.string(),
  months: z.array(monthSchema),
  runs_out: runsOutSchema,
  gains: z.array(gainSchema),
  /** What to do, the first thing first. */
  advice: z.array(z.string()),
  /** Statements that go beyond what was measured. */
  extrapolations: z.array(z.string()),
  verdict: z.enum(['enough', 'not enough', 'unknown']),
  headline: z.string(),
  exit_code: z.int(),
});
export type ForecastResult = z.infer<typeof forecastResultSchema>;
