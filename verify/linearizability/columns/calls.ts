import { Answer, Class, F, Type } from '../../../history/columns/columns.ts';
import { IntPairs } from '../../../history/columns/int-pairs.ts';
import type { OrderInput } from './input.ts';
import { Keys } from './keys.ts';
import { Kind } from './kind.ts';

/** The calls of a run by number, as `Calls` has them, without an object for each. */
export class CallColumns {
  readonly input: OrderInput;
  /** How many are recorded; those with higher numbers are the last reads. */
  readonly recorded: number;
  readonly count: number;
  readonly kinds: Uint8Array;
  /** Rows of recorded calls; for a last read the pair that it is of. */
  readonly rows: Int32Array;
  /** Bookings, each with a table that it has been asked for or is found with. */
  readonly pairs = new IntPairs();
  /** How many of those the booking may have had at some time: the first ones. */
  readonly asked: number;
  readonly keys: Keys;
  /** Of each pair, the row that was found after the load; -1: none. */
  readonly found: Int32Array;
  /** The pairs of each booking that it may have had, in the order in which they were first asked for. */
  private readonly byBooking: Map<number, number[]>;

  constructor(input: OrderInput) {
    this.input = input;
    const { columns, count } = input;
    const kinds = new Uint8Array(count);
    const rows = new Int32Array(count);
    let recorded = 0;
    for (let row = 0; row < count; row += 1) {
      const kind = this.kindOf(row);
      if (kind === -1) continue;
      kinds[recorded] = kind;
      rows[recorded] = row;
      recorded += 1;
      if (kind !== Kind.assigned && kind !== Kind.perhapsAssigned) continue;
      const booking = columns.booking[row] as number;
      for (const table of this.tables(columns.tables[row] as number)) this.pairs.add(booking, table);
    }
    this.recorded = recorded;
    this.asked = this.pairs.size;
    this.byBooking = this.pairs.byFirst();
    this.keys = new Keys(input, rows.subarray(0, recorded));
    const { found, reads } = this.lastReads(rows.subarray(0, recorded));
    this.found = found;
    this.count = recorded + reads.length;
    this.kinds = new Uint8Array(this.count).fill(Kind.read);
    this.kinds.set(kinds.subarray(0, recorded));
    this.rows = new Int32Array(this.count);
    this.rows.set(rows.subarray(0, recorded));
    this.rows.set(reads, recorded);
  }

  /** The tables of a set, each once. */
  tables(set: number): readonly number[] {
    if (set > 0) return [set];
    const list = this.input.sets[-set - 1] ?? [];
    return list.length < 2 ? list : [...new Set(list)];
  }

  /** Of the pairs that a booking may have, those with the tables that a call names; all for null. */
  pairsAsked(row: number): readonly number[] {
    const { booking, tables } = this.input.columns;
    const [whose, set] = [booking[row] as number, tables[row] as number];
    if (set > 0) {
      const pair = this.pairs.find(whose, set);
      return pair !== -1 && pair < this.asked ? [pair] : [];
    }
    const all = this.byBooking.get(whose) ?? [];
    if (set === 0) return all;
    const named = this.tables(set);
    return all.filter((pair) => named.includes(this.pairs.second(pair)));
  }

  private kindOf(row: number): number {
    const { columns, reused } = this.input;
    const [f, type] = [columns.f[row], columns.type[row]];
    if (f === F.unassign) {
      if (type === Type.ok) return Kind.given;
      return type === Type.info ? Kind.perhapsGiven : -1;
    }
    if (f !== F.assign) return -1;
    if (type === Type.ok) return Kind.assigned;
    if (type === Type.info) return Kind.perhapsAssigned;
    if (reused !== 0 && columns.code[row] === reused) return Kind.reused;
    return columns.class[row] === Class.conflict ? Kind.refused : -1;
  }

  /** In the order of `lastReads` in `../calls.ts`: by booking as the calls first name them, assignments before others. */
  private lastReads(rows: Int32Array): { found: Int32Array; reads: number[] } {
    const { input, pairs } = this;
    const { booking } = input.columns;
    const owns = new Map<number, number[]>();
    const times = new Map<number, number>();
    const last = new Map<number, number>();
    for (let at = 0; at < (input.rows?.bookings.length ?? 0); at += 1) {
      const [whose, table] = [input.rows?.bookings[at] as number, input.rows?.tables[at] as number];
      const pair = pairs.add(whose, table);
      times.set(pair, (times.get(pair) ?? 0) + 1);
      last.set(pair, at);
      if (pair < this.asked) continue;
      const own = owns.get(whose);
      if (own) own.push(pair);
      else owns.set(whose, [pair]);
    }
    const found = new Int32Array(pairs.size).fill(-1);
    for (const [pair, at] of last) found[pair] = at;
    const reads: number[] = [];
    if (!input.rows) return { found, reads };
    const seen = new Uint8Array(input.words);
    const read = (whose: number): void => {
      if (seen[whose] !== 0) return;
      seen[whose] = 1;
      for (const pair of new Set([...(this.byBooking.get(whose) ?? []), ...(owns.get(whose) ?? [])])) {
        // Two rows where there may be one contradict each other without any call.
        if ((times.get(pair) ?? 0) < 2) reads.push(pair);
      }
    };
    for (const row of rows) if (input.columns.f[row] === F.assign) read(booking[row] as number);
    for (const row of rows) read(booking[row] as number);
    return { found, reads };
  }

  /** Whether a call gives back nothing, by its own answer. */
  givesNothing(row: number): boolean {
    const { kind, answered } = this.input.columns;
    return kind[row] === Answer.tables && this.tables(answered[row] as number).length === 0;
  }
}
