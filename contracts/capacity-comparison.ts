import { z } from 'zod';

export const CAPACITY_COMPARISON_VERSION = 1;

/** Of B against A. `unclear`: at least one of the two has no bound that would tell. */
export const capacityChanges = ['better', 'worse', 'same', 'unclear'] as const;
export type CapacityChange = (typeof capacityChanges)[number];

const sideSchema = z.strictObject({
  run: z.string(),
  /** Assignments per second; null: no rate held. */
  rate: z.number().nullable(),
  low: z.number().nullable(),
  /** Null: no bound from above. */
  high: z.number().nullable(),
  bound: z.enum(['measured', 'at-least']),
  limit: z.string().nullable(),
});

/** What `compare` says of two results of `capacity`. */
export const capacityComparisonSchema = z.strictObject({
  v: z.literal(CAPACITY_COMPARISON_VERSION),
  kind: z.literal('capacity-comparison'),
  a: sideSchema,
  b: sideSchema,
  change: z.enum(capacityChanges),
  /** Rate of B divided by that of A; null where one of them has none. */
  ratio: z.number().nullable(),
  /** Steps at rates that both have: the 95th percentile, milliseconds. */
  rates: z.array(z.strictObject({ rate: z.number(), a: z.number().nullable(), b: z.number().nullable() })),
  /** What makes the two hard to compare: another SLO, load, target. */
  caveats: z.array(z.string()),
  /** 0 as good as A, 1 a promise is broken that A kept, 99 carries less. */
  exit_code: z.int(),
  headline: z.string(),
});
export type CapacityComparison = z.infer<typeof capacityComparisonSchema>;
