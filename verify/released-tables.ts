import type { Operation, TransitionOperation, UnassignOperation } from '../history/operation.ts';
import type { Effect } from './effects.ts';

/** What a call gives back, or may; null for one that gives back nothing. */
export function releasedTables(
  operation: Operation,
  effects: ReadonlyMap<string, ReadonlyMap<string, readonly Effect[]>>,
): {
  operation: UnassignOperation | TransitionOperation;
  tables: Iterable<string>;
  maybe: boolean;
} | null {
  if (operation.f === 'unassign') {
    const { booking_id, table_ids } = operation.input;
    return {
      operation,
      tables: table_ids ? distinct(table_ids) : claimedTables(effects.get(booking_id)),
      maybe: false,
    };
  }
  // A cancelled booking's rows are gone, by the contract.
  if (operation.f === 'transition' && /^(cancelled|no_show|completed)$/.test(operation.input.status)) {
    const { booking_id } = operation.input;
    return {
      operation,
      tables: claimedTables(effects.get(booking_id)),
      maybe: operation.input.status !== 'cancelled',
    };
  }
  return null;
}

/** Tables that a booking claims at some time: claims are known before releases. */
function claimedTables(pairs: ReadonlyMap<string, readonly Effect[]> | undefined): string[] {
  return [...(pairs ?? [])].flatMap(([table, [first]]) => (first?.window ? [table] : []));
}

/** Each table once. */
export function distinct(tables: readonly string[]): Iterable<string> {
  return tables.length < 2 ? tables : new Set(tables);
}
