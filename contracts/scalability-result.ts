import { z } from 'zod';
import { verdictValues } from './verdict.ts';

/** Version of scalability.json's format. */
export const SCALABILITY_VERSION = 1;

const share = z.number().min(0);

/** What the load was made of. */
export const scalabilitySliceSchema = z.strictObject({
  /** How tables are chosen: all alike, or a few of them far more often (Zipf's law with this exponent). */
  tables: z.enum(['uniform', 'zipf']),
  zipf_exponent: z.number().nonnegative(),
  tables_per_restaurant: z.int().positive(),
  restaurants: z.int().positive(),
  /** Share of the assignments that take two tables. */
  merged: share.max(1),
  /** Share of the assignments that ask for a table that is taken. */
  conflicts: share.max(1),
  /** Database connections of the API; null where they are not ours to set. */
  pool_size: z.int().positive().nullable(),
});
export type ScalabilitySlice = z.infer<typeof scalabilitySliceSchema>;

/** One measurement at one concurrency. Shares of CPU are of all cores; null is not observed. */
const measurementSchema = z.strictObject({
  concurrency: z.int().positive(),
  repetition: z.int().positive(),
  /** Run folder of it, relative to this file. */
  folder: z.string(),
  /** Seconds that were measured, after the warm-up. */
  seconds: z.number().positive(),
  /** Acknowledged assignments per second. */
  throughput: z.number().nonnegative(),
  /** Calls per second that were answered, of every kind. */
  calls_per_s: z.number().nonnegative(),
  /** Milliseconds from request to answer: mean over all calls, median and 95th percentile of assignments. */
  response_ms: z.number().nonnegative(),
  assign_p50_ms: z.number().nonnegative().nullable(),
  assign_p95_ms: z.number().nonnegative().nullable(),
  /** Share of the assignments that were answered with a conflict. */
  conflict_share: share.max(1),
  /** Calls by class, of those that neither succeeded nor met a conflict. */
  errors: z.record(z.string(), z.int().positive()),
  /** Calls that got no connection of the pool in time (PGRST003). */
  pool_timeouts: z.int().nonnegative(),
  /** Share of the time for which the processes had a call under way (Little's law); the rest is the load generator's own. */
  in_flight_share: share.max(1),
  /** Connections of the API on average: busy, and waiting for a lock. */
  busy_connections: z.number().nonnegative().nullable(),
  waiting_for_lock: z.number().nonnegative().nullable(),
  /** Share of the looks at which every connection of the pool was busy. */
  pool_exhausted_share: share.max(1).nullable(),
  /** What was waited for, by how often it was seen. */
  locks: z.array(z.strictObject({ what: z.string(), seen: z.int().positive() })),
  generator_cpu: share.nullable(),
  api_cpu: share.nullable(),
  database_cpu: share.nullable(),
  /** All of the machine's CPU, whoever used it. */
  machine_cpu: share.nullable(),
  verdict: z.enum(verdictValues),
  headline: z.string(),
});
export type ScalabilityMeasurement = z.infer<typeof measurementSchema>;

const estimateSchema = z.strictObject({
  value: z.number(),
  /** 95 % interval; null when each level was measured only once. */
  low: z.number().nullable(),
  high: z.number().nullable(),
});
export type Estimate = z.infer<typeof estimateSchema>;

const curvePointSchema = z.strictObject({
  concurrency: z.number().positive(),
  throughput: z.number(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  /** Beyond what was measured. */
  extrapolated: z.boolean(),
});
export type CurvePoint = z.infer<typeof curvePointSchema>;

const goodnessSchema = z.strictObject({
  r_squared: z.number(),
  rmse: z.number().nonnegative(),
  residuals: z.array(z.strictObject({ concurrency: z.number(), relative: z.number() })),
  pattern: z.enum(['none', 'systematic']),
});

const peakSchema = z.strictObject({
  concurrency: estimateSchema,
  throughput: estimateSchema,
  extrapolated: z.boolean(),
});

/** The Universal Scalability Law, fitted. */
const fitSchema = z.strictObject({
  lambda: estimateSchema,
  sigma: estimateSchema,
  kappa: estimateSchema,
  goodness: goodnessSchema,
  /** Null when throughput approaches a limit and has no peak. */
  peak: peakSchema.nullable(),
  /** What throughput can approach at most, `λ/σ`; null without contention, or when there is a peak. */
  limit: z.number().nullable(),
  curve: z.array(curvePointSchema),
});
export type UslFit = z.infer<typeof fitSchema>;

export const modelNames = ['usl', 'pool', 'servers'] as const;

/** A model beside others, by how well it explains the same measurements. */
const modelSchema = z.strictObject({
  name: z.enum(modelNames),
  /** In words. */
  about: z.string(),
  /** How many of its parameters were fitted. */
  fitted: z.int().nonnegative(),
  r_squared: z.number(),
  rmse: z.number().nonnegative(),
  /** Akaike's criterion with the correction for few data: lower is better. Null with too few measurements. */
  aicc: z.number().nullable(),
  curve: z.array(z.strictObject({ concurrency: z.number(), throughput: z.number() })),
});
export type ModelResult = z.infer<typeof modelSchema>;

export const limitingParts = {
  contention: 'locks of hot tables',
  coherence: 'coherence: calls that hinder each other the more, the more there are',
  'database-cpu': "the database's processors",
  pool: 'connections of the pool',
  generator: "the load generator's own processors",
} as const;
export type LimitingPart = keyof typeof limitingParts;

const limitSchema = z.strictObject({
  part: z.enum(Object.keys(limitingParts) as [LimitingPart, ...LimitingPart[]]),
  state: z.enum(['limits', 'contributes', 'not seen', 'not observed']),
  /** What it rests on, in one sentence. */
  evidence: z.string(),
});
export type Limit = z.infer<typeof limitSchema>;

/** `scalability.json`: throughput over concurrency, with what explains it. */
export const scalabilityResultSchema = z.strictObject({
  v: z.literal(SCALABILITY_VERSION),
  kind: z.literal('scalability'),
  run: z.string().regex(/^[0-9a-f]{8}$/),
  command: z.array(z.string()),
  seed: z.int(),
  started_at: z.iso.datetime(),
  ended_at: z.iso.datetime(),
  target: z.strictObject({ description: z.string(), versions: z.record(z.string(), z.string()) }),
  machine: z.strictObject({ platform: z.string(), cores: z.int().positive() }),
  slice: scalabilitySliceSchema,
  schedule: z.strictObject({
    concurrency: z.array(z.int().positive()),
    repetitions: z.int().positive(),
    warm_up_s: z.number().nonnegative(),
    duration_s: z.number().positive(),
  }),
  measurements: z.array(measurementSchema),
  /** Measurements that the fit leaves out, and why. */
  left_out: z.array(z.strictObject({ concurrency: z.int(), repetition: z.int(), reason: z.string() })),
  /** Null when the data do not support it; `refusals` says why. */
  fit: fitSchema.nullable(),
  refusals: z.array(z.string()),
  models: z.array(modelSchema),
  /** The model that explains the measurements best; null when none does. */
  best: z.enum(modelNames).nullable(),
  limits: z.array(limitSchema),
  /** Of the promises, over all measurements. */
  verdict: z.enum(verdictValues),
  headline: z.string(),
  warnings: z.array(z.string()),
  exit_code: z.int(),
});
export type ScalabilityResult = z.infer<typeof scalabilityResultSchema>;
