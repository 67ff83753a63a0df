import type {
  AssignOperation,
  Operation,
  TransitionOperation,
  UnassignOperation,
} from '../history/operation.ts';
import { ClaimIndex } from './claim-index.ts';
import { type Window, windowBetween, windowFrom } from './instant.ts';
import { RealTime } from './real-time.ts';
import { distinct, releasedTables } from './released-tables.ts';
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
  /** Other calls of its key, of which one may have made it instead. */
  others: readonly Operation[];
  /** All effects on the same booking and table, this one included. */
  pair: readonly Effect[];
  /** The booking was completed: the claim may have been shortened. */
  shortens: boolean;
}

const NONE: readonly Operation[] = [];

/** All effects, found by table and by booking and table. Calls that certainly failed have none. */
export class Effects {
  readonly time: RealTime;
  /** By booking, then by table. */
  private readonly byPair = new Map<string, Map<string, Effect[]>>();
  private readonly inOrder: Effect[][] = [];
  private readonly byTable = new Map<string, Effect[]>();
  private readonly originals: ReadonlyMap<string, Operation>;
  private readonly byKey = new Map<string, Operation[]>();
  private index: ClaimIndex | undefined;

  constructor(run: RecordedRun) {
    this.time = new RealTime(run.history.anchors);
    const possible = run.history.operations.filter((operation) => operation.type !== 'fail');
    this.originals = firstAcknowledged(possible);
    for (const operation of possible) {
      const key = keyOf(operation);
      if (key !== null) push(this.byKey, key, operation);
    }
    for (const operation of possible) {
      if (operation.f === 'assign' || operation.f === 'confirm') this.addAssignment(run, operation);
    }
    for (const operation of possible) this.addRelease(operation);
  }

  private addAssignment(run: RecordedRun, operation: AssignOperation): void {
    const others = this.othersOf(operation);
    const window =
      others.length > 0
        ? (answeredWindow(operation) ?? requestedWindow(run, operation))
        : requestedWindow(run, operation);
    if (!window) return;
    const certain = operation.type === 'ok' && !this.isReplay(operation);
    for (const table of distinct(operation.input.table_ids)) {
      this.add(operation, table, window, certain, others, false);
    }
  }

  private addRelease(operation: Operation): void {
    const released = releasedTables(operation, this.byPair);
    if (!released) return;
    const certain = operation.type === 'ok' && !released.maybe;
    for (const table of released.tables) {
      this.add(released.operation, table, null, certain, NONE, released.maybe);
    }
  }

  /** Whether another call under the same booking and key was acknowledged before this one was. */
  isReplay(operation: Operation): boolean {
    const original = this.originals.get(keyOf(operation) ?? '');
    return original !== undefined && original !== operation;
  }

  /** Other calls under the same key that may have been executed before this one was answered. */
  othersOf(operation: Operation): readonly Operation[] {
    const key = keyOf(operation);
    const calls = key === null ? undefined : this.byKey.get(key);
    if (!calls || calls.length < 2) return NONE;
    return calls.filter((other) => other !== operation && !this.time.before(operation, other));
  }

  /** Whether `a` certainly took effect before `b` did. */
  before(a: Effect, b: Effect): boolean {
    return (
      this.time.before(a.operation, b.operation) &&
      b.others.every((other) => this.time.before(a.operation, other))
    );
  }

  private add(
    operation: Effect['operation'],
    table_id: string,
    window: Window | null,
    certain: boolean,
    others: readonly Operation[],
    shortens: boolean,
  ): void {
    const { booking_id } = operation.input;
    let pairs = this.byPair.get(booking_id);
    if (!pairs) {
      pairs = new Map();
      this.byPair.set(booking_id, pairs);
    }
    let pair = pairs.get(table_id);
    if (!pair) {
      pair = [];
      pairs.set(table_id, pair);
      this.inOrder.push(pair);
    }
    const effect = { operation, booking_id, table_id, window, certain, others, pair, shortens };
    pair.push(effect);
    push(this.byTable, table_id, effect);
  }

  /** Claims by time and window, which several checks ask for. */
  get claims(): ClaimIndex {
    this.index ??= new ClaimIndex(this);
    return this.index;
  }

  tables(): Iterable<[string, Effect[]]> {
    return this.byTable;
  }

  pairs(): Iterable<Effect[]> {
    return this.inOrder;
  }

  /** Tables that the booking may have had at some time, or was to give up. */
  tablesOf(booking_id: string): Iterable<string> {
    return this.byPair.get(booking_id)?.keys() ?? [];
  }

  ofTable(table_id: string): Effect[] {
    return this.byTable.get(table_id) ?? [];
  }

  ofPair(booking_id: string, table_id: string): Effect[] {
    return this.byPair.get(booking_id)?.get(table_id) ?? [];
  }

  /** Effects on the same booking and table that may have ended or moved this claim: those not certainly before it. */
  successors(claim: Effect): Effect[] {
    if (claim.pair.length === 1) return [];
    return claim.pair.filter((other) => other.operation !== claim.operation && !this.before(other, claim));
  }
}

/** The window that a call asks for: the one it passes, else its booking's; null when neither is known or valid. */
export function requestedWindow(run: RecordedRun, operation: AssignOperation): Window | null {
  const { start_at, end_at, booking_id } = operation.input;
  if (start_at !== null && end_at !== null) return validWindow(start_at, end_at);
  const booking = run.bookings.get(booking_id);
  return booking ? validWindow(booking.start_at, booking.end_at) : null;
}

function validWindow(from: string, to: string): Window | null {
  const window = windowBetween(from, to);
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

export function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
