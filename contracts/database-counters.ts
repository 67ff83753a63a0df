import { z } from 'zod';

export const DATABASE_COUNTERS_VERSION = 1;

/** Something that the target did not show, and what would make it visible. */
const notObservedSchema = z.strictObject({ what: z.string(), why: z.string(), grant: z.string() });

const tableCountersSchema = z.strictObject({
  name: z.string(),
  /** Scans of the whole table, and rows read by them. */
  seq_scan: z.number(),
  seq_tup_read: z.number(),
  idx_scan: z.number(),
  /** At the end, not a difference: estimated by the server. */
  live_rows: z.number(),
  dead_rows: z.number(),
});
export type TableCounters = z.infer<typeof tableCountersSchema>;

const statementCountersSchema = z.strictObject({
  /** As pg_stat_statements has it, constants replaced, cut to 400 characters. */
  query: z.string(),
  /** False: it ran within a function. Null: the server is older than 14. */
  toplevel: z.boolean().nullable(),
  calls: z.number(),
  total_ms: z.number(),
  rows: z.number(),
});
export type StatementCounters = z.infer<typeof statementCountersSchema>;

/**
 * `observations/<scenario>.counters.json`: what the database's own counters gained while a scenario ran. The server's
 * sessions report some of them up to a second late, so a difference is at least, not exactly, what happened.
 */
export const databaseCountersSchema = z.strictObject({
  v: z.literal(DATABASE_COUNTERS_VERSION),
  scenario: z.string(),
  seconds: z.number(),
  deadlocks: z.number().nullable(),
  commits: z.number().nullable(),
  rollbacks: z.number().nullable(),
  tables: z.array(tableCountersSchema),
  /** By time, the longest first. */
  statements: z.array(statementCountersSchema),
  /** Connections of the API at the end. */
  api_connections: z.number().nullable(),
  not_observed: z.array(notObservedSchema),
});
export type DatabaseCounters = z.infer<typeof databaseCountersSchema>;
