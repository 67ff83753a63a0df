import type { Check } from '../check.ts';
import { tableInSql } from '../deployment/needs.ts';

/**
 * Looks at assignments whose window is not over, and at the allocation that each has to point at.
 *
 * Proves that a booking shows a table which nothing keeps for it: there is no allocation, or it is one of another booking,
 * table or window, or a shadow. Such a table can be given away.
 *
 * Does not look at windows that are over: they can no longer be double booked. How many of those have no allocation is a
 * note.
 */
export const assignmentsWithoutAllocation: Check = {
  id: 'assignments-without-allocation',
  kind: 'data',
  severity: 'error',
  sentence: 'each assignment has an allocation that keeps its table for its window',
  needs: {
    booking_table_assignments: ['id', 'booking_id', 'table_id', 'start_at', 'end_at', 'allocation_id'],
    allocations: [
      'id',
      'booking_id',
      'resource_type',
      'resource_id',
      { name: 'window', type: 'tstzrange' },
      'shadow',
    ],
  },
  reasons: {
    'no-allocation': {
      says: 'nothing keeps the table for the booking',
      next: 'assign the tables again: select assign_tables_atomic_v2(booking_id, array[table_id]); if they are taken by now, move the booking',
    },
    'not-linked': {
      says: 'the booking has an allocation of the table, and the assignment does not point at it',
      next: 'set allocation_id of these assignments',
    },
    'another-booking': {
      says: 'it points at the allocation of another booking',
      next: 'assign the tables again; see what writes assignments past assign_tables_atomic_v2',
    },
    'another-table': {
      says: 'it points at the allocation of another table',
      next: 'assign the tables again; see what writes assignments past assign_tables_atomic_v2',
    },
    shadow: {
      says: 'it points at a shadow allocation, which blocks nobody',
      next: 'assign the tables again',
    },
    'another-window': {
      says: 'assignment and allocation have different windows',
      next: 'assign the tables again; see what moves the one without the other',
    },
  },
  ask({ deployment, at }) {
    const assignments = tableInSql(deployment, 'booking_table_assignments');
    const allocations = tableInSql(deployment, 'allocations');
    const own = `select from ${allocations} o
                  where o.booking_id = s.booking_id and o.resource_type = 'table' and o.resource_id = s.table_id and not o.shadow`;
    const query = `
with judged as (
  select case
           when a.id is null and not exists (${own}) then 'no-allocation'
           when a.id is null then 'not-linked'
           when a.booking_id is distinct from s.booking_id then 'another-booking'
           when a.resource_type <> 'table' or a.resource_id <> s.table_id then 'another-table'
           when a.shadow then 'shadow'
           when lower(a."window") is distinct from s.start_at or upper(a."window") is distinct from s.end_at
             then 'another-window' end as reason,
         s.id as assignment_id, s.booking_id, s.table_id, s.start_at, s.end_at, s.allocation_id,
         a."window" as allocation_window, a.booking_id as allocation_booking_id, a.resource_id as allocation_resource_id
    from ${assignments} s left join ${allocations} a on a.id = s.allocation_id
   where s.end_at > ${at} or upper(a."window") > ${at}
)
select * from judged where reason is not null order by start_at, assignment_id`;
    return {
      query,
      lookedAt: {
        count: { sql: `select count(*) from ${assignments} where end_at > ${at}` },
        of: 'assignments whose window is not over',
      },
      notes: [
        {
          sql: `select count(*) from ${assignments} s where s.end_at <= ${at} and s.allocation_id is null and not exists (${own})`,
          says: (count) => `assignments without an allocation whose window is over: ${count}`,
        },
      ],
    };
  },
};
