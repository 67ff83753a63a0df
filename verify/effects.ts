import type {
  AssignOperation,
  Operation,
  TransitionOperation,
  UnassignOperation,
} from '../history/operation.ts';
import { parseInstant, type Window, windowFrom } from './instant.ts';
import { RealTime } from './real-time.ts';
import type { RecordedRun } from './run-data.ts';

/** What a call that took effect, or may have, does to one booking's claim on one table. */
export interface Effect {
  operation: AssignOperation | UnassignOperation | TransitionOperation;
  booking_id: string;
  table_id: string;
  /** The window that is claimed, or null: the claim is given up. */
  window: Window | null;
  /**
   * The call took effect for certain. False for an `info`, and for the repetition of an acknowledged call under the
   * same key: that may have changed nothing.
   */
  certain: boolean;
  /** Calls of which one made it: those of its key that may have come first, else the call alone. */
  candidates: readonly Operation[];
  /** The booking was completed: the claim may have been shortened. */
  shortens?: boolean;
}

/** All effects, found by table and by booking and table. Calls that certainly failed have none. */
export class Effects {
  readonly time: RealTime;
  private readonly byPair = new Map<string, Effect[]>();
  private readonly byTable = new Map<string, Effect[]>();
  private readonly originals: ReadonlyMap<string, Operation>;
  private readonly byKey = new Map<string, Operation[]>();

  constructor(run: RecordedRun) {
    this.time = new RealTime(run.history.anchors);
    const possible = run.history.operations.filter((operation) => operation.type !== 'fail');
    const tablesOf = new Map<string, Set<string>>();
    this.originals = firstAcknowledged(possible);
    for (const operation of possible) {
      const key = keyOf(operation);
      if (key !== null) push(this.byKey, key, operation);
    }
    for (const operation of possible) {
      if (operation.f !== 'assign' && operation.f !== 'confirm') continue;
      const candidates = this.candidatesOf(operation);
      const window =
        candidates.length > 1
          ? (answeredWindow(operation) ?? requestedWindow(run, operation))
          : requestedWindow(run, operation);
      if (!window) continue;
      const certain = operation.type === 'ok' && !this.isReplay(operation);
      const tables = tablesOf.get(operation.input.booking_id) ?? new Set();
      tablesOf.set(operation.input.booking_id, tables);
      for (const table_id of new Set(operation.input.table_ids)) {
        tables.add(table_id);
        this.add({
          operation,
          booking_id: operation.input.booking_id,
          table_id,
          window,
          certain,
          candidates,
        });
      }
    }
    for (const operation of possible) {
      const released = releasedTables(operation, tablesOf);
      if (!released) continue;
      for (const table_id of released.tables) {
        const { booking_id, operation: releasing } = released;
        this.add({
          operation: releasing,
          booking_id,
          table_id,
          window: null,
          certain: operation.type === 'ok' && !released.maybe,
          candidates: [operation],
          shortens: released.maybe,
        });
      }
    }
  }

  /** Whether another call under the same booking and key was acknowledged before this one was. */
  isReplay(operation: Operation): boolean {
    const original = this.originals.get(keyOf(operation) ?? '');
    return original !== undefined && original !== operation;
  }

  /** Calls under the same key that may have been executed before this one was answered, itself included. */
  candidatesOf(operation: Operation): readonly Operation[] {
    const key = keyOf(operation);
    if (key === null) return [operation];
    return (this.byKey.get(key) ?? [operation]).filter(
      (other) => other === operation || !this.time.before(operation, other),
    );
  }

  /** Whether `a` certainly took effect before `b` did. */
  before(a: Effect, b: Effect): boolean {
    return b.candidates.every((candidate) => this.time.before(a.operation, candidate));
  }

  private add(effect: Effect): void {
    push(this.byPair, `${effect.booking_id} ${effect.table_id}`, effect);
    push(this.byTable, effect.table_id, effect);
  }

  tables(): Iterable<[string, Effect[]]> {
    return this.byTable;
  }

  pairs(): Iterable<Effect[]> {
    return this.byPair.values();
  }

  ofTable(table_id: string): Effect[] {
    return this.byTable.get(table_id) ?? [];
  }

  ofPair(booking_id: string, table_id: string): Effect[] {
    return this.byPair.get(`${booking_id} ${table_id}`) ?? [];
  }

  /** Effects on the same booking and table that may have ended or moved this claim: those not certainly before it. */
  successors(claim: Effect): Effect[] {
    return this.ofPair(claim.booking_id, claim.table_id).filter(
      (other) => other.operation !== claim.operation && !this.before(other, claim),
    );
  }
}

/** The window that a call asks for: the one it passes, else its booking's; null when neither is known or valid. */
export function requestedWindow(run: RecordedRun, operation: AssignOperation): Window | null {
  const { start_at, end_at, booking_id } = operation.input;
  const booking = run.bookings.get(booking_id);
  const [from, to] =
    start_at !== null && end_at !== null ? [start_at, end_at] : [booking?.start_at, booking?.end_at];
  if (from === undefined || to === undefined) return null;
  const window = { start: parseInstant(from), end: parseInstant(to) };
  return window.start < window.end ? window : null;
}

function answeredWindow(operation: AssignOperation): Window | null {
  const [row] = Array.isArray(operation.value) ? operation.value : [];
  return row ? windowFrom(row.start_at, row.end_at) : null;
}

function keyOf(operation: Operation): string | null {
  if (operation.f !== 'assign' && operation.f !== 'confirm') return null;
  const { booking_id, idempotency_key } = operation.input;
  return idempotency_key === null ? null : `${booking_id} ${idempotency_key}`;
}

/** The acknowledged call of each booking and key that ended first: later ones may be answered from the ledger. */
function firstAcknowledged(operations: readonly Operation[]): Map<string, Operation> {
  const first = new Map<string, Operation>();
  for (const operation of operations) {
    const key = operation.type === 'ok' ? keyOf(operation) : null;
    if (key === null) continue;
    const known = first.get(key);
    if (!known || operation.t1 < known.t1) first.set(key, operation);
  }
  return first;
}

function releasedTables(
  operation: Operation,
  tablesOf: ReadonlyMap<string, Set<string>>,
): {
  operation: UnassignOperation | TransitionOperation;
  booking_id: string;
  tables: Iterable<string>;
  maybe: boolean;
} | null {
  if (operation.f === 'unassign') {
    const { booking_id, table_ids } = operation.input;
    return {
      operation,
      booking_id,
      tables: new Set(table_ids ?? tablesOf.get(booking_id) ?? []),
      maybe: false,
    };
  }
  // A cancelled booking's rows are gone, by the contract.
  if (operation.f === 'transition' && /^(cancelled|no_show|completed)$/.test(operation.input.status)) {
    const { booking_id } = operation.input;
    return {
      operation,
      booking_id,
      tables: tablesOf.get(booking_id) ?? [],
      maybe: operation.input.status !== 'cancelled',
    };
  }
  return null;
}

export function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
