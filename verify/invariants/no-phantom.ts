import { nameOf } from '../../plan/identity.ts';
import { remark } from '../explain.ts';
import type { Evidence, FoundViolation, Invariant } from '../invariant.ts';

/**
 * Every tagged row of the final state comes from seeding, or from a call that was acknowledged or whose outcome is
 * unknown.
 *
 * Assumes that the history is complete; where records are missing, a row without a call is undecided.
 * Proves that a call that was refused has changed nothing, and nothing was written that nobody asked for.
 * Literature: an aborted transaction's writes are not seen (G1a, Adya 1999; dirty read, P1).
 * Does not prove rows that triggers write elsewhere (audit, outbox).
 */
export const noPhantom: Invariant = {
  id: 'no-phantom',
  promise: 'every row of the final state comes from a call that was acknowledged or unknown',
  check(evidence) {
    const { run } = evidence;
    if (!run.finalState) {
      return {
        checked: { count: 0, of: 'rows' },
        violations: [],
        undecided: ['the final state was not read'],
        summary: '',
      };
    }
    const suspects = [...unexplainedClaims(evidence), ...unplannedRows(evidence)];
    const gaps = [...run.history.incomplete].map(([runner, reason]) => `${runner}: ${reason}`);
    const excused = gaps.length > 0 && suspects.length > 0;
    return {
      checked: { count: run.finalState.rows, of: 'rows' },
      violations: excused ? [] : suspects,
      undecided: excused ? [`${suspects.length} rows have no recorded call, but ${gaps.join('; ')}`] : [],
      summary: `${run.finalState.rows} rows, each from seeding or from a call`,
    };
  },
};

function unexplainedClaims({ run, effects }: Evidence): FoundViolation[] {
  const claimed = (booking: string | null, table: string): boolean =>
    booking !== null && effects.isClaimed(booking, table);
  const refused = (booking: string | null) =>
    run.history.operations.filter(
      (operation) =>
        (operation.f === 'assign' || operation.f === 'confirm') &&
        operation.type === 'fail' &&
        operation.input.booking_id === booking,
    );
  const phantom = (what: string, booking: string | null, row: Record<string, unknown>): FoundViolation => {
    const attempts = refused(booking);
    return {
      title: `${what}, though no call that could have made it was acknowledged or left unknown`,
      steps: [
        remark(
          attempts.length === 0
            ? 'no call asked for it at all'
            : `all ${attempts.length} calls for that booking were refused`,
        ),
        remark('the row is in the final state'),
      ],
      operations: attempts.slice(0, 5),
      rows: [row],
    };
  };
  const violations: FoundViolation[] = [];
  for (const { booking_id, table_id, row } of run.finalState?.assignments ?? []) {
    if (claimed(booking_id, table_id)) continue;
    violations.push(phantom(`${nameOf(table_id)} is assigned to ${nameOf(booking_id)}`, booking_id, row));
  }
  for (const { booking_id, resource_type, resource_id, shadow, row } of run.finalState?.allocations ?? []) {
    // Shadow allocations mirror holds, which block by themselves.
    if (resource_type !== 'table' || shadow || claimed(booking_id, resource_id)) continue;
    const whom = booking_id === null ? 'no booking' : nameOf(booking_id);
    violations.push(phantom(`${nameOf(resource_id)} is allocated to ${whom}`, booking_id, row));
  }
  return violations;
}

/** Bookings and tables that the plan does not hold. Other tables may get rows of an application's own triggers. */
function unplannedRows({ run }: Evidence): FoundViolation[] {
  const violations: FoundViolation[] = [];
  for (const table of ['bookings', 'table_inventory'] as const) {
    const planned = new Set(run.plan.world[table].map((row) => row.id));
    for (const id of run.finalState?.others.get(table)?.keys() ?? []) {
      if (planned.has(id)) continue;
      violations.push({
        title: `${table} holds the row ${id}, which was neither seeded nor asked for`,
        steps: [remark('the row is in the final state')],
        operations: [],
        rows: [{ table, id }],
      });
    }
  }
  return violations;
}
