import { z } from 'zod';

/** Version of the format of observations/*.ndjson. */
export const OBSERVATION_VERSION = 1;

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
  /** Cores of the machine that the load generator runs on. */
  cores: z.int().positive(),
});
export type Observation = z.infer<typeof observationSchema>;
