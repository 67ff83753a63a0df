import type { Window } from '../instant.ts';

/** A booking has a table for a window. */
export interface Claim {
  booking: string;
  window: Window;
  /** False after the booking ended in a way that may have shortened or removed the claim: it blocks nobody for certain. */
  certain: boolean;
}

/** A hold stands on a table. */
export interface Held {
  hold: string;
  owner: string | null;
  window: Window;
  /** Microseconds since the epoch on the database's clock. */
  expires: number;
  /** False when the hold may have gone with its booking. */
  certain: boolean;
}

export interface TableState {
  claims: readonly Claim[];
  holds: readonly Held[];
}

export interface HoldState {
  status: 'standing' | 'released' | 'confirmed';
  /** For whom it holds, or whom it was confirmed for. */
  owner: string | null;
  tables: readonly string[];
}

/** What was assigned under an idempotency key. */
export interface Entry {
  tables: readonly string[];
  window: Window;
  /** False when the deployment may have forgotten the key. */
  certain: boolean;
}

type Value = TableState | HoldState | Entry | true;

/** One value with its text, by which values are compared. */
class Cell {
  readonly value: Value;
  private cached: string | undefined;

  constructor(value: Value) {
    this.value = value;
  }

  get text(): string {
    this.cached ??= isEmpty(this.value) ? '' : JSON.stringify(this.value);
    return this.cached;
  }
}

function isEmpty(value: Value): boolean {
  return value !== true && 'claims' in value && value.claims.length === 0 && value.holds.length === 0;
}

/** In one order, so that equal states have equal texts. */
function byName(a: Claim | Held, b: Claim | Held): number {
  const [one, other] = [a, b].map((each) => ('hold' in each ? each.hold : each.booking)) as [string, string];
  return one < other ? -1 : Number(one > other);
}

const FREE: TableState = { claims: [], holds: [] };

/**
 * The claims, holds and keys of one part of a run. Never changes: `with…` gives another one. What many states have in
 * common stands once, in a map that they share; each has only its differences.
 */
export class State {
  private readonly shared: Map<string, Cell>;
  private readonly differences: ReadonlyMap<string, Cell>;
  private cachedKey: string | undefined;

  private constructor(shared: Map<string, Cell>, differences: ReadonlyMap<string, Cell>) {
    this.shared = shared;
    this.differences = differences;
  }

  /** Nothing is claimed, held or kept. */
  static empty(): State {
    return new State(new Map(), new Map());
  }

  table(id: string): TableState {
    return (this.get(`table ${id}`) as TableState | undefined) ?? FREE;
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
    return this.with(`table ${table}`, { claims: others.sort(byName), holds });
  }

  withHeld(table: string, hold: string, held: Omit<Held, 'hold'> | null): State {
    const { claims, holds } = this.table(table);
    const others = holds.filter((other) => other.hold !== hold);
    if (held) others.push({ hold, ...held });
    return this.with(`table ${table}`, { claims, holds: others.sort(byName) });
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
      for (const [name, cell] of this.differences) {
        if (cell.text !== (this.shared.get(name)?.text ?? '')) parts.push(`${name} ${cell.text}`);
      }
      this.cachedKey = parts.sort().join('\n');
    }
    return this.cachedKey;
  }

  /** How much this state has that it does not share. */
  get size(): number {
    return this.differences.size;
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
    for (const [name, cell] of first.differences) {
      const same = others.every((other) => {
        const there = other.differences.get(name) ?? shared.get(name);
        return there === cell || (there?.text ?? '') === cell.text;
      });
      if (!same) continue;
      agreed.add(name);
      shared.set(name, cell);
    }
    return states.map((state) => {
      const left = [...state.differences].filter(([name]) => !agreed.has(name));
      return new State(shared, new Map(left));
    });
  }

  private get(name: string): Value | undefined {
    return (this.differences.get(name) ?? this.shared.get(name))?.value;
  }

  private with(name: string, value: Value): State {
    return new State(this.shared, new Map(this.differences).set(name, new Cell(value)));
  }
}
