import { Answer } from '../../../history/columns/columns.ts';
import type { CallColumns } from './calls.ts';
import { Claims } from './claims.ts';
import { Kind } from './kind.ts';

/**
 * Follows one order through a part as `OneOrder` does, on numbers alone, and never goes back: says of nearly all right parts
 * that they have an order, and of the others nothing. An order that it finds is one by construction.
 *
 * For calls on one clock and without keys that others use, of which the answers are as usual: see `OrderInput`.
 */
export class SimpleOrder {
  private readonly calls: CallColumns;
  private readonly claims: Claims;
  private readonly placed: Uint8Array;
  /** Calls that have begun and are not placed: those that change something, and the others. */
  private changes: number[] = [];
  private reads: number[] = [];

  constructor(calls: CallColumns) {
    this.calls = calls;
    this.claims = new Claims(calls.pairs.size);
    this.placed = new Uint8Array(calls.count);
  }

  /** Whether an order was found; false says nothing. */
  find(part: Int32Array): boolean {
    this.changes = [];
    this.reads = [];
    const found = this.follow(part);
    this.forget(part);
    return found;
  }

  private follow(part: Int32Array): boolean {
    let admitted = 0;
    for (const turn of this.byAnswer(part)) {
      const end = this.endOf(turn);
      for (; admitted < part.length; admitted += 1) {
        const call = part[admitted] as number;
        if (this.beginOf(call) > end) break;
        this.admit(call);
      }
      while (this.placed[turn] === 0) {
        const next = this.isLegal(turn) ? turn : this.removerOf(turn);
        if (next === -1) return false;
        this.place(next);
      }
    }
    return true;
  }

  /** Calls that must be part of an order, as they were answered; last reads come last. */
  private byAnswer(part: Int32Array): number[] {
    const turns: number[] = [];
    for (const call of part) {
      const kind = this.kindOf(call);
      if (kind === Kind.perhapsAssigned || kind === Kind.perhapsGiven) continue;
      const end = this.endOf(call);
      let at = turns.length;
      for (; at > 0 && this.endOf(turns[at - 1] as number) > end; at -= 1)
        turns[at] = turns[at - 1] as number;
      turns[at] = call;
    }
    return turns;
  }

  private admit(call: number): void {
    if (this.isChange(call)) this.changes.push(call);
    else if (this.isLegal(call)) this.placed[call] = 1;
    else this.reads.push(call);
  }

  private place(call: number): void {
    this.placed[call] = 1;
    if (!this.isChange(call)) {
      this.reads = this.reads.filter((read) => read !== call);
      return;
    }
    this.changes.splice(this.changes.indexOf(call), 1);
    this.apply(call);
    if (this.reads.length === 0) return;
    this.reads = this.reads.filter((read) => {
      if (!this.isLegal(read)) return true;
      this.placed[read] = 1;
      return false;
    });
  }

  /** A call that may come next and leads to the removal of what is in the way, the one answered first; -1: none. */
  private removerOf(turn: number): number {
    const answered = this.remover(
      turn,
      this.changes.filter((call) => !this.isOptional(call)),
    );
    return answered === -1 ? this.remover(turn, this.changes) : answered;
  }

  private remover(turn: number, candidates: readonly number[]): number {
    const blocked = [turn];
    const seen = new Set(blocked);
    let best = -1;
    for (const call of blocked) {
      for (const other of candidates) {
        if (seen.has(other) || !this.mayRemove(other, call)) continue;
        seen.add(other);
        if (!this.isLegal(other)) {
          // Nothing is in the way of an unknown call that would do nothing.
          if (this.kindOf(other) !== Kind.perhapsGiven) blocked.push(other);
        } else if (best === -1 || this.endOf(other) < this.endOf(best)) best = other;
      }
    }
    return best;
  }

  /** Whether a call may change what is in the way of another one. */
  private mayRemove(other: number, call: number): boolean {
    const kind = this.kindOf(call);
    if (kind === Kind.refused) return this.claimsAgainst(other, call);
    if (kind === Kind.assigned || kind === Kind.perhapsAssigned) {
      return this.rivalsOf(call).some((pair) => this.touches(other, pair));
    }
    if (kind === Kind.read) return this.touches(other, this.rowOf(call));
    return this.calls.pairsAsked(this.rowOf(call)).some((pair) => this.touches(other, pair));
  }

  /** Whether a call would claim what is to be the reason of a refusal. */
  private claimsAgainst(other: number, refused: number): boolean {
    const kind = this.kindOf(other);
    if (kind !== Kind.assigned && kind !== Kind.perhapsAssigned) return false;
    const { booking, tables } = this.columns;
    const [one, two] = [this.rowOf(other), this.rowOf(refused)];
    if (booking[one] === booking[two] || !this.overlap(this.windowOf(one), this.windowOf(two))) return false;
    const wanted = this.calls.tables(tables[two] as number);
    return this.calls.tables(tables[one] as number).some((table) => wanted.includes(table));
  }

  private touches(call: number, pair: number): boolean {
    const row = this.rowOf(call);
    if (this.columns.booking[row] !== this.calls.pairs.first(pair)) return false;
    const set = this.columns.tables[row] as number;
    return set === 0 || this.calls.tables(set).includes(this.calls.pairs.second(pair));
  }

