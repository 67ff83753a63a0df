import type { Window } from '../../contracts/instant.ts';
import type { Operation } from '../../history/operation.ts';
import type { Span } from '../database-time.ts';

/** Name of what a booking has on a table, or keeps under a key; holds are named by their ids. */
export function cellOf(booking: string, what: string): string {
  return `${booking} ${what}`;
}

/** Name of what a booking has on a table: one text for each, however often it is asked for. */
export function tableCell({ id, cells }: BookingFacts, table: string): string {
  let name = cells.get(table);
  if (name === undefined) {
    name = cellOf(id, table);
    cells.set(table, name);
  }
  return name;
}

/**
 * How a call ended, as far as the specification cares. `done`: acknowledged; `conflict`: refused because of somebody
 * else's claim; `reused`: refused with P0003; `unknown`: it may have taken effect, or may still, or never will.
 */
export type Outcome = 'done' | 'conflict' | 'reused' | 'unknown';

/** A stretch of time of one table. */
export interface Region extends Window {
  table: string;
}

/** What all calls of a run say about one booking. */
export interface BookingFacts {
  id: string;
  /** Tables that it may ever have, each with the stretches of time asked for. */
  tables: Map<string, Region[]>;
  /** Names of what it has on tables, as far as somebody asked for them. */
  cells: Map<string, string>;
  /** Cells of those idempotency keys that several calls share, each with all tables that were asked for under it. */
  keys: Map<string, Set<string>>;
  holds: Set<string>;
  /** It was seeded as over: that it ends again may change nothing. */
  over: boolean;
}

interface CallBase {
  /** Null for a row of the final state. */
  operation: Operation | null;
  outcome: Outcome;
  /** Nanoseconds on the clock of its runner. */
  begin: number;
  /** Infinite when it may take effect at any later moment. */
  end: number;
  booking: BookingFacts | null;
  /** Names of the claims, keys and holds of its own that it reads or may change, see `cellOf`. */
  cells: readonly string[];
  /** Where it looks for claims and holds of others. */
  reads: readonly Region[];
  /** Where it may put, move or end a claim or a hold. */
  writes: readonly Region[];
  /** False for a call that leaves every state as it is: a refusal, a read, a release of nothing. */
  changes: boolean;
}

interface Claiming extends CallBase {
  booking: BookingFacts;
  tables: readonly string[];
  window: Window;
  /** Null: no key, or one that no other call uses. */
  key: string | null;
  /** Whether the deployment certainly keeps a ledger of the keys that such calls use. */
  ledger: boolean;
  /** Null: no answer, or one that names no window. */
  answered: Window | null;
  /** When it ran, on the database's clock. */
  span: Span;
}

export interface AssignCall extends Claiming {
  kind: 'assign';
}

export interface ConfirmCall extends Claiming {
  kind: 'confirm';
  hold: string;
}

export interface UnassignCall extends CallBase {
  kind: 'unassign';
  booking: BookingFacts;
  tables: readonly string[];
  /** Null: no answer, or one that cannot be read. */
  answered: ReadonlySet<string> | null;
}

/** A booking is cancelled, completed or set to no_show. */
export interface EndCall extends CallBase {
  kind: 'end';
  booking: BookingFacts;
  status: string;
}

export interface HoldCall extends CallBase {
  kind: 'hold';
  hold: string;
  /** For whom it holds; null: nobody in particular. */
  owner: string | null;
  tables: readonly string[];
  window: Window;
  /** Microseconds since the epoch on the database's clock. */
  expires: number;
  span: Span;
}

export interface ReleaseCall extends CallBase {
  kind: 'release';
  hold: string;
}

/** A look at one booking and table after the load. */
export interface ReadCall extends CallBase {
  kind: 'read';
  booking: BookingFacts;
  table: string;
  row: { window: Window | null } | null;
}

export type Call = AssignCall | ConfirmCall | UnassignCall | EndCall | HoldCall | ReleaseCall | ReadCall;

/** A call that may take effect or not: it need not be part of an order. */
export function isOptional(call: Pick<Call, 'outcome'>): boolean {
  return call.outcome === 'unknown';
}

/** Null for what puts no constraint on an order: refusals for other reasons, errors that changed nothing, status reads. */
export function outcomeOf({ f, type, class: result, code }: Operation): Outcome | null {
  if (f === 'refresh' || f === 'status') return null;
  if (type === 'ok') return 'done';
  if (type === 'info') return 'unknown';
  if (f === 'assign' && code === 'P0003') return 'reused';
  return result === 'conflict' && (f === 'assign' || f === 'confirm' || f === 'hold') ? 'conflict' : null;
}

/** What is left of a call whose answer is not to be explained: it may have done what it asked for, within its time. */
export function excuse(call: Call): Call[] {
  if (isOptional(call)) return [call];
  if (!call.changes) return [];
  const excused = { ...call, outcome: 'unknown' as const };
  if ('answered' in excused) excused.answered = null;
  return [excused];
}
