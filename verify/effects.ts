import { type Window, windowBetween, windowFrom } from '../contracts/instant.ts';
import { Type } from '../history/columns/columns.ts';
import { IntPairs } from '../history/columns/int-pairs.ts';
import { recordedOf } from '../history/columns/recorded.ts';
import type {
  AssignOperation,
  Operation,
  TransitionOperation,
  UnassignOperation,
} from '../history/operation.ts';
import { ClaimIndex } from './claim-index.ts';
import { CERTAIN, EffectColumns, SHORTENS } from './effect-columns.ts';
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
  /** The same by number: what looks at all of them looks there, and asks for those alone that it has something to say of. */
  readonly columns: EffectColumns;
  private readonly run: RecordedRun;
  /** The calls that share a key, by booking and key; of one call alone nothing is kept. */
  private readonly byKey: ReadonlyMap<string, readonly Operation[]>;
  private readonly pairs: (Effect[] | undefined)[] = [];
  private readonly effects: (Effect | undefined)[] = [];
  private readonly byTable = new Map<string, Effect[]>();
  private pairsOfBooking: Map<number, number[]> | undefined;
  private times: { starts: Float64Array; ends: Float64Array } | undefined;
  private index: ClaimIndex | undefined;

  constructor(run: RecordedRun) {
    this.run = run;
    this.time = new RealTime(run.history.anchors);
    this.byKey = callsOfSharedKeys(run.history.operations);
    this.columns = new EffectColumns(run, {
      isShared: (operation) => this.byKey.has(keyOf(operation) ?? ''),
      isReplay: (operation) => this.isReplay(operation),
      othersOf: (operation) => this.othersOf(operation),
      answeredWindow,
    });
  }

  /** Whether another call under the same booking and key was acknowledged before this one was. */
  isReplay(operation: Operation): boolean {
    const calls = this.byKey.get(keyOf(operation) ?? '') ?? [];
    // The one that ended first: later ones may be answered from the ledger.
    let original: Operation | undefined;
    for (const call of calls)
      if (call.type === 'ok' && !(original && original.t1 <= call.t1)) original = call;
    return original !== undefined && original !== operation;
  }

  /** Other calls under the same key that may have been executed before this one was answered. */
  othersOf(operation: Operation): readonly Operation[] {
    const calls = this.byKey.get(keyOf(operation) ?? '');
    if (!calls) return NONE;
    return calls.filter((other) => other !== operation && !this.time.before(operation, other));
  }

  /** Begins and ends of the windows of `columns`, by number. */
  get windowTimes(): { starts: Float64Array; ends: Float64Array } {
    this.times ??= {
      starts: Float64Array.from(this.columns.windowsByNumber, (window) => window?.start ?? Number.NaN),
      ends: Float64Array.from(this.columns.windowsByNumber, (window) => window?.end ?? Number.NaN),
    };
    return this.times;
  }

  /** Whether `a` certainly took effect before `b` did. */
  before(a: Effect, b: Effect): boolean {
    return (
      this.time.before(a.operation, b.operation) &&
      b.others.every((other) => this.time.before(a.operation, other))
    );
  }

  /** An effect by its number. */
  at(effect: number): Effect {
    const made = this.effects[effect];
    if (made) return made;
    this.pair(this.columns.pairs[effect] as number);
    return this.effects[effect] as Effect;
  }

  /** The effects on one booking and table, by the number of the pair. */
  pair(pair: number): Effect[] {
    let list = this.pairs[pair];
    if (list) return list;
    const { columns } = this;
    const { names, recorded } = columns;
    const booking_id = recorded.words.text(names.first(pair));
    const table_id = recorded.words.text(names.second(pair));
    list = [];
    this.pairs[pair] = list;
    for (const effect of columns.ofPair.of(pair)) {
      const made: Effect = {
        operation: this.run.history.operations[columns.rows[effect] as number] as Effect['operation'],
        booking_id,
        table_id,
        window: columns.windowsByNumber[columns.windows[effect] as number] as Window | null,
        certain: ((columns.bits[effect] as number) & CERTAIN) !== 0,
        others: columns.others.get(effect) ?? NONE,
        pair: list,
        shortens: ((columns.bits[effect] as number) & SHORTENS) !== 0,
      };
      list.push(made);
      this.effects[effect] = made;
    }
    return list;
  }

  /** Claims by time and window, which several checks ask for. */
  get claims(): ClaimIndex {
    this.index ??= new ClaimIndex(this);
    return this.index;
  }

  /** Tables that the booking may have had at some time, or was to give up. */
  *tablesOf(booking_id: string): Iterable<string> {
    const { names, recorded } = this.columns;
    this.pairsOfBooking ??= names.byFirst();
    for (const pair of this.pairsOfBooking.get(recorded.words.find(booking_id)) ?? []) {
      yield recorded.words.text(names.second(pair));
    }
  }

  ofTable(table_id: string): Effect[] {
    let list = this.byTable.get(table_id);
    if (!list) {
      list = Array.from(this.columns.onTable(table_id), (effect) => this.at(effect));
      this.byTable.set(table_id, list);
    }
    return list;
  }

  /** Whether a call that took effect, or may have, asked for the table for the booking. */
  isClaimed(booking_id: string, table_id: string): boolean {
    const pair = this.columns.pairOf(booking_id, table_id);
    return pair !== -1 && pair < this.columns.claimed;
  }

  ofPair(booking_id: string, table_id: string): Effect[] {
    const pair = this.columns.pairOf(booking_id, table_id);
    return pair === -1 ? [] : this.pair(pair);
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

/** Calls that did not certainly fail, by booking and key; keys that one call alone uses are left out. */
function callsOfSharedKeys(operations: readonly Operation[]): Map<string, Operation[]> {
  const { columns, count } = recordedOf(operations);
  const keys = new IntPairs();
  const first: number[] = [];
  const shared = new Map<number, Operation[]>();
  for (let row = 0; row < count; row += 1) {
    if (columns.key[row] === 0 || columns.type[row] === Type.fail) continue;
    const key = keys.add(columns.booking[row] as number, columns.key[row] as number);
    const before = first[key];
    const operation = operations[row] as Operation;
    if (before === undefined) {
      first[key] = row;
      continue;
    }
    const calls = shared.get(key) ?? [operations[before] as Operation];
    calls.push(operation);
    shared.set(key, calls);
  }
  return new Map([...shared.values()].map((calls) => [keyOf(calls[0] as Operation) ?? '', calls]));
}

export function push<K, T>(map: Map<K, T[]>, key: K, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
