import { z } from 'zod';

/** Version of status-matrix.json's format. */
export const STATUS_MATRIX_VERSION = 1;

/** What `table_inventory.status` may hold. */
export const tableStatuses = ['available', 'reserved', 'occupied', 'out_of_service'] as const;

/** Behaviours of `refresh_table_status` that are known by name. docs/status-matrix.md describes each. */
export const variantNames = [
  'correct',
  'legacy',
  'sticky-out-of-service',
  'sticky-occupied',
  'closed-upper-bound',
  'shifted-by-utc-offset',
  'counts-shadows',
  'counts-cancelled',
  'never-refreshed',
  'open-lower-bound',
  'forgets-by-hand',
  'ignores-maintenance',
  'ignores-check-in',
] as const;
export type VariantName = (typeof variantNames)[number];

const statusSchema = z.enum(tableStatuses);

const allocationSchema = z.strictObject({
  /** Start and end of the window, microseconds from the moment of the refresh: `[from_us, to_us)`. */
  from_us: z.int(),
  to_us: z.int(),
  /** What is allocated: the table itself, a merge group, or another table. */
  resource: z.enum(['table', 'merge_group', 'other_table']),
  /** What became of its booking before the refresh; null: it has none. */
  booking: z.enum(['pending', 'confirmed', 'checked_in', 'cancelled']).nullable(),
  shadow: z.boolean(),
  maintenance: z.boolean(),
});
export type SituationAllocation = z.infer<typeof allocationSchema>;

/** One call of the deployed `refresh_table_status`, or why there was none. */
const observationSchema = z.strictObject({
  /** `transaction`: rolled back, now() stands still; `clock`: on the clone, whose clock was set. */
  runner: z.enum(['transaction', 'clock']),
  case: z.string(),
  group: z.string(),
  /** The allocations in words. */
  title: z.string(),
  timezone: z.string(),
  /** What the virtual clock showed; null where it was the real one. */
  moment: z.string().nullable(),
  /** Offset of the restaurant's local time from UTC at that moment, microseconds, east positive. */
  utc_offset_us: z.int(),
  allocations: z.array(allocationSchema),
  /** What was stored right before the refresh; where nothing was observed, what should have been. */
  previous: statusSchema,
  /** How the previous status came there; null where nothing was observed. */
  previous_by: z.enum(['write', 'write without triggers', 'refresh']).nullable(),
  /** How far `clock_timestamp()` was ahead of `now()` before and after the refresh, microseconds. */
  elapsed_us: z.tuple([z.number(), z.number()]).nullable(),
  /** What the rule allows; more than one where the rule leaves it open. */
  expected: z.array(statusSchema).min(1),
  /** What was stored after the refresh; null when it raised an error or was not called. */
  stored: statusSchema.nullable(),
  outcome: z.enum(['agrees', 'differs', 'not possible', 'not observed']),
  /** Why it was not possible or not observed, or the error that the refresh raised. */
  reason: z.string().nullable(),
  /** A script that shows it, as a text; of what differs only. */
  script: z.string().nullable(),
});
export type StatusObservation = z.infer<typeof observationSchema>;

const variantSchema = z.strictObject({
  /** `correct`, a known wrong variant, or several: a mixture. Empty: unknown. */
  names: z.array(z.enum(variantNames)),
  /** What explains everything that was observed as well. */
  alternatives: z.array(z.array(z.enum(variantNames))),
  /** `moving`: the function asks a clock that goes on within a transaction. */
  clock: z.enum(['standing', 'moving']),
  /** One sentence for people. */
  text: z.string(),
});
export type DeployedVariant = z.infer<typeof variantSchema>;

/** What the status matrix found. docs/status-matrix.md explains the method. */
export const statusMatrixSchema = z.strictObject({
  v: z.literal(STATUS_MATRIX_VERSION),
  run: z.string().regex(/^[0-9a-f]{8}$/),
  /** Why there is no matrix at all; null when there is one. */
  skipped: z.strictObject({ reason: z.string(), failed: z.boolean() }).nullable(),
  verdict: z.enum(['pass', 'fail', 'unknown']),
  /** The schema whose function was called in the transaction that was rolled back. */
  schema: z.string().nullable(),
  /** The clone with the virtual clock; null when there was none. */
  clone: z.string().nullable(),
  variant: variantSchema.nullable(),
  observations: z.array(observationSchema),
  /** What a person should know of the measurement, one sentence each. */
  notes: z.array(z.string()),
});
export type StatusMatrix = z.infer<typeof statusMatrixSchema>;
