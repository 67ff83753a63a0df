import { z } from 'zod';
import { sloSchema } from './capacity-limits.ts';
import { verdictValues } from './verdict.ts';

/** Version of capacity.json's format. */
export const CAPACITY_VERSION = 1;

/** What kept the target from more; `load-generator` and `virtual-users` say nothing of the target. */
export const limitKinds = {
  'load-generator': 'the load generator was the limit, not the target',
  'virtual-users': 'the ceiling of connections was the limit, not the target',
  locks: 'calls wait for locks',
  'connection-pool': "all connections of the API's pool are busy",
  'machine-cpu': 'the CPU of this machine, which load generator and target share, is used up',
  unclear: 'nothing that was observed explains it',
} as const;
export type LimitKind = keyof typeof limitKinds;
const limitNames = Object.keys(limitKinds) as [LimitKind, ...LimitKind[]];

/** Parts of the SLO, and what else keeps a step from counting. */
export const criteria = [
  'latency',
  'errors',
  'dropped',
  'status-lag',
  'growing',
  'rate',
  'correctness',
  'stopped',
] as const;
export type Criterion = (typeof criteria)[number];

const reasonSchema = z.strictObject({
  criterion: z.enum(criteria),
  /** For people, with what was measured and what is allowed. */
  text: z.string(),
});
export type Reason = z.infer<typeof reasonSchema>;

const nullableMs = z.number().nonnegative().nullable();

const stepSchema = z.strictObject({
  /** From 1 on; the step's files are in `steps/<number>`. */
  number: z.int().positive(),
  /** What the search was about: `grow`, `shrink`, `bisect`, `confirm`, `repeat`, or `check` for a rate that was asked for. */
  phase: z.enum(['grow', 'shrink', 'bisect', 'confirm', 'repeat', 'check']),
  /** Assignments per second: offered, and answered without an error while the rate was steady. */
  rate: z.number().positive(),
  achieved: z.number().nonnegative(),
  /** Seconds for which it was offered. */
  duration_s: z.number().positive(),
  /** Arrivals that were made, after the warm-up; those in the warm-up; those that found no virtual user. */
  arrivals: z.int().nonnegative(),
  warm_up: z.strictObject({
    arrivals: z.int().nonnegative(),
    seconds: z.number().nonnegative(),
    /** False: latencies did not settle, so nothing was left out. */
    steady: z.boolean(),
  }),
  dropped: z.int().nonnegative(),
  /** Latency from the intended start, milliseconds; null without a single answer. */
  p50: nullableMs,
  p95: nullableMs,
  p99: nullableMs,
  max: nullableMs,
  /** 95 % interval of each limited percentile by order statistics; `high` null: the sample is too small for a bound. */
  intervals: z.array(
    z.strictObject({
      percentile: z.number(),
      value: z.number(),
      low: z.number(),
      high: z.number().nullable(),
    }),
  ),
  /** Of the arrivals, those that were dropped among them. */
  error_share: z.number().min(0).max(1),
  /** By code; `dropped` for those without a call. */
  errors: z.record(z.string(), z.int()),
  conflicts: z.int().nonnegative(),
  /** From the answer to the read that saw it, 95th percentile; `never`: reads that gave up. Null: nobody looked. */
  status_lag: z.strictObject({ p95_ms: nullableMs, reads: z.int(), never: z.int() }).nullable(),
  /** Milliseconds by which latencies rose from the beginning to the end of the step, when that is no chance; else 0. */
  growth_ms: z.number(),
  /** What was seen meanwhile; null where it may not be seen. */
  observed: z.strictObject({
    /** Mean number of the API's backends that ran a statement, that waited for a lock, and that there were. */
    active: z.number().nullable(),
    waiting: z.number().nullable(),
    connections: z.int().nullable(),
    /** The lock that most waits were for. */
    lock: z.string().nullable(),
    /** Share of all cores. */
    generator_cpu: z.number().nullable(),
    machine_cpu: z.number().nullable(),
    /** How late the load generator sent, 95th percentile, milliseconds. */
    start_lag_ms: nullableMs,
    virtual_users: z.int().positive(),
    /** Virtual users that Little's law asks for; more than there were where a ceiling applies. */
    virtual_users_wanted: z.int().positive(),
  }),
  /** Whether promises were kept, by the verifier; `fail` ends the search. */
  correctness: z.enum(verdictValues),
  correctness_note: z.string().nullable(),
  /** Whether the SLO held, and every promise with it. */
  holds: z.boolean(),
  /** Whether what was measured is far enough from the limits that chance did not decide. */
  clear: z.boolean(),
  reasons: z.array(reasonSchema),
  /** What kept this step from more; null where it holds. */
  limit: z.enum(limitNames).nullable(),
});
export type CapacityStep = z.infer<typeof stepSchema>;

