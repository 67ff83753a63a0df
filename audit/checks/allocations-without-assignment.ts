import type { Check } from '../check.ts';
import { tableInSql } from '../deployment/needs.ts';

/**
 * Looks at allocations of tables for bookings whose window is not over: not shadow, not maintenance.
 *
 * Proves that a table is blocked for a booking which does not show it: what a cancelled or half undone assignment leaves.
 *
 * Does not look at windows that are over, nor at allocations without a booking, which may be meant as blocks: both are
 * notes.
 */
export const allocationsWithoutAssignment: Check = {
  id: 'allocations-without-assignment',
  kind: 'data',
  severity: 'error',
  sentence: 'each allocation of a table for a booking has its assignment',
  needs: {
    allocations: [
      'id',
      'booking_id',
      'resource_type',
      'resource_id',
      { name: 'window', type: 'tstzrange' },
      'shadow',
      'is_maintenance',
    ],
    booking_table_assignments: ['booking_id', 'table_id'],
  },
  reasons: {
    'no-assignment': {
      says: 'it blocks a table for a booking that has no assignment of it',
      next: 'give the table back: select unassign_tables_atomic(booking_id, array[table_id]); if it stays: table-stress run smoke shows what leaves it',
    },
  },
  ask({ deployment, at }) {
    const allocations = tableInSql(deployment, 'allocations');
    const assignments = tableInSql(deployment, 'booking_table_assignments');
    const claim = `a.resource_type = 'table' and not a.shadow and a.is_maintenance is not true`;
    // So that an index over windows can be used.
    const ahead = `a."window" && tstzrange(${at}, null)`;
    const assigned = `exists (select from ${assignments} s where s.booking_id = a.booking_id and s.table_id = a.resource_id)`;
    const query = `
select 'no-assignment' as reason, a.id as allocation_id, a.booking_id, a.resource_id as table_id,
       a."window" as allocation_window, a."window" @> ${at} as blocks_now
  from ${allocations} a
 where ${claim} and a.booking_id is not null and ${ahead} and not ${assigned}
 order by lower(a."window"), a.id`;
    return {
      query,
      lookedAt: {
        count: {
          sql: `select count(*) from ${allocations} a where ${claim} and a.booking_id is not null and ${ahead}`,
        },
        of: 'allocations whose window is not over',
      },
      notes: [
        {
          sql: `select count(*) from ${allocations} a where ${claim} and a.booking_id is not null and not (${ahead}) and not ${assigned}`,
          says: (count) => `allocations without an assignment whose window is over: ${count}`,
        },
        {
          sql: `select count(*) from ${allocations} a where ${claim} and a.booking_id is null and ${ahead}`,
          says: (count) => `allocations that block a table for no booking and are no maintenance: ${count}`,
        },
      ],
    };
  },
};
