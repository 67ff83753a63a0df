/**
 * The record of one call, after Jepsen's operations (jepsen `doc/tutorial/03-client.md`). Shared by the k6 side,
 * which writes it, and by the Node side, which reads it, so it holds types and constants only.
 */

/** Version of the record's format. */
export const OPERATION_VERSION = 1;

/** What was called. `transition` sets a booking's status, `status` reads stored table statuses. */
export const operationNames = [
  'assign',
  'unassign',
  'hold',
  'release',
  'confirm',
  'refresh',
  'status',
  'transition',
] as const;
export type OperationName = (typeof operationNames)[number];

/**
 * `ok`: it took effect. `fail`: it certainly did not. `info`: nobody knows (time-out, lost reply, cut connection);
 * it may take effect at any later moment, or never.
 */
export const operationTypes = ['ok', 'fail', 'info'] as const;
export type OperationType = (typeof operationTypes)[number];

/** Why the call ended as it did; see `classify.ts` for the codes behind each. */
export const resultClasses = [
  'ok',
  'conflict',
  'refusal',
  'transient',
  'overload',
  'connection',
  'setup',
  'unexpected',
] as const;
export type ResultClass = (typeof resultClasses)[number];

export interface AssignInput {
  booking_id: string;
  table_ids: string[];
  idempotency_key: string | null;
  require_adjacency: boolean;
  /** ISO 8601 in UTC, or null for the booking's own window. */
  start_at: string | null;
  end_at: string | null;
}

export interface UnassignInput {
  booking_id: string;
  /** null: all tables of the booking. */
  table_ids: string[] | null;
}

export interface TableInput {
  table_id: string;
}

export interface StatusInput {
  table_ids: string[];
}

export interface TransitionInput {
  booking_id: string;
  status: string;
}

/** A hold's own claim. It counts from its members' insertion until it is released, confirmed or has expired. */
export interface HoldInput {
  hold_id: string;
  /** Whom the tables are held for; null: nobody in particular, so that it stands in everybody's way. */
  booking_id: string | null;
  table_ids: string[];
  /** ISO 8601 in UTC. */
  start_at: string;
  end_at: string;
  /** When the claim lapses by itself, on the database's clock; ISO 8601 in UTC. */
  expires_at: string;
}

export interface ReleaseInput {
  hold_id: string;
}

/** Assigns what a hold claims. Tables and window are the hold's, named here so that the record explains itself. */
export interface ConfirmInput extends AssignInput {
  hold_id: string;
}

/** A row that `assign_tables_atomic_v2` returns. */
export interface AssignedRow {
  /** As answered, whatever it is: a wrong answer is a finding, and must not spoil the record. */
  table_id: string | null;
  start_at: string | null;
  end_at: string | null;
  merge_group_id: string | null;
}

/** What a database error says, without what belongs to the transport. */
export interface ErrorValue {
  message: string;
  details: string | null;
  hint: string | null;
}

/** Which round of contenders a call belongs to, or with which arrival it came. */
export interface RoundMark {
  round: number;
  /** Calls of one round and slot compete for the same thing, and one gets it; null: several may get something. */
  slot: string | null;
  /** Agreed start of the round, or planned arrival, nanoseconds on the runner's clock. */
  scheduled: number;
}

interface OperationBase {
  v: typeof OPERATION_VERSION;
  /** The run's tag, eight hexadecimal digits. */
  run: string;
  /** Which load generator process wrote it; each has a clock of its own. */
  runner: string;
  /** Logical process. A process is sequential; after an `info` the caller goes on under a fresh id. */
  process: number;
  /** Position among the calls of this virtual user; with runner and process it names the operation. */
  index: number;
  scenario: string;
  /** Nanoseconds on the runner's monotonic clock, just before the request and just after its answer. */
  t0: number;
  t1: number;
  type: OperationType;
  class: ResultClass;
  /** SQLSTATE, PGRST code, or the load generator's error code; null when there was none. */
  code: string | null;
  /** HTTP status, 0 when there was no answer. */
  http: number;
  /** 0 for a first try, 1 for its first repetition, and so on. */
  retry: number;
  round?: RoundMark | undefined;
  /** Codes that the plan expects (`ok` for success); absent when any documented answer is fine. */
  expect?: string[] | undefined;
}

type Shape<F extends OperationName, I, V> = OperationBase & { f: F; input: I; value: V | ErrorValue | null };

export type AssignOperation =
  | Shape<'assign', AssignInput, AssignedRow[]>
  | Shape<'confirm', ConfirmInput, AssignedRow[]>;
export type UnassignOperation = Shape<'unassign', UnassignInput, (string | null)[]>;
export type RefreshOperation = Shape<'refresh', TableInput, null>;
/** Table id to stored status. */
export type StatusOperation = Shape<'status', StatusInput, Record<string, string>>;
export type TransitionOperation = Shape<'transition', TransitionInput, null>;
export type HoldOperation = Shape<'hold', HoldInput, null>;
export type ReleaseOperation = Shape<'release', ReleaseInput, null>;

export type Operation =
  | AssignOperation
  | UnassignOperation
  | RefreshOperation
  | StatusOperation
  | TransitionOperation
  | HoldOperation
  | ReleaseOperation;

/**
 * Ties a runner's monotonic clock to the wall clock: the wall time of its zero is
 * `wall_ms` ± `error_ms`. First line of a history file.
 */
export interface ClockAnchor {
  v: typeof OPERATION_VERSION;
  anchor: true;
  run: string;
  runner: string;
  wall_ms: number;
  error_ms: number;
}

/**
 * Last line of a history file whose runner came to its end: how many calls were begun, and how many records were
 * written. Fewer records than that in the file, or calls without a record: the history is incomplete, and an effect
 * without a record is then unknown, not a phantom.
 */
export interface RunnerEnd {
  v: typeof OPERATION_VERSION;
  end: true;
  run: string;
  runner: string;
  begun: number;
  recorded: number;
}

/** Name of an operation in messages: runner, process and index. */
export function operationId(operation: Pick<Operation, 'runner' | 'process' | 'index'>): string {
  return `${operation.runner}/p${operation.process}#${operation.index}`;
}
