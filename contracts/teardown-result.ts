import { z } from 'zod';

/** Version of teardown.json's format. */
export const TEARDOWN_VERSION = 1;

const tableCountSchema = z.strictObject({ table: z.string(), rows: z.int().nonnegative() });

const untaggedSchema = z.strictObject({
  table: z.string(),
  rows: z.int().nonnegative(),
  /** Order-independent hash over the rows' text. */
  hash: z.string(),
});
export type UntaggedTable = z.infer<typeof untaggedSchema>;

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
  problems: z.array(z.string()),
});
export type TeardownResult = z.infer<typeof teardownResultSchema>;
