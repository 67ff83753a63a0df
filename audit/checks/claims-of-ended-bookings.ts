import type { Check } from '../check.ts';
import { columnOr, tableInSql } from '../deployment/needs.ts';

/**
 * Looks at allocations of tables whose window is not over and whose booking is: cancelled, never came, or completed.
 *
 * Proves that these tables cannot be given to anybody else until the window ends, for guests who will not sit there.
 *
 * Does not prove that the application means to free a table when guests leave early: where it does not, `completed` is
 * how it is meant to be.
 */
export const claimsOfEndedBookings: Check = {
  id: 'claims-of-ended-bookings',
  kind: 'data',
  severity: 'error',
  sentence: 'no booking that is over blocks a table any longer',
  needs: {
    allocations: [
      'id',
      'booking_id',
      'resource_type',
      'resource_id',
      { name: 'window', type: 'tstzrange' },
      'shadow',
    ],
    bookings: ['id', 'status'],
  },
  reasons: {
    cancelled: {
      says: 'the booking was cancelled, and its allocation blocks the table',
      next: 'give the tables back: select unassign_tables_atomic(booking_id); then see what a cancellation runs: check missing-triggers',
    },
    no_show: {
      says: 'the guests never came, and the allocation blocks the table',
      next: 'give the tables back: select unassign_tables_atomic(booking_id); then see what the change to no_show runs: check missing-triggers',
    },
    completed: {
      says: 'the guests have left, and the allocation blocks the table until its window ends',
      next: 'decide whether completing a booking is to end its window; if so, have a trigger on bookings do it',
    },
  },
  ask({ deployment, at }) {
    const allocations = tableInSql(deployment, 'allocations');
    const number = columnOr(deployment, 'table_inventory', 'table_number', { alias: 't', type: 'text' });
    const inventory = number.startsWith('null')
      ? ''
      : `\n  left join ${tableInSql(deployment, 'table_inventory')} t on t.id = a.resource_id`;
    const query = `
select b.status::text as reason, a.resource_id as table_id, ${number} as table_number, a.booking_id,
       a.id as allocation_id, a."window" as allocation_window, a."window" @> ${at} as blocks_now,
       ceil(extract(epoch from upper(a."window") - ${at}) / 60)::bigint as minutes_to_go
  from ${allocations} a
  join ${tableInSql(deployment, 'bookings')} b on b.id = a.booking_id${inventory}
 where a.resource_type = 'table' and not a.shadow and a."window" && tstzrange(${at}, null)
   and b.status::text in ('cancelled', 'no_show', 'completed')
 order by lower(a."window"), a.id`;
    const sql = `select count(*) from ${allocations} a where a.resource_type = 'table' and not a.shadow
                  and a.booking_id is not null and a."window" && tstzrange(${at}, null)`;
    return { query, lookedAt: { count: { sql }, of: 'allocations whose window is not over' } };
  },
};
