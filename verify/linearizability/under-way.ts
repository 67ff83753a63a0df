import { overlaps } from '../../contracts/instant.ts';
import { type Call, tableCell } from './call.ts';
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
  /** When the first of them ended. */
  private readonly firstEnd: number;
  /** Calls that have not begun, the next one last. */
  private readonly later: { index: number; earliest: number }[];
  private readonly members = new Set<number>();
  private readonly reads = new Index();
  private readonly between = new Index();

  constructor(calls: readonly Call[], turns: number, precedence: Precedence) {
    this.calls = calls;
    this.turns = turns;
    this.precedence = precedence;
    this.excused = [...calls.keys()].filter(
      (index) => index >= turns && calls[index]?.end !== Number.POSITIVE_INFINITY,
    );
    this.firstEnd = this.excused.reduce(
      (first, index) => Math.min(first, this.call(index).end),
      Number.POSITIVE_INFINITY,
    );
    this.later = calls
      .map((call, index) => ({ index, earliest: precedence.earliest(call) }))
      .sort((a, b) => (a.earliest < b.earliest ? 1 : a.earliest > b.earliest ? -1 : b.index - a.index));
  }

  /** Adds the calls that may have begun when this one had ended. */
  admit(turn: number): void {
    const latest = this.precedence.latest(this.call(turn));
    for (let next = this.later.at(-1); next && next.earliest <= latest; next = this.later.at(-1)) {
      this.later.pop();
      this.members.add(next.index);
      const names = this.namesOf(next.index);
      if (!this.isTried(next.index)) this.reads.add(next.index, names);
      if (this.connects(next.index)) this.between.add(next.index, names);
    }
  }

  remove(index: number): void {
    const names = this.namesOf(index);
    this.members.delete(index);
    this.reads.remove(index, names);
    this.between.remove(index, names);
  }

  /**
   * Calls whose order with this one may matter, directly or through others between them: more than that, all that are
   * linked by tables and cells.
   */
  rivalsOf(turn: number): number[] {
    const found = new Set([turn]);
    if (!this.precedence.oneClock) for (const index of this.members) found.add(index);
    const seen = new Set<string>();
    for (const one of found) {
      for (const name of this.namesOf(one)) {
        if (seen.has(name)) continue;
        seen.add(name);
        for (const other of this.between.get(name)) found.add(other);
      }
    }
    found.delete(turn);
    return [...found];
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
    if (this.precedence.oneClock) return this.firstEnd < call.begin;
    return this.excused.some((other) => this.precedence.precedes(this.call(other), call));
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
    const { oneClock } = this.precedence;
    for (const index of oneClock ? this.reads.near(this.namesOf(change)) : this.members) {
      if (placed.includes(index)) continue;
      if (oneClock ? dependent(this.call(change), this.call(index)) : !this.isTried(index)) yield index;
    }
  }

  /** Whether another call could still be placed that changes this claim, key or hold. */
  couldChange(cell: string, { placed }: Configuration, except: number): boolean {
    for (const index of this.between.get(cell)) {
      if (index !== except && this.call(index).changes && !placed.includes(index)) return true;
    }
    return false;
  }

  /**
   * Whether a call would take for good what the one whose turn it is has got: a table for an overlapping window, which no
   * other call under way could give back. Known without trying, and true of nearly all unknown calls that pile up in a long run.
   */
  isBarred(rival: number, turn: number, configuration: Configuration): boolean {
    const [taking, due] = [this.call(rival), this.call(turn)];
    if (taking.kind !== 'assign' || due.kind !== 'assign' || due.outcome !== 'done') return false;
    if (taking.key !== null || due.key !== null || taking.booking === due.booking) return false;
    if (!overlaps(taking.window, due.window)) return false;
    return taking.tables.some(
      (table) =>
        due.tables.includes(table) &&
        !this.couldChange(tableCell(taking.booking, table), configuration, rival),
    );
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

  /** What two calls must have one of in common for their order to matter. */
  private namesOf(index: number): ReadonlySet<string> {
    const { cells, reads, writes } = this.call(index);
    const names = new Set(cells);
    for (const { table } of reads) names.add(table);
    for (const { table } of writes) names.add(table);
    return names;
  }

  private call(index: number): Call {
    return this.calls[index] as Call;
  }
}

const NONE: ReadonlySet<number> = new Set();

/** Calls by the names of what they concern. */
class Index {
  private readonly byName = new Map<string, Set<number>>();

  add(call: number, names: Iterable<string>): void {
    for (const name of names) {
      const set = this.byName.get(name);
      if (set) set.add(call);
      else this.byName.set(name, new Set([call]));
    }
  }

  remove(call: number, names: Iterable<string>): void {
    for (const name of names) {
      const set = this.byName.get(name);
      if (set?.delete(call) && set.size === 0) this.byName.delete(name);
    }
  }

  get(name: string): ReadonlySet<number> {
    return this.byName.get(name) ?? NONE;
  }

  near(names: Iterable<string>): ReadonlySet<number> {
    const sets = [...names].map((name) => this.get(name)).filter((set) => set.size > 0);
    if (sets.length < 2) return sets[0] ?? NONE;
    return new Set(sets.flatMap((set) => [...set]));
  }
}
