import { z } from 'zod';

/** Version of teardown.json's format. */
export const TEARDOWN_VERSION = 1;

const tableCountSchema = z.strictObject({ table: z.string(), rows: z.int().nonnegative() });

export const untaggedSchema = z.strictObject({
  table: z.string(),
  rows: z.int().nonnegative(),
  /** Order-independent hash over the rows' text. */
  hash: z.string(),
});
export type UntaggedTable = z.infer<typeof untaggedSchema>;

/** The deployed schema, from which the load was to be kept away. */
const sourceSchema = z.strictObject({
  schema: z.string(),
  /** Rows that carry the run's tag after the run. There must be none. */
  tagged: z.array(tableCountSchema),
  /** Tables that were not read: too large, gone, or with rows that the connection's role may not see. */
  unread: z.array(z.string()),
  /** Whether nobody else writes there, as on an embedded target of the run's own: then rows must be what they were. */
  undisturbed: z.boolean(),
  before: z.array(untaggedSchema).nullable(),
  after: z.array(untaggedSchema).nullable(),
});
export type SourceProof = z.infer<typeof sourceSchema>;

/** What became of the isolated schema. */
const removalSchema = z.strictObject({
  schema: z.string(),
  /** Proven: no schema, no role, no exposure is left. False when it stays, or when that could not be proven. */
  removed: z.boolean(),
  /** Why it stays on purpose: made by `isolate`, kept rows, or other runs that use it. Null when it was to go. */
  stays: z.string().nullable(),
  problems: z.array(z.string()),
});
export type Removal = z.infer<typeof removalSchema>;

/** What teardown did, and the proof that nothing is left. */
export const teardownResultSchema = z.strictObject({
  v: z.literal(TEARDOWN_VERSION),
  run: z.string(),
  /** False when rows were kept on request. */
  performed: z.boolean(),
  deleted: z.array(tableCountSchema),
  /** Tagged rows that are still there, for every table of the schema; null where it could not be counted. */
  left: z.array(tableCountSchema).nullable(),
  /** Rows that carry no tag, before seeding and after teardown; null where it could not be read. */
  untagged_before: z.array(untaggedSchema).nullable(),
  untagged_after: z.array(untaggedSchema).nullable(),
  /** Null when the load went to the deployed schema itself, or when there was no database connection. */
  source: sourceSchema.nullable().default(null),
  /** Null when there was no isolated schema. */
  isolation: removalSchema.nullable().default(null),
  /** Other runs used the same schema at the same time: rows without a tag may be theirs. */
  shared: z.boolean().optional(),
  problems: z.array(z.string()),
});
export type TeardownResult = z.infer<typeof teardownResultSchema>;
