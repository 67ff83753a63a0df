import { z } from 'zod';
import { caseDefinitionSchema } from './explore-case.ts';

/** Version of explore.json's format, and of a replay file's. */
export const EXPLORE_VERSION = 1;

/** What holds of the schedules that were run; never more than that. */
export const claimSchema = z.discriminatedUnion('kind', [
  /** Every order of the steps, or one that differs in the order of independent steps only. */
  z.strictObject({ kind: z.literal('all') }),
  /** The same of all schedules with at most so many preemptions. */
  z.strictObject({ kind: z.literal('bounded'), preemptions: z.int().nonnegative() }),
  /** Some schedules; nothing is said of the others. */
  z.strictObject({ kind: z.literal('sampled') }),
]);
export type Claim = z.infer<typeof claimSchema>;

const blockSchema = z.strictObject({
  session: z.int().nonnegative(),
  until: z.int().positive().nullable(),
});

/** One row of the table that shows a schedule. */
const shownStepSchema = z.strictObject({
  /** From 0. */
  session: z.int().nonnegative(),
  /** `assign_tables_atomic_v2, line 44`; null for a statement of the caller's own. */
  place: z.string().nullable(),
  statement: z.string(),
  /** `saw 1 row of bookings, inserted 1 into allocations`; empty where nothing was reported. */
  rows: z.string(),
  /** What it waited for, and for whom; null when it did not. */
  waited: z.string().nullable(),
  /** The session before could have gone on. */
  preempts: z.boolean(),
  /** How the call ended, at its last step; null before. */
  answer: z.string().nullable(),
});
export type ShownStep = z.infer<typeof shownStepSchema>;

const findingSchema = z.strictObject({
  /** A promise of docs/verdicts.md, `capacity-rule`, or `deadline` for a schedule that did not come to its end. */
  promise: z.string(),
  title: z.string(),
  /** What contradicts the promise, in order. */
  reasons: z.array(z.string()),
  preemptions: z.int().nonnegative(),
  /** Which schedule of the case it was, from 1. */
  at_schedule: z.int().positive(),
  /** Milliseconds from the begin of the case to the finding. */
  after_ms: z.number(),
  schedule: z.array(blockSchema),
  /** What the calls were, one for each session. */
  calls: z.array(z.string()),
  steps: z.array(shownStepSchema),
  /** What decides whether a replay gave the same. */
  outcome: z.string(),
  /** Paths in the run folder; null before they are written. */
  replay: z.string().nullable(),
  repro: z.string().nullable(),
  /** What runs the schedule again; null before the files are written. */
  command: z.string().nullable().default(null),
});
export type ExploreFinding = z.infer<typeof findingSchema>;

const caseResultSchema = z.strictObject({
  name: z.string(),
  about: z.string(),
  sessions: z.int(),
  verdict: z.enum(['pass', 'fail', 'unknown']),
  claim: claimSchema,
  /** Schedules that were run to their end, and of those how many were chosen at random. */
  schedules: z.int().nonnegative(),
  sampled: z.int().nonnegative(),
  /** Known and not run. */
  frontier: z.int().nonnegative(),
  /** Different outcomes: answers and rows left. */
  outcomes: z.int().nonnegative(),
  /** Schedules in which some call ended in a deadlock or another transient error. */
  transient: z.int().nonnegative(),
  ms: z.number(),
  findings: z.array(findingSchema),
  /** Why it is unknown, or what else a person should know. */
  notes: z.array(z.string()),
});
export type CaseResult = z.infer<typeof caseResultSchema>;

/** The file explore.json. */
export const exploreResultSchema = z.strictObject({
  v: z.literal(EXPLORE_VERSION),
  run: z.string(),
  command: z.array(z.string()),
  started_at: z.string(),
  target: z.string(),
  broken: z.string().nullable(),
  seed: z.int(),
  /** SHA-256 over the deployed functions. */
  fingerprint: z.string(),
  verdict: z.enum(['pass', 'fail', 'unknown']),
  /** It was stopped before its end. */
  interrupted: z.boolean().default(false),
  /** From the first schedule to the last; less than all cases together where they were run side by side. */
  ms: z.number().nonnegative().default(0),
  cases: z.array(caseResultSchema),
  /** Yield points in the functions of the copy. */
  points: z.int().nonnegative(),
  /** What is no step of its own. */
  uninstrumented: z.array(
    z.strictObject({ object: z.string(), line: z.int().nullable(), reason: z.string() }),
  ),
  notes: z.array(z.string()),
  /** Why nothing was explored; null when something was. */
  skipped: z.string().nullable().default(null),
  /** What is left of the instrumented copy; null: nothing. */
  left: z.string().nullable().default(null),
});
export type ExploreResult = z.infer<typeof exploreResultSchema>;

/** A schedule to be run again. */
export const replayFileSchema = z.strictObject({
  v: z.literal(EXPLORE_VERSION),
  case: caseDefinitionSchema,
  schedule: z.array(blockSchema),
  promise: z.string(),
  outcome: z.string(),
  /** The patch of reference/broken that the functions had; null: none. */
  broken: z.string().nullable(),
  fingerprint: z.string(),
});
export type ReplayFile = z.infer<typeof replayFileSchema>;
