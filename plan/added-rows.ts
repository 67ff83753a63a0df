import { type Plan, plannedScenarios } from './plan.ts';
import { definitionOf } from './scenarios.ts';

/** Rows of the tables that docs/contract.md names. */
export interface AddedRows {
  allocations: number;
  booking_table_assignments: number;
  booking_assignment_idempotency: number;
}

/**
 * Rows that the planned calls leave in a correct application: each successful assignment adds a row for each table in
 * two tables, one allocation more for a merge group, and one in the ledger where it has a key.
 */
export function rowsAddedByCalls(plan: Plan): AddedRows {
  const assignments = plannedScenarios(plan.scenarios).flatMap(([name, planned]) =>
    definitionOf(name).assignments(planned),
  );
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
