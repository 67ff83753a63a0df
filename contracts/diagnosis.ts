import { z } from 'zod';

export const DIAGNOSIS_VERSION = 1;

/** What can be recognised, with a title for people. */
export const causes = {
  'schema-not-exposed': 'The schema is not exposed',
  'ambiguous-overloads': 'Overloads of the function are ambiguous',
  'lock-upgrade': 'A lock is raised that others hold, too',
  'opposite-lock-order': 'Tables are locked in opposite orders',
  'coarse-lock': 'One lock for too much',
  'hot-row': 'Calls for different tables share a row',
  'pool-exhausted': 'The pool has no connections left',
  'statement-time-out': 'Statements run into their time limit',
  'missing-index': 'Whole tables are read under load',
  'retries-amplify': 'Retries make the load larger',
  'generator-saturated': 'The load generator was the bottleneck',
} as const;
export type Cause = keyof typeof causes;
export const causeNames = Object.keys(causes) as [Cause, ...Cause[]];

const findingSchema = z.strictObject({
  cause: z.enum(causeNames),
  scenario: z.string(),
  /** How much of the scenario it explains, 0 to 1: a share of its calls, or of their time. Findings are ranked by it. */
  share: z.number().min(0).max(1),
  /** What happens and why, in one sentence. */
  sentence: z.string(),
  /** What it rests on, one sentence each. */
  evidence: z.array(z.string()),
  /** What to do about it. */
  advice: z.string(),
});
export type DiagnosisFinding = z.infer<typeof findingSchema>;

/** What was seen of locks and statements while a scenario ran. */
const scenarioInsightSchema = z.strictObject({
  scenario: z.string(),
  /** Samples of waits by lock, the most first. */
  waits: z.array(
    z.strictObject({
      lock: z.string(),
      samples: z.int(),
      longest_ms: z.number().nullable(),
      /**
       * Time that all calls together waited for it, milliseconds: that of all waits, by its share of the samples. Null
       * where it cannot be told; left out in older files.
       */
      waited_ms: z.number().nullable().optional(),
    }),
  ),
  /** Who waited for whom at the moment when most did; empty where nobody was seen to. */
  graph: z.array(z.strictObject({ waiter: z.int(), blocker: z.int(), lock: z.string() })),
  /** Statements by time; those within functions have `toplevel` false. */
  statements: z.array(
    z.strictObject({
      query: z.string(),
      toplevel: z.boolean().nullable(),
      calls: z.number(),
      total_ms: z.number(),
    }),
  ),
  deadlocks: z.number().nullable(),
  /** Shares of all cores of this machine over the load; null where not observed. Left out in older files. */
  cpu: z
    .strictObject({
      cores: z.int(),
      generator: z.number().nullable(),
      database: z.number().nullable(),
      /** Of everybody on this machine. */
      machine: z.number().nullable(),
    })
    .optional(),
  /** What kept more from being done, in words. Left out in older files. */
  limited_by: z.string().optional(),
});
export type ScenarioInsight = z.infer<typeof scenarioInsightSchema>;

/** diagnosis.json: what explains a run, the most telling first. */
export const diagnosisSchema = z.strictObject({
  v: z.literal(DIAGNOSIS_VERSION),
  run: z.string().regex(/^[0-9a-f]{8}$/),
  findings: z.array(findingSchema),
  scenarios: z.array(scenarioInsightSchema),
  /** What the target did not allow to be seen, and the grant that would. */
  not_observed: z.array(z.strictObject({ what: z.string(), why: z.string(), grant: z.string() })),
  /** Of the time of the load, the share that looking at the database took on its connection; null: nobody looked. */
  observing_share: z.number().nullable(),
});
export type Diagnosis = z.infer<typeof diagnosisSchema>;