/** How the load was composed; see the settings of the scenario `capacity` in thresholds.json. */
const sliceSchema = z.strictObject({
  tables: z.enum(['uniform', 'zipf']),
  tables_per_restaurant: z.int(),
  zipf_exponent: z.number().nullable(),
  restaurants: z.int(),
  merged: z.number(),
  conflicts: z.number(),
  watched: z.number(),
  /** Connections of the local target's API; null: the target's own affair. */
  pool_size: z.int().nullable(),
});
export type Slice = z.infer<typeof sliceSchema>;

/** Why the search ended. */
export const capacityEndings = {
  found: 'the bracket is narrow enough, and the rate was confirmed',
  'held-at-max': 'the SLO held at the highest rate that was allowed',
  'breaks-at-lowest': 'the SLO breaks at the lowest rate already',
  violation: 'a promise was broken',
  'time-up': 'its time was up',
  interrupted: 'it was interrupted',
  failed: 'target or tool failed',
} as const;
export type CapacityEnding = keyof typeof capacityEndings;
const endingNames = Object.keys(capacityEndings) as [CapacityEnding, ...CapacityEnding[]];

/** capacity.json: how much a target carries within its SLO, and how that was found. */
export const capacityResultSchema = z.strictObject({
  v: z.literal(CAPACITY_VERSION),
  kind: z.literal('capacity'),
  run: z.string().regex(/^[0-9a-f]{8}$/),
  started_at: z.iso.datetime(),
  ended_at: z.iso.datetime(),
  seed: z.int(),
  target: z.strictObject({
    kind: z.enum(['local', 'staging']),
    description: z.string(),
    /** Of the deployed functions; null where it was not read. */
    functions: z.string().nullable(),
    /** The patch of reference/broken that it had; null: none. */
    broken: z.string().nullable(),
  }),
  versions: z.record(z.string(), z.string()),
  slice: sliceSchema,
  slo: sloSchema,
  search: z.strictObject({
    start_rate: z.number(),
    growth: z.number(),
    precision: z.number(),
    repeats: z.int(),
    step_s: z.number(),
    min_calls: z.int(),
    max_rate: z.number(),
    max_duration_s: z.number(),
  }),
  ended: z.enum(endingNames),
  /** One sentence. */
  headline: z.string(),
  exit_code: z.int(),
  /** Assignments per second; null: no rate was seen to hold. */
  sustainable: z
    .strictObject({
      /** Highest rate at which the SLO held. */
      rate: z.number(),
      /** Highest rate at which every run held, 0 for none; lowest rate at which every run broke and above which none held. */
      low: z.number(),
      high: z.number(),
      runs: z.int(),
      held: z.int(),
      /** Whether it was run as often as was asked for. */
      confirmed: z.boolean(),
    })
    .nullable(),
  /** `at-least`: the target was not seen to break, so `high` is `rate` and no bound. */
  bound: z.enum(['measured', 'at-least']),
  /** What keeps it from more, at the lowest rate that breaks; null where none was seen to. */
  limit: z
    .strictObject({
      what: z.enum(limitNames),
      sentence: z.string(),
      rate: z.number(),
      /** What broke first. */
      criterion: z.enum(criteria),
      reasons: z.array(z.string()),
    })
    .nullable(),
  /** Where latency leaves its floor; null where that was not seen. */
  knee: z.strictObject({ rate: z.number(), floor_ms: z.number(), method: z.string() }).nullable(),
  steps: z.array(stepSchema),
  /** The promise that ended the search. */
  violation: z
    .strictObject({ step: z.int(), rate: z.number(), promise: z.string(), title: z.string() })
    .nullable(),
  /** Whether everything is gone, and nothing else was changed. */
  isolated: z.strictObject({ verdict: z.enum(verdictValues), summary: z.string() }),
  warnings: z.array(z.string()),
});
export type CapacityResult = z.infer<typeof capacityResultSchema>;
