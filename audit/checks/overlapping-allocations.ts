import type { Check } from '../check.ts';
import { tableInSql } from '../deployment/needs.ts';

/**
 * Looks at every allocation that is not shadow, of tables and of merge groups, past ones too.
 *
 * Proves that two of them have the same table at the same time: a double booking that is stored.
 *
 * Does not prove how it came about; a run of table-stress against a clone does. A double booking of which one side was
 * deleted since is not seen.
 */
export const overlappingAllocations: Check = {
  id: 'overlapping-allocations',
  kind: 'data',
  severity: 'error',
  sentence: 'no two live allocations of one table overlap',
  needs: {
    allocations: [
      'id',
      'booking_id',
      'restaurant_id',
      'resource_type',
      'resource_id',
      { name: 'window', type: 'tstzrange' },
      'shadow',
    ],
  },
  reasons: {
    ahead: {
      says: 'two allocations have one table at the same time, and that time is not over',
      next: 'move one of the two bookings to another table before its guests arrive',
    },
    'other-restaurant': {
      says: 'the two name different restaurants, so the exclusion constraint does not compare them',
      next: "correct restaurant_id of the allocation that is not the table's own",
    },
    past: {
      says: 'two allocations had one table at the same time',
      next: 'see whether the check missing-exclusion-constraint is ok now; then: table-stress run hot-table',
    },
  },
  ask({ deployment, at }) {
    const allocations = tableInSql(deployment, 'allocations');
    // One sorted pass finds those that begin before an earlier one ends; only these are compared in pairs.
    const query = `
with live as materialized (
  select a.id, a.booking_id, a.restaurant_id, a.resource_type, a.resource_id, a."window",
         coalesce(lower(a."window"), '-infinity') as starts,
         max(coalesce(upper(a."window"), 'infinity')) over (
           partition by a.resource_type, a.resource_id order by coalesce(lower(a."window"), '-infinity'), a.id
           rows between unbounded preceding and 1 preceding) as taken_until
    from ${allocations} a
   where not a.shadow and not isempty(a."window")
), pairs as (
  select l.resource_type, l.resource_id, o.id as allocation_id, o.booking_id, o."window" as allocation_window,
         o.restaurant_id, l.id as other_id, l.booking_id as other_booking_id, l."window" as other_window,
         l.restaurant_id as other_restaurant_id, l."window" * o."window" as shared_window
    from live l
    join live o on o.resource_type = l.resource_type and o.resource_id = l.resource_id
                and (o.starts, o.id) < (l.starts, l.id) and o."window" && l."window"
   where l.starts < l.taken_until
)
select case when restaurant_id <> other_restaurant_id then 'other-restaurant'
            when upper(shared_window) <= ${at} then 'past' else 'ahead' end as reason, p.*
  from pairs p
 order by upper(shared_window) <= ${at}, lower(shared_window), allocation_id, other_id`;
    const sql = `select count(*) from ${allocations} where not shadow`;
    return { query, lookedAt: { count: { sql }, of: 'live allocations' } };
  },
};
