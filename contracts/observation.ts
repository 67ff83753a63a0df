import { z } from 'zod';

/** Version of the format of observations/*.ndjson. */
export const OBSERVATION_VERSION = 1;

/** A backend that waits for a lock, and those that it waits for. */
const lockWaitSchema = z.strictObject({
  pid: z.int(),
  /** `pg_locks.locktype`: `transactionid` and `tuple` are waits for a row. */
  locktype: z.string(),
  mode: z.string(),
  /** The table of the row or of the lock; null where the lock names none. */
  relation: z.string().nullable(),
  /** What else tells one lock from another: transaction, key of an advisory lock, page and tuple. */
  key: z.string(),
  /** Milliseconds since the wait began; null where the server is older than 14. */
  waited_ms: z.number().nullable(),
  blocked_by: z.array(z.int()),
  /** First characters of the statement that waits. */
  statement: z.string(),
});
export type LockWait = z.infer<typeof lockWaitSchema>;

/** One look at the target and at the load generator while a scenario runs: one line of `observations/<scenario>.ndjson`. */
export const observationSchema = z.strictObject({
  v: z.literal(OBSERVATION_VERSION),
  /** Wall clock of this machine, milliseconds. */
  at_ms: z.number(),
  /** Backends of the API that waited for a lock, and that ran a statement; null where they may not be seen. */
  waiting: z.int().nonnegative().nullable(),
  active: z.int().nonnegative().nullable(),
  /** CPU seconds that the load generator has used so far; null where that cannot be read. */
  generator_cpu_s: z.number().nonnegative().nullable(),
  /**
   * CPU seconds that the database server's processes have used so far; null where they cannot be read, left out between two
   * readings, and in older files.
   */
  database_cpu_s: z.number().nonnegative().nullable().optional(),
  /** The same of PostgREST. */
  api_cpu_s: z.number().nonnegative().nullable().optional(),
  /** CPU seconds of all cores of this machine since it started, whoever used them; left out as the one before. */
  machine_cpu: z
    .strictObject({ busy_s: z.number().nonnegative(), all_s: z.number().nonnegative() })
    .optional(),
  /** Cores of the machine that the load generator runs on. */
  cores: z.int().positive(),
  /** Who waited for whom; left out where nobody waited, and in older files. */
  locks: z.array(lockWaitSchema).optional(),
  /** How long the looking itself took, milliseconds. */
  look_ms: z.number().nonnegative().optional(),
});
export type Observation = z.infer<typeof observationSchema>;
