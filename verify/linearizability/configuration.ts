import type { State } from './state.ts';

/**
 * How far an order has come: a state, and the calls that it has placed ahead of their turn, by number, ascending. Calls
 * that need not be placed have no turn: of those, the ones that took effect.
 */
export interface Configuration {
  state: State;
  placed: readonly number[];
  /** All calls that it has placed, first to last; empty where nobody asks. */
  order: readonly number[];
}

export function withPlaced(placed: readonly number[], call: number): number[] {
  const at = placed.findIndex((other) => other > call);
  return at === -1 ? [...placed, call] : [...placed.slice(0, at), call, ...placed.slice(at)];
}

/**
 * Different configurations. Of two with the same state and the same calls placed that have to be, one is enough when it
 * uses fewer of the others: whatever can follow the one that uses more can follow it as well.
 */
export class Configurations<C extends Configuration> {
  private readonly byKey = new Map<string, C[]>();
  private single: C | null = null;
  /** Calls with this number and above need not be placed. */
  private readonly firstOptional: number;

  constructor(firstOptional: number) {
    this.firstOptional = firstOptional;
  }

  /** @returns whether it is new */
  add(configuration: C): boolean {
    if (this.byKey.size === 0) {
      if (!this.single) {
        this.single = configuration;
        return true;
      }
      this.byKey.set(this.keyOf(this.single), [this.single]);
    }
    const key = this.keyOf(configuration);
    const list = this.byKey.get(key) ?? [];
    if (list.some((known) => this.replaces(known, configuration))) return false;
    this.byKey.set(key, [...list.filter((known) => !this.replaces(configuration, known)), configuration]);
    return true;
  }

  all(): C[] {
    if (this.byKey.size === 0) return this.single ? [this.single] : [];
    return [...this.byKey.values()].flat();
  }

  private keyOf({ state, placed }: C): string {
    return `${placed.filter((call) => call < this.firstOptional).join()}\n${state.key}`;
  }

  /** With an order that is kept, calls that came too late for it depend on what it holds, so it must be a part of the other's. */
  private replaces(one: C, other: C): boolean {
    const { firstOptional } = this;
    return (
      one.placed.every((call) => call < firstOptional || other.placed.includes(call)) &&
      isPart(one.order, other.order)
    );
  }
}

/** Whether the other order holds the calls of the one, in the same sequence. */
function isPart(one: readonly number[], other: readonly number[]): boolean {
  let at = 0;
  for (const call of other) if (call === one[at]) at += 1;
  return at === one.length;
}
