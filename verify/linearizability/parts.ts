import type { Call } from './call.ts';

/**
 * Splits calls into parts of which none can influence another: calls belong together when they concern the same claim, key
 * or hold, or one table for windows that overlap, directly or through others. A run has an order that explains it exactly
 * when each part has one (locality, Herlihy & Wing 1990; P-compositionality, Horn & Kroening 2015).
 */
export class Partition {
  private readonly groups = new Groups();
  private readonly first = new Map<string, number>();
  private readonly claimed = new Map<string, Claimed>();

  /** Takes the next call; calls are numbered from 0. */
  add(call: Call): void {
    const index = this.groups.add();
    for (const cell of call.cells) {
      const other = this.first.get(cell);
      if (other === undefined) this.first.set(cell, index);
      else this.groups.join(other, index);
    }
    // What a call may undo was asked for by another call with the same cell.
    if (call.kind !== 'assign' && call.kind !== 'confirm' && call.kind !== 'hold') return;
    for (const table of call.tables) {
      const claimed = this.claimed.get(table) ?? { starts: [], ends: [], indexes: [] };
      this.claimed.set(table, claimed);
      claimed.starts.push(call.window.start);
      claimed.ends.push(call.window.end);
      claimed.indexes.push(index);
    }
  }

  /** The numbers of the calls of each part, ascending; parts are in the order of their first calls. Nothing can be added then. */
  parts(): Int32Array[] {
    for (const claimed of this.claimed.values()) joinOverlapping(claimed, this.groups);
    this.claimed.clear();
    this.first.clear();
    return this.groups.members();
  }
}

/** What calls ask for of one table, as three lists of the same length. */
export interface Claimed {
  starts: number[];
  ends: number[];
  indexes: number[];
}

export function joinOverlapping({ starts, ends, indexes }: Claimed, groups: Groups): void {
  const order = Int32Array.from(starts.keys());
  order.sort((a, b) => (starts[a] ?? 0) - (starts[b] ?? 0));
  let open = -1;
  let until = Number.NEGATIVE_INFINITY;
  for (const at of order) {
    const [start, end, index] = [starts[at] ?? 0, ends[at] ?? 0, indexes[at] ?? 0];
    if (open >= 0 && start < until) {
      groups.join(open, index);
      until = Math.max(until, end);
    } else {
      open = index;
      until = end;
    }
  }
}

/** Disjoint sets with path halving (Tarjan & van Leeuwen 1984). */
export class Groups {
  private readonly parents: number[] = [];

  get size(): number {
    return this.parents.length;
  }

  /** Adds a set with one number, the next one, and returns that. */
  add(): number {
    return this.parents.push(this.parents.length) - 1;
  }

  find(index: number): number {
    const { parents } = this;
    let at = index;
    for (;;) {
      const parent = parents[at] ?? at;
      if (parent === at) return at;
      const grandparent = parents[parent] ?? parent;
      parents[at] = grandparent;
      at = grandparent;
    }
  }

  /** The numbers of each set, ascending; sets are in the order of their first numbers. */
  members(): Int32Array[] {
    const { size } = this;
    // How many numbers each root has, then where the next one of its set goes.
    const places = new Int32Array(size);
    for (let index = 0; index < size; index += 1) {
      const root = this.find(index);
      places[root] = (places[root] ?? 0) + 1;
    }
    const bounds: number[] = [];
    let filled = 0;
    // A root is the least number of its set.
    for (let index = 0; index < size; index += 1) {
      const count = places[index] ?? 0;
      if (count === 0) continue;
      bounds.push(filled);
      places[index] = filled;
      filled += count;
    }
    bounds.push(filled);
    const numbers = new Int32Array(size);
    for (let index = 0; index < size; index += 1) {
      const root = this.find(index);
      const place = places[root] ?? 0;
      numbers[place] = index;
      places[root] = place + 1;
    }
    return bounds.slice(1).map((end, set) => numbers.subarray(bounds[set], end));
  }

  join(a: number, b: number): void {
    const [one, other] = [this.find(a), this.find(b)];
    this.parents[Math.max(one, other)] = Math.min(one, other);
  }
}
