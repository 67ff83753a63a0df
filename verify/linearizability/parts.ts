import type { Call, Region } from './call.ts';

/**
 * Splits the calls into parts of which none can influence another: calls belong together when they concern
 * the same claim, key or hold, or one table for windows that overlap, directly or through others. A run has an order that explains it exactly
 * when each part has one (locality, Herlihy & Wing 1990; P-compositionality, Horn & Kroening 2015).
 *
 * @returns parts in the order of their first calls; calls keep their order within a part
 */
export function partsOf(calls: readonly Call[]): Call[][] {
  const groups = new Groups(calls.length);
  const first = new Map<string, number>();
  const join = (name: string, index: number): void => {
    const other = first.get(name);
    if (other === undefined) first.set(name, index);
    else groups.join(other, index);
  };
  const claimed = new Map<string, Placed[]>();
  for (const [index, call] of calls.entries()) {
    for (const cell of call.cells) join(cell, index);
    for (const region of regionsOf(call)) {
      const list = claimed.get(region.table);
      if (list) list.push({ region, index });
      else claimed.set(region.table, [{ region, index }]);
    }
  }
  for (const list of claimed.values()) joinOverlapping(list, groups);
  const parts = new Map<number, Call[]>();
  for (const [index, call] of calls.entries()) {
    const root = groups.find(index);
    const part = parts.get(root);
    if (part) part.push(call);
    else parts.set(root, [call]);
  }
  return [...parts.values()];
}

interface Placed {
  region: Region;
  index: number;
}

/** What a call asks for itself; what it may undo was asked for by another call with the same cell. */
function regionsOf(call: Call): Region[] {
  if (call.kind === 'assign' || call.kind === 'confirm' || call.kind === 'hold') {
    const { start, end } = call.window;
    return call.tables.map((table) => ({ table, start, end }));
  }
  return [];
}

function joinOverlapping(list: Placed[], groups: Groups): void {
  list.sort((a, b) => a.region.start - b.region.start);
  let open: { index: number; end: number } | null = null;
  for (const { region, index } of list) {
    if (open && region.start < open.end) {
      groups.join(open.index, index);
      open.end = Math.max(open.end, region.end);
    } else open = { index, end: region.end };
  }
}

/** Disjoint sets with path halving (Tarjan & van Leeuwen 1984). */
class Groups {
  private readonly parents: Int32Array;

  constructor(size: number) {
    this.parents = Int32Array.from({ length: size }, (_, index) => index);
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

  join(a: number, b: number): void {
    const [one, other] = [this.find(a), this.find(b)];
    this.parents[Math.max(one, other)] = Math.min(one, other);
  }
}
