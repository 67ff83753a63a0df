import { overlaps } from '../../contracts/instant.ts';
import type { Call, Region } from './call.ts';

/**
 * Whether the order of two calls can matter: to the answer of one, or to the state after both. Calls that are independent
 * commute (Mazurkiewicz 1977): what is true of one order is true of the other.
 */
export function dependent(a: Call, b: Call): boolean {
  if (!a.changes && !b.changes) return false;
  if (a.cells.some((cell) => b.cells.includes(cell))) return true;
  return (a.changes && meet(a.writes, b.reads)) || (b.changes && meet(b.writes, a.reads));
}

function meet(some: readonly Region[], others: readonly Region[]): boolean {
  for (const one of some) {
    for (const other of others) if (one.table === other.table && overlaps(one, other)) return true;
  }
  return false;
}
