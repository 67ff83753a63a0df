import type { Call } from './call.ts';
import type { Configuration } from './configuration.ts';
import { dependent } from './dependence.ts';
import type { Precedence } from './precedence.ts';

/**
 * The calls that have begun and have not had their turn: those that may go ahead of the one whose turn it is. Calls that
 * need not be placed stay until they have been.
 */
export class UnderWay {
  private readonly calls: readonly Call[];
  private readonly precedence: Precedence;
  /** Calls below this number have a turn. */
  private readonly turns: number;
  /** Calls that need not be placed, but if they are, then within their time. */
  private readonly excused: readonly number[];
  private readonly afterExcused = new Map<number, boolean>();
  /** Calls that have not begun, the next one last. */
  private readonly later: { index: number; earliest: number }[];
  private readonly members = new Set<number>();
  /** Those of the members that concern a table or a cell. */
  private readonly concerning = new Map<string, Set<number>>();

  constructor(calls: readonly Call[], turns: number, precedence: Precedence) {
    this.calls = calls;
    this.turns = turns;
    this.precedence = precedence;
    this.excused = [...calls.keys()].filter(
      (index) => index >= turns && calls[index]?.end !== Number.POSITIVE_INFINITY,
    );
    this.later = calls
      .map((call, index) => ({ index, earliest: precedence.earliest(call) }))
      .sort((a, b) => (a.earliest < b.earliest ? 1 : a.earliest > b.earliest ? -1 : b.index - a.index));
  }

  /** Adds the calls that may have begun when this one had ended. */
  admit(turn: number): void {
    const latest = this.precedence.latest(this.call(turn));
    for (let next = this.later.at(-1); next && next.earliest <= latest; next = this.later.at(-1)) {
      this.add(next.index);
      this.later.pop();
    }
  }

  private add(index: number): void {
    this.members.add(index);
    for (const name of this.namesOf(index)) {
      const set = this.concerning.get(name);
      if (set) set.add(index);
      else this.concerning.set(name, new Set([index]));
    }
  }

  remove(index: number): void {
    this.members.delete(index);
    for (const name of this.namesOf(index)) {
      const set = this.concerning.get(name);
      set?.delete(index);
      if (set?.size === 0) this.concerning.delete(name);
    }
  }

  /** What two calls must have in common for their order to matter. */
  private *namesOf(index: number): Generator<string> {
    const { cells, reads, writes } = this.call(index);
    yield* cells;
    for (const { table } of reads) yield table;
    for (const { table } of writes) yield table;
  }

  /** Calls under way whose order with this one may matter. */
  private near(index: number): Iterable<number> {
    if (!this.precedence.oneClock) return this.members;
    const found = new Set<number>();
    for (const name of this.namesOf(index)) {
      for (const other of this.concerning.get(name) ?? []) found.add(other);
    }
    return found;
  }

  /** Calls whose order with this one matters, directly or through others between them. */
  rivalsOf(turn: number): number[] {
    const found = [turn];
    const known = new Set(found);
    for (const one of found) {
      for (const other of this.near(one)) {
        if (known.has(other) || !this.connects(other) || !this.matters(one, other)) continue;
        known.add(other);
        found.push(other);
      }
    }
    return found.slice(1);
  }

  /** Whether the order of two calls makes a difference to either, or is given by time. */
  matters(one: number, other: number): boolean {
    const [a, b] = [this.call(one), this.call(other)];
    if (dependent(a, b)) return true;
    return !this.precedence.oneClock && (this.precedence.precedes(a, b) || this.precedence.precedes(b, a));
  }

  /**
   * Whether it makes a difference when the call is placed. A call that changes nothing may be placed as soon as it is legal,
   * unless an excused one may still have to come before it.
   */
  isTried(index: number): boolean {
    const call = this.call(index);
    if (call.changes) return true;
    if (this.excused.length === 0) return false;
    const known = this.afterExcused.get(index);
    if (known !== undefined) return known;
    const found = this.excused.some((other) => this.precedence.precedes(this.call(other), call));
    this.afterExcused.set(index, found);
    return found;
  }

  /**
   * Whether the call counts as one between two others: see the second rule of the search. Of those that change nothing,
   * these can be made legal by one call and illegal by another that has nothing to do with it.
   */
  connects(index: number): boolean {
    const call = this.call(index);
    if (!this.precedence.oneClock || this.isTried(index)) return true;
    return (
      (call.kind === 'assign' && call.key !== null) || (call.kind === 'unassign' && call.cells.length > 1)
    );
  }

  /** Calls that may be placed as soon as they are legal, and have not been: those that the change may hit, or all. */
  *readsBefore(change: number, { placed }: Configuration): Generator<number> {
    for (const index of this.near(change)) {
      if (placed.includes(index) || this.isTried(index)) continue;
      if (!this.precedence.oneClock || dependent(this.call(change), this.call(index))) yield index;
    }
  }

  /** Whether another call could still be placed that changes this claim, key or hold. */
  couldChange(cell: string, { placed }: Configuration, except: number): boolean {
    for (const index of this.concerning.get(cell) ?? []) {
      if (index !== except && this.call(index).changes && !placed.includes(index)) return true;
    }
    return false;
  }

  /** Whether everything that must precede the call has been placed, and nothing that it must precede. */
  mayComeNext(index: number, { placed, order }: Configuration): boolean {
    const call = this.call(index);
    if (!this.precedence.oneClock) {
      for (const other of this.members) {
        if (other >= this.turns || other === index || placed.includes(other)) continue;
        if (this.precedence.precedes(this.call(other), call)) return false;
      }
    }
    return index < this.turns || call.end === Number.POSITIVE_INFINITY || this.isInTime(index, order);
  }

  /**
   * Whether a call that need not be placed can be placed now though it had ended before some of the order began. It can when
   * those do not have to precede it, so that it could have been placed before them.
   */
  private isInTime(index: number, order: readonly number[]): boolean {
    const call = this.call(index);
    const ancestors = [index];
    for (const other of order.toReversed()) {
      if (!ancestors.some((ancestor) => this.matters(ancestor, other))) continue;
      if (this.precedence.precedes(call, this.call(other))) return false;
      ancestors.push(other);
    }
    return true;
  }

  private call(index: number): Call {
    return this.calls[index] as Call;
  }
}
