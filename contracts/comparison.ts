import { z } from 'zod';
import { invariantIds, verdictValues } from './verdict.ts';

export const COMPARISON_VERSION = 1;

/** Of B against A. `unclear`: the data fit a change as well as none. */
export const changes = ['slower', 'faster', 'same', 'unclear'] as const;
export type Change = (typeof changes)[number];

const ratioSchema = z.strictObject({
  /** B divided by A. */
  estimate: z.number(),
  low: z.number(),
  high: z.number(),
});
export type Ratio = z.infer<typeof ratioSchema>;

const pair = <T extends z.ZodType>(each: T) => z.strictObject({ a: each, b: each });

const latencySchema = z.strictObject({
  scenario: z.string(),
  f: z.string(),
  calls: pair(z.int()),
  /** Milliseconds. */
  p50: pair(z.number()),
  p95: pair(z.number()),
  /** Of the medians. */
  ratio: ratioSchema,
});
export type LatencyComparison = z.infer<typeof latencySchema>;

/** comparison.json: run B against run A. */
export const comparisonSchema = z.strictObject({
  v: z.literal(COMPARISON_VERSION),
  runs: pair(
    z.strictObject({ run: z.string(), verdict: z.enum(verdictValues), functions: z.string().nullable() }),
  ),
  /** What makes the two hard to compare: other profile, other target, other seed. */
  caveats: z.array(z.string()),
  /** Promises whose verdict is not the same; null: not covered. */
  verdicts: z.array(
    z.strictObject({ id: z.enum(invariantIds), ...pair(z.enum(verdictValues).nullable()).shape }),
  ),
  latencies: z.array(latencySchema),
  /** Median latency of assignments over all scenarios, and what follows from it; null: too few calls to say. */
  overall: z.strictObject({ ratio: ratioSchema, change: z.enum(changes) }).nullable(),
  /** Answered calls per second. */
  rates: z.array(z.strictObject({ scenario: z.string(), ...pair(z.number()).shape })),
  /** What was measured and not judged, such as how long statuses were stale. */
  measurements: z.array(
    z.strictObject({ scenario: z.string(), name: z.string(), ...pair(z.number().nullable()).shape }),
  ),
  /** Samples of waits for locks, for each look that saw some; null: nothing was observed. */
  waits: z.array(z.strictObject({ scenario: z.string(), ...pair(z.number().nullable()).shape })),
  /** 0 as good as A, 1 a promise is broken that A kept, 99 slower than the tolerance. */
  exit_code: z.int(),
  headline: z.string(),
});
export type Comparison = z.infer<typeof comparisonSchema>;