  private isLegal(call: number): boolean {
    const row = this.rowOf(call);
    switch (this.kindOf(call)) {
      case Kind.assigned:
      case Kind.perhapsAssigned:
        return !this.hasRival(row);
      case Kind.refused:
        return this.hasRival(row);
      case Kind.read:
        return this.isAsFound(row);
      case Kind.perhapsGiven:
        return this.calls.pairsAsked(row).some((pair) => this.claims.windowOf(pair) !== 0);
      default:
        return this.isAsGiven(row);
    }
  }

  private hasRival(row: number): boolean {
    const set = this.columns.tables[row] as number;
    if (set > 0) return this.isTaken(set, row);
    return this.calls.tables(set).some((table) => this.isTaken(table, row));
  }

  private isTaken(table: number, row: number): boolean {
    const { pairs } = this.calls;
    const booking = this.columns.booking[row];
    const window = this.windowOf(row);
    for (const pair of this.claims.on(table)) {
      if (pairs.first(pair) !== booking && this.overlap(this.claims.windowOf(pair), window)) return true;
    }
    return false;
  }

  private rivalsOf(call: number): number[] {
    const { pairs } = this.calls;
    const row = this.rowOf(call);
    const booking = this.columns.booking[row];
    const window = this.windowOf(row);
    return this.calls
      .tables(this.columns.tables[row] as number)
      .flatMap((table) => this.claims.on(table))
      .filter((pair) => pairs.first(pair) !== booking && this.overlap(this.claims.windowOf(pair), window));
  }

  /** Whether an acknowledged release answers exactly those of the named tables that the booking has. */
  private isAsGiven(row: number): boolean {
    const { kind, answered } = this.columns;
    // An answer that names no tables says nothing of them.
    if (kind[row] !== Answer.tables) return true;
    const given = this.calls.tables(answered[row] as number);
    let had = 0;
    for (const pair of this.calls.pairsAsked(row)) {
      if (this.claims.windowOf(pair) === 0) continue;
      if (!given.includes(this.calls.pairs.second(pair))) return false;
      had += 1;
    }
    return had === given.length;
  }

  private isAsFound(pair: number): boolean {
    const { rows, windows } = this.calls.input;
    const [at, window] = [this.calls.found[pair] as number, this.claims.windowOf(pair)];
    if (at === -1 || window === 0 || !rows) return at === -1 && window === 0;
    const start = rows.starts[at] as number;
    if (Number.isNaN(start)) return true;
    return start === windows.starts[window] && rows.ends[at] === windows.ends[window];
  }

  private apply(call: number): void {
    const row = this.rowOf(call);
    const { pairs } = this.calls;
    const kind = this.kindOf(call);
    if (kind === Kind.given || kind === Kind.perhapsGiven) {
      for (const pair of this.calls.pairsAsked(row)) this.claims.take(pair, pairs.second(pair));
      return;
    }
    const booking = this.columns.booking[row] as number;
    for (const table of this.calls.tables(this.columns.tables[row] as number)) {
      this.claims.put(pairs.find(booking, table), table, this.windowOf(row));
    }
  }

  /** Takes back what the calls of a part have changed. */
  private forget(part: Int32Array): void {
    const { pairs } = this.calls;
    for (const call of part) {
      const kind = this.kindOf(call);
      if (kind !== Kind.assigned && kind !== Kind.perhapsAssigned) continue;
      const row = this.rowOf(call);
      const booking = this.columns.booking[row] as number;
      for (const table of this.calls.tables(this.columns.tables[row] as number)) {
        this.claims.take(pairs.find(booking, table), table);
      }
    }
  }

  private isChange(call: number): boolean {
    const kind = this.kindOf(call);
    if (kind === Kind.refused || kind === Kind.read) return false;
    return kind !== Kind.given || !this.calls.givesNothing(this.rowOf(call));
  }

  private isOptional(call: number): boolean {
    const kind = this.kindOf(call);
    return kind === Kind.perhapsAssigned || kind === Kind.perhapsGiven;
  }

  private overlap(one: number, other: number): boolean {
    const { starts, ends } = this.calls.input.windows;
    return (
      (starts[one] as number) < (ends[other] as number) && (starts[other] as number) < (ends[one] as number)
    );
  }

  private beginOf(call: number): number {
    if (this.kindOf(call) === Kind.read) return Number.POSITIVE_INFINITY;
    return this.columns.t0[this.rowOf(call)] as number;
  }

  private endOf(call: number): number {
    if (this.kindOf(call) === Kind.read || this.isOptional(call)) return Number.POSITIVE_INFINITY;
    return this.columns.t1[this.rowOf(call)] as number;
  }

  private windowOf(row: number): number {
    return this.calls.input.windows.ofRow[row] as number;
  }

  private rowOf(call: number): number {
    return this.calls.rows[call] as number;
  }

  private kindOf(call: number): number {
    return this.calls.kinds[call] as number;
  }

  private get columns() {
    return this.calls.input.columns;
  }
}
