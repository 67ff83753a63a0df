import type { Plan } from './plan.ts';

/** Rows of the tables that docs/contract.md names. */
export interface AddedRows {
  allocations: number;
  booking_table_assignments: number;
  booking_assignment_idempotency: number;
}

interface Assignment {
  tables: number;
  keyed: boolean;
}

/**
 * Rows that the planned calls leave in a correct application: each successful assignment adds a row for each table in
 * two tables, one allocation more for a merge group, and one in the ledger where it has a key.
 */
export function rowsAddedByCalls(plan: Plan): AddedRows {
  const assignments = [...smokeAssignments(plan), ...hotTableAssignments(plan), ...boundaryAssignments(plan)];
  const added: AddedRows = {
    allocations: 0,
    booking_table_assignments: 0,
    booking_assignment_idempotency: 0,
  };
  for (const { tables, keyed } of assignments) {
    added.allocations += tables + (tables > 1 ? 1 : 0);
    added.booking_table_assignments += tables;
    added.booking_assignment_idempotency += keyed ? 1 : 0;
  }
  return added;
}

function smokeAssignments(plan: Plan): Assignment[] {
  return (plan.scenarios.smoke?.sequences ?? []).flat().flatMap((step) => {
    if (step.f !== 'assign' || !step.expect.includes('ok')) return [];
    const { table_ids, idempotency_key } = step.input;
    return [{ tables: new Set(table_ids).size, keyed: idempotency_key !== null }];
  });
}

/** One winner for each slot of a round. */
function hotTableAssignments(plan: Plan): Assignment[] {
  return (plan.scenarios['hot-table']?.rounds ?? []).flatMap(({ calls }) => {
    const largest = new Map<string, number>();
    for (const { slot, table_ids } of calls) {
      largest.set(slot, Math.max(largest.get(slot) ?? 0, new Set(table_ids).size));
    }
    return [...largest.values()].map((tables) => ({ tables, keyed: true }));
  });
}

function boundaryAssignments(plan: Plan): Assignment[] {
  return (plan.scenarios['window-boundary']?.watched ?? []).flat().map(() => ({ tables: 1, keyed: true }));
}
