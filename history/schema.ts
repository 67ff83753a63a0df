import { z } from 'zod';
import {
  type ClockAnchor,
  OPERATION_VERSION,
  type Operation,
  operationTypes,
  type RunnerEnd,
  resultClasses,
} from './operation.ts';

/** The schema of `history/*.ndjson`, one JSON object a line; docs/formats.md explains each field. */

/** A run's tag. */
export const tag = z.string().regex(/^[0-9a-f]{8}$/);
export const uuid = z.string().regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
/** With an offset: a local time would mean something else on every machine. */
export const instant = z.iso.datetime({ offset: true, error: 'is no ISO 8601 instant with an offset' });
const nanoseconds = z.int().nonnegative();

const errorValue = z.strictObject({
  message: z.string(),
  details: z.string().nullable(),
  hint: z.string().nullable(),
});

// As answered: a deployment that answers nonsense is judged, not refused as a file.
const assignedRow = z.strictObject({
  table_id: z.string().nullable(),
  start_at: z.string().nullable(),
  end_at: z.string().nullable(),
  merge_group_id: z.string().nullable(),
});

const base = {
  v: z.literal(OPERATION_VERSION),
  run: tag,
  runner: z.string().min(1),
  process: z.int().nonnegative(),
  index: z.int().nonnegative(),
  scenario: z.string().min(1),
  t0: nanoseconds,
  t1: nanoseconds,
  type: z.enum(operationTypes),
  class: z.enum(resultClasses),
  code: z.string().nullable(),
  http: z.int().nonnegative(),
  retry: z.int().nonnegative(),
  round: z
    .strictObject({ round: z.int().nonnegative(), slot: z.string().nullable(), scheduled: nanoseconds })
    .optional(),
  expect: z.array(z.string()).optional(),
};

const assignInput = z.strictObject({
  booking_id: uuid,
  table_ids: z.array(uuid),
  idempotency_key: z.string().nullable(),
  require_adjacency: z.boolean(),
  start_at: instant.nullable(),
  end_at: instant.nullable(),
});

const shapes = z.discriminatedUnion('f', [
  z.strictObject({
    ...base,
    f: z.literal('assign'),
    input: assignInput,
    value: z.union([z.array(assignedRow), errorValue, z.null()]),
  }),
  z.strictObject({
    ...base,
    f: z.literal('confirm'),
    input: assignInput.extend({ hold_id: uuid }),
    value: z.union([z.array(assignedRow), errorValue, z.null()]),
  }),
  z.strictObject({
    ...base,
    f: z.literal('unassign'),
    input: z.strictObject({ booking_id: uuid, table_ids: z.array(uuid).nullable() }),
    value: z.union([z.array(z.string().nullable()), errorValue, z.null()]),
  }),
  z.strictObject({
    ...base,
    f: z.literal('refresh'),
    input: z.strictObject({ table_id: uuid }),
    value: z.union([errorValue, z.null()]),
  }),
  z.strictObject({
    ...base,
    f: z.literal('status'),
    input: z.strictObject({ table_ids: z.array(uuid) }),
    value: z.union([errorValue, z.record(z.string(), z.string()), z.null()]),
  }),
  z.strictObject({
    ...base,
    f: z.literal('transition'),
    input: z.strictObject({ booking_id: uuid, status: z.string() }),
    value: z.union([errorValue, z.null()]),
  }),
  z.strictObject({
    ...base,
    f: z.literal('hold'),
    input: z.strictObject({
      hold_id: uuid,
      booking_id: uuid.nullable(),
      table_ids: z.array(uuid).min(1),
      start_at: instant,
      end_at: instant,
      expires_at: instant,
    }),
    value: z.union([errorValue, z.null()]),
  }),
  z.strictObject({
    ...base,
    f: z.literal('release'),
    input: z.strictObject({ hold_id: uuid }),
    value: z.union([errorValue, z.null()]),
  }),
]);

export const operationSchema = shapes.refine((operation) => operation.t0 <= operation.t1, {
  message: 't0 is after t1',
  path: ['t0'],
});

export const clockAnchorSchema: z.ZodType<ClockAnchor> = z.strictObject({
  v: z.literal(OPERATION_VERSION),
  anchor: z.literal(true),
  run: base.run,
  runner: base.runner,
  wall_ms: z.number().positive(),
  error_ms: z.number().nonnegative(),
});

export const runnerEndSchema: z.ZodType<RunnerEnd> = z.strictObject({
  v: z.literal(OPERATION_VERSION),
  end: z.literal(true),
  run: base.run,
  runner: base.runner,
  begun: z.int().nonnegative(),
  recorded: z.int().nonnegative(),
});

/** Checked line of a history file. */
export type HistoryLine = ClockAnchor | RunnerEnd | Operation;
