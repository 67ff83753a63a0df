import {
  Cell,
  type Claim,
  type Entry,
  type Held,
  type HoldState,
  type TableState,
  type Value,
} from './values.ts';

/** In one order, so that equal states have equal texts. */
function byBooking(a: Claim, b: Claim): number {
  return a.booking < b.booking ? -1 : Number(a.booking > b.booking);
}

function byHold(a: Held, b: Held): number {
  return a.hold < b.hold ? -1 : Number(a.hold > b.hold);
}

const FREE: TableState = { claims: [], holds: [] };

/** One value that a state has and others may not; the latest one first, and older ones of the same name void. */
interface Difference {
  readonly name: string;
  readonly cell: Cell;
  readonly before: Difference | null;
  /** How many there are from here on. */
  readonly count: number;
}

/** Values as they were before a state was made the common one. */
export type Reversal = readonly { name: string; cell: Cell | undefined }[];

/** From this many on, those that are void are dropped. */
const MANY = 16;

/**
 * The claims, holds and keys of one part of a run. Never changes: `with…` gives another one. What many states have in
 * common stands once, in a map that they share; each has only its differences.
 */
export class State {
  private readonly shared: Map<string, Cell>;
  private readonly latest: Difference | null;
  private cachedKey: string | undefined;

  private constructor(shared: Map<string, Cell>, latest: Difference | null) {
    this.shared = shared;
    this.latest = latest;
  }

  /** Nothing is claimed, held or kept. */
  static empty(): State {
    return new State(new Map(), null);
  }

  table(id: string): TableState {
    return (this.get(id) as TableState | undefined) ?? FREE;
  }

  /** Undefined: there never was one. */
  hold(id: string): HoldState | undefined {
    return this.get(`hold ${id}`) as HoldState | undefined;
  }

  entry(key: string): Entry | undefined {
    return this.get(`key ${key}`) as Entry | undefined;
  }

  /** Whether the booking was cancelled, completed or set to no_show before. */
  isOver(booking: string): boolean {
    return this.get(`over ${booking}`) === true;
  }

  /** The booking has the table for this window and no other; without a claim it does not have it. */
  withClaim(table: string, booking: string, claim: Omit<Claim, 'booking'> | null): State {
    const { claims, holds } = this.table(table);
    const others = claims.filter((other) => other.booking !== booking);
    if (claim) others.push({ booking, ...claim });
    return this.with(table, { claims: others.sort(byBooking), holds });
  }

  withHeld(table: string, hold: string, held: Omit<Held, 'hold'> | null): State {
    const { claims, holds } = this.table(table);
    const others = holds.filter((other) => other.hold !== hold);
    if (held) others.push({ hold, ...held });
    return this.with(table, { claims, holds: others.sort(byHold) });
  }

  withHold(id: string, value: HoldState): State {
    return this.with(`hold ${id}`, value);
  }

  withEntry(key: string, value: Entry): State {
    return this.with(`key ${key}`, value);
  }

  withOver(booking: string): State {
    return this.with(`over ${booking}`, true);
  }

  /** Equal for equal states that share the same map, and for those only. */
  get key(): string {
    if (this.cachedKey === undefined) {
      const parts: string[] = [];
      for (const [name, cell] of this.differences()) {
        if (cell.text !== (this.shared.get(name)?.text ?? '')) parts.push(`${name} ${cell.text}`);
      }
      this.cachedKey = parts.sort().join('\n');
    }
    return this.cachedKey;
  }

  /** How much this state has that it does not share. */
  get size(): number {
    return this.latest?.count ?? 0;
  }

  /**
   * Moves into the shared map what all of the states agree on. States other than these that share the map are void.
   *
   * @param states all states that are still needed, and that share one map
   */
  static settle(states: readonly State[]): State[] {
    const [first, ...others] = states;
    if (!first) return [];
    const { shared } = first;
    const agreed = new Set<string>();
    for (const [name, cell] of first.differences()) {
      const same = others.every((other) => {
        const there = other.find(name) ?? shared.get(name);
        return there === cell || (there?.text ?? '') === cell.text;
      });
      if (same) agreed.add(name);
    }
    const own = states.map((state) => state.differences());
    for (const name of agreed) {
      const cell = first.find(name);
      if (cell) shared.set(name, cell);
    }
    return own.map((differences) => {
      for (const name of agreed) differences.delete(name);
      return new State(shared, chain(differences));
    });
  }

  /**
   * Makes the other one what both share: this state, which has no differences of its own, is then like the other. For a
   * search that follows one state at a time; others that share the map are void.
   */
  become(other: State): Reversal {
    const before: { name: string; cell: Cell | undefined }[] = [];
    for (const [name, cell] of other.differences()) {
      before.push({ name, cell: this.shared.get(name) });
      this.shared.set(name, cell);
    }
    return before;
  }

  /** Takes the latest `become` back that was not taken back. */
  revert(before: Reversal): void {
    for (const { name, cell } of before) {
      if (cell) this.shared.set(name, cell);
      else this.shared.delete(name);
    }
  }

  /** What all that share the map have, as a text that is equal for equal states. */
  sharedText(): string {
    const parts: string[] = [];
    for (const [name, { text }] of this.shared) if (text !== '') parts.push(`${name} ${text}`);
    return parts.sort().join('\n');
  }

  /** How many values that are, those of what is free again included. */
  get sharedSize(): number {
    return this.shared.size;
  }

  private find(name: string): Cell | undefined {
    for (let at = this.latest; at; at = at.before) if (at.name === name) return at.cell;
    return undefined;
  }

  private differences(): Map<string, Cell> {
    const found = new Map<string, Cell>();
    for (let at = this.latest; at; at = at.before) if (!found.has(at.name)) found.set(at.name, at.cell);
    return found;
  }

  private get(name: string): Value | undefined {
    return (this.find(name) ?? this.shared.get(name))?.value;
  }

  private with(name: string, value: Value): State {
    const cell = new Cell(value);
    const { latest } = this;
    if (latest && latest.count % MANY === 0) {
      return new State(this.shared, chain(this.differences().set(name, cell)));
    }
    return new State(this.shared, { name, cell, before: latest, count: (latest?.count ?? 0) + 1 });
  }
}

function chain(differences: ReadonlyMap<string, Cell>): Difference | null {
  let latest: Difference | null = null;
  let count = 0;
  for (const [name, cell] of differences) {
    count += 1;
    latest = { name, cell, before: latest, count };
  }
  return latest;
}
