import { z } from 'zod';

/** Version of manifest.json's format. */
export const MANIFEST_VERSION = 1;

/** How far a load generator came with a scenario. */
const scenarioRunSchema = z.strictObject({
  scenario: z.string(),
  runner: z.string(),
  started_at: z.iso.datetime(),
  ended_at: z.iso.datetime().nullable(),
  /** k6's exit code; null while it runs, or when a signal ended it. */
  exit_code: z.int().nullable(),
  /** Why the scenario did not run to its end; null when it did. */
  aborted: z.string().nullable(),
  thresholds_crossed: z.array(z.string()),
  /**
   * The wall time of its clock's zero, and the bound of its error, milliseconds; null before it began, and in runs from
   * before several load generators were possible. What the verifier believes is the larger of this error and the history's.
   */
  clock: z.strictObject({ wall_ms: z.number(), error_ms: z.number().nonnegative() }).nullable().default(null),
});
export type ScenarioRun = z.infer<typeof scenarioRunSchema>;

const functionSchema = z.strictObject({
  name: z.string(),
  arguments: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type DeployedFunction = z.infer<typeof functionSchema>;

/** Something that a person should know of the clone. */
export const isolationFindingSchema = z.strictObject({
  /** For instance `function refresh_table_status(uuid)`. */
  object: z.string(),
  /** `leftover`: may still mean the deployed schema, and was allowed by name; `note`: behaves differently in the clone. */
  kind: z.enum(['leftover', 'note']),
  line: z.int().nullable(),
  text: z.string(),
  reason: z.string(),
});
export type IsolationFinding = z.infer<typeof isolationFindingSchema>;

export const isolationSchema = z.strictObject({
  /** The schema that receives the load. */
  schema: z.string(),
  /** Whether it is a clone, or the deployed schema itself. */
  cloned: z.boolean(),
  /** The deployed schema that was cloned; null when the load went there itself, or when it is not known (API only). */
  source: z.string().nullable().default(null),
  /** Owner of the clone, without rights on the source; null when nothing was cloned. */
  role: z.string().nullable().default(null),
  /** Whether this run made the clone, or found it. */
  made: z.enum(['by this run', 'before']).nullable().default(null),
  /** `virtual`: the functions of the clone see a clock that the harness sets. */
  clock: z.enum(['real', 'virtual']).default('real'),
  /** Cloned objects by kind. */
  objects: z.record(z.string(), z.int()).default({}),
  findings: z.array(isolationFindingSchema).default([]),
  /** Fingerprint of the run before in the same folder; null when there was none. */
  previous_fingerprint: z.string().nullable().default(null),
  functions: z.array(functionSchema),
  /** Over all functions: tells whether two runs tested the same deployment. */
  fingerprint: z.string(),
});
export type Isolation = z.infer<typeof isolationSchema>;

/** What a run was, without secrets. Written at the start, completed as the stages go by. */
export const manifestSchema = z.strictObject({
  v: z.literal(MANIFEST_VERSION),
  run: z.string().regex(/^[0-9a-f]{8}$/),
  command: z.array(z.string()),
  seed: z.int(),
  profile: z.string(),
  scenarios: z.array(z.string()),
  /** Scenarios that were asked for and that this deployment has no tables for. */
  left_out: z.array(z.strictObject({ scenario: z.string(), reason: z.string() })).default([]),
  broken: z.string().nullable(),
  kept: z.boolean(),
  started_at: z.iso.datetime(),
  ended_at: z.iso.datetime().nullable(),
  target: z.strictObject({
    kind: z.enum(['local', 'staging']),
    description: z.string(),
    /** What became of the user's own migrations; null for the reference application and for deployed ones. */
    migrations: z
      .strictObject({ applied: z.int(), failed: z.array(z.string()), skipped_statements: z.int() })
      .nullable()
      .default(null),
  }),
  isolation: isolationSchema.nullable(),
  /** Effective time limits of each database role, in words, the first line their names; null where they were not read. */
  time_limits: z.array(z.string()).nullable().default(null),
  versions: z.record(z.string(), z.string()),
  harness: z.strictObject({
    version: z.string(),
    commit: z.string().nullable(),
    dirty: z.boolean().nullable(),
    node: z.string(),
    platform: z.string(),
  }),
  /** The part of thresholds.json that this run used. */
  thresholds: z.unknown(),
  /** Database clock minus wall clock of this machine: estimate and bound of its error, milliseconds. */
  database_clock: z.strictObject({ offset_ms: z.number(), error_ms: z.number() }).nullable(),
  /** How many load generators share each scenario, and who starts them. */
  load: z
    .strictObject({
      runners: z.int().positive(),
      /** `elsewhere`: this run was prepared, and `collect` brings what load generators on other machines recorded. */
      where: z.enum(['here', 'elsewhere']),
      collected_at: z.iso.datetime().nullable(),
    })
    .default({ runners: 1, where: 'here', collected_at: null }),
  /** One for each scenario and load generator. */
  runs: z.array(scenarioRunSchema),
  /** Set when the run did not come to its end: interrupted, target lost, tool failed. */
  failure: z.strictObject({ stage: z.string(), message: z.string(), exit_code: z.int() }).nullable(),
});
export type Manifest = z.infer<typeof manifestSchema>;
