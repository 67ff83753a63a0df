import type { Window } from '../contracts/instant.ts';
import { F, Type } from '../history/columns/columns.ts';
import { IntPairs, longer } from '../history/columns/int-pairs.ts';
import { type Recorded, recordedOf } from '../history/columns/recorded.ts';
import type { AssignOperation, Operation } from '../history/operation.ts';
import { isRelease } from './booking-calls.ts';
import { requestedWindow } from './effects.ts';
import { Lists } from './lists.ts';
import { requestedWindows } from './requested-windows.ts';
import type { RecordedRun } from './run-data.ts';

/** What the effects rest on besides the calls themselves: what other calls of one key may have done. */
export interface KeyKnowledge {
  /** Whether other calls use the key of this one. */
  isShared(operation: Operation): boolean;
  isReplay(operation: Operation): boolean;
  othersOf(operation: Operation): readonly Operation[];
  answeredWindow(operation: AssignOperation): Window | null;
}

/** Bits of an effect. */
export const CERTAIN = 1;
export const SHORTENS = 2;

/**
 * The effects of a run by number, without an object for each: claims come before releases, and each in the order of the calls.
 * See `Effect` for what they are.
 */
export class EffectColumns {
  readonly recorded: Recorded;
  count = 0;
  /** The row of the call. */
  rows = new Int32Array(1024);
  /** Which pair of booking and table. */
  pairs = new Int32Array(1024);
  /** The number of the window that is claimed; 0: the claim is given up. */
  windows = new Int32Array(1024);
  bits = new Int32Array(1024);
  /** Bookings and tables by their words. */
  readonly names = new IntPairs();
  /** So many of the pairs are claimed at some time: the first ones. */
  readonly claimed: number;
  /** The windows that numbers stand for; more than are asked for, where a key answers with an earlier one. */
  readonly windowsByNumber: (Window | null)[];
  /** Other calls of the key of an effect, see `Effect.others`. */
  readonly others = new Map<number, readonly Operation[]>();
  readonly ofPair: Lists;
  /** Words of tables, in the order in which they come first. */
  readonly tables: number[] = [];
  readonly ofTable: Lists;
  /** Whether all calls are on one clock, so that instants can be compared as they are. */
  readonly oneClock: boolean;
  private readonly tableNumbers: Int32Array;
  private readonly requested: Int32Array;
  private readonly run: RecordedRun;

  constructor(run: RecordedRun, keys: KeyKnowledge) {
    this.run = run;
    const { operations } = run.history;
    this.recorded = recordedOf(operations);
    const { columns, count, sets, words } = this.recorded;
    const { ofRow, windows } = requestedWindows(run);
    this.requested = ofRow;
    this.oneClock = columns.runner.subarray(0, count).every((runner) => runner === columns.runner[0]);
    this.windowsByNumber = [...windows];
    for (let row = 0; row < count; row += 1) {
      if (columns.type[row] === Type.fail) continue;
      if (columns.f[row] === F.assign || columns.f[row] === F.confirm) {
        this.addAssignment(operations[row] as AssignOperation, row, columns.key[row] as number, keys);
      }
    }
    this.claimed = this.names.size;
    const byBooking = this.names.byFirst(this.claimed);
    for (let row = 0; row < count; row += 1) {
      if (columns.type[row] === Type.fail) continue;
      const asked = columns.tables[row] as number;
      const f = columns.f[row];
      if (f === F.unassign && asked !== 0) {
        for (const table of distinct(sets.of(asked))) this.add(row, table, 0, this.certainty(row));
      } else if (f === F.unassign) {
        this.addAll(row, byBooking, this.certainty(row));
      } else if (f === F.transition) {
        // A cancelled booking's rows are gone, by the contract.
        const operation = operations[row] as Operation;
        if (operation.f !== 'transition' || !isRelease(operation)) continue;
        const maybe = operation.input.status !== 'cancelled';
        this.addAll(row, byBooking, maybe ? SHORTENS : this.certainty(row));
      }
    }
    this.ofPair = new Lists(this.names.size, this.count, this.pairs);
    this.tableNumbers = new Int32Array(words.count + 1).fill(-1);
    const tableOf = new Int32Array(this.count);
    for (let effect = 0; effect < this.count; effect += 1) {
      const table = this.names.second(this.pairs[effect] as number);
      let number = this.tableNumbers[table] as number;
      if (number === -1) {
        number = this.tables.push(table) - 1;
        this.tableNumbers[table] = number;
      }
      tableOf[effect] = number;
    }
    this.ofTable = new Lists(this.tables.length, this.count, tableOf);
  }

  /** The effects on a table, by its id. */
  onTable(table_id: string): Int32Array {
    const number = this.tableNumbers[this.recorded.words.find(table_id)] ?? -1;
    return number === -1 ? NONE : this.ofTable.of(number);
  }

  /** -1 when there is no effect on them. */
  pairOf(booking_id: string, table_id: string): number {
    const { words } = this.recorded;
    const [booking, table] = [words.find(booking_id), words.find(table_id)];
    return booking === 0 || table === 0 ? -1 : this.names.find(booking, table);
  }

  operation(row: number): Operation {
    return this.run.history.operations[row] as Operation;
  }

  has(effect: number, bit: number): boolean {
    return ((this.bits[effect] as number) & bit) !== 0;
  }

  /** Whether one call had certainly ended before another began, where all are on one clock; see `RealTime`. */
  isBefore(row: number, other: number): boolean {
    const { type, t0, t1 } = this.recorded.columns;
    return type[row] !== Type.info && (t1[row] as number) < (t0[other] as number);
  }

  private addAssignment(operation: AssignOperation, row: number, key: number, keys: KeyKnowledge): void {
    let window = this.requested[row] as number;
    let bits = this.certainty(row);
    let others: readonly Operation[] = [];
    if (key !== 0 && keys.isShared(operation)) {
      others = keys.othersOf(operation);
      if (keys.isReplay(operation)) bits = 0;
      const answered = others.length > 0 ? keys.answeredWindow(operation) : null;
      if (answered) window = this.windowsByNumber.push(answered) - 1;
    }
    // Throws, and says why.
    if (window === -1) requestedWindow(this.run, operation);
    if (window <= 0) return;
    for (const table of distinct(this.recorded.sets.of(this.recorded.columns.tables[row] as number))) {
      if (others.length > 0) this.others.set(this.count, others);
      this.add(row, table, window, bits);
    }
  }

  private certainty(row: number): number {
    return this.recorded.columns.type[row] === Type.ok ? CERTAIN : 0;
  }

  private addAll(row: number, byBooking: ReadonlyMap<number, number[]>, bits: number): void {
    const booking = this.recorded.columns.booking[row] as number;
    for (const pair of byBooking.get(booking) ?? []) this.add(row, this.names.second(pair), 0, bits);
  }

  private add(row: number, table: number, window: number, bits: number): void {
    const effect = this.count;
    if (effect === this.rows.length) {
      this.rows = longer(this.rows);
      this.pairs = longer(this.pairs);
      this.windows = longer(this.windows);
      this.bits = longer(this.bits);
    }
    this.rows[effect] = row;
    this.pairs[effect] = this.names.add(this.recorded.columns.booking[row] as number, table);
    this.windows[effect] = window;
    this.bits[effect] = bits;
    this.count += 1;
  }
}

const NONE = new Int32Array();

/** Each table once. */
function distinct(tables: readonly number[]): Iterable<number> {
  return tables.length < 2 ? tables : new Set(tables);
}
