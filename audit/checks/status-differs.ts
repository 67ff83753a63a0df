import type { Check } from '../check.ts';
import { columnOr, tableInSql } from '../deployment/needs.ts';

const refresh =
  'bring it up to date: select refresh_table_status(id) for these tables; then find out why nothing did';
const prove = 'prove which rule the deployed function follows: table-stress status-matrix';

/**
 * Looks at every table: its stored status, and the status that the rule gives at this instant over its allocations that
 * are not shadow: maintenance, then a guest who has checked in, then any, else available. Out of service by hand (no
 * maintenance allocation ever) stays.
 *
 * Proves that these tables show staff something else than the rule, and by their allocations why. Where there is
 * `created_at`, `checked_in_at` or `checked_out_at`, it tells whether something was written after the status went stale.
 *
 * Does not prove which rule the deployed function follows: it reads what is stored, and calls nothing.
 */
export const statusDiffers: Check = {
  id: 'status-differs',
  kind: 'data',
  severity: 'error',
  sentence: "each table's stored status is what the rule gives now",
  needs: {
    table_inventory: ['id', 'restaurant_id', 'status'],
    allocations: [
      'id',
      'booking_id',
      'resource_type',
      'resource_id',
      { name: 'window', type: 'tstzrange' },
      'shadow',
      'is_maintenance',
    ],
    bookings: ['id', 'status'],
  },
  needsRows: true,
  reasons: {
    'stale-after-end': {
      says: 'the window ended, and nothing refreshed the table since',
      next: 'have refresh_table_status called when windows end, for instance every minute by pg_cron',
    },
    'stale-after-start': {
      says: 'a window began, and nothing refreshed the table since',
      next: 'have refresh_table_status called when windows begin, for instance every minute by pg_cron',
    },
    'blocked-before-start': {
      says: 'blocked although the next window has not begun: the rule of an older refresh_table_status',
      next: prove,
    },
    'ended-or-not-begun': {
      says: 'one window ended and the next has not begun: stale since the end, or blocked ahead of the start',
      next: `refresh one of them and look again: what stays is blocked by the function; or ${prove}`,
    },
    'sticky-status': {
      says: 'still what an ended window made of it, although its allocations were written since: sticky',
      next: prove,
    },
    'write-not-followed': {
      says: 'an allocation was written inside its window, and the status did not follow',
      next: 'look at the check missing-triggers; if that is ok: table-stress status-matrix',
    },
    'check-in-not-followed': {
      says: "a guest checked in, or out, and the table's status did not follow",
      next: 'look at the check missing-triggers; if that is ok: table-stress status-matrix',
    },
    'cancelled-booking-blocks': {
      says: 'what blocks it belongs to a booking that was cancelled or never came',
      next: 'look at the check claims-of-ended-bookings',
    },
    'no-allocation': {
      says: 'blocked without any allocation, past or to come',
      next: refresh,
    },
    unexplained: {
      says: 'none of the known causes: written by hand, or by another function',
      next: refresh,
    },
  },
  ask({ deployment, at }) {
    const inventory = tableInSql(deployment, 'table_inventory');
    const allocations = tableInSql(deployment, 'allocations');
    const bookings = tableInSql(deployment, 'bookings');
    const number = columnOr(deployment, 'table_inventory', 'table_number', { alias: 't', type: 'text' });
    const created = columnOr(deployment, 'allocations', 'created_at', { alias: 'a', type: 'timestamptz' });
    const checkedIn = columnOr(deployment, 'bookings', 'checked_in_at', { alias: 'b', type: 'timestamptz' });
    const checkedOut = columnOr(deployment, 'bookings', 'checked_out_at', {
      alias: 'b',
      type: 'timestamptz',
    });
    // Who checks out writes, and so refreshes; the clocks of clients may be some seconds off.
    const leftAtEnd = "h.left_at >= h.ended - interval '5 seconds'";
    const query = `
with running as materialized (
  select a.resource_id, a.id, a.booking_id, a."window", a.is_maintenance, b.status::text as booking_status,
         ${created} as created_at, ${checkedIn} as checked_in_at,
         coalesce(b.status::text, '') in ('cancelled', 'no_show') as over
    from ${allocations} a left join ${bookings} b on b.id = a.booking_id
   where a.resource_type = 'table' and not a.shadow
     and a."window" @> ${at} and upper(a."window") is distinct from ${at}
), judged as (
  select t.id, t.restaurant_id, ${number} as table_number, t.status::text as stored, r.*,
         case when maintenance then 'out_of_service' when seated then 'occupied' when taken then 'reserved' else 'available' end as rule,
         case when maintenance then 'out_of_service' when seated then 'occupied' when taken or over then 'reserved' else 'available' end as rule_with_cancelled
    from ${inventory} t
   cross join lateral (
     select coalesce(bool_or(r.is_maintenance) filter (where not r.over), false) as maintenance,
            coalesce(bool_or(r.booking_status = 'checked_in') filter (where not r.over), false) as seated,
            count(*) filter (where not r.over) > 0 as taken, coalesce(bool_or(r.over), false) as over,
            coalesce(bool_or(r.booking_status = 'completed'), false) as checked_out,
            min(lower(r."window")) filter (where not r.over) as began,
            min(lower(r."window")) filter (where r.is_maintenance) as maintenance_began,
            bool_or(r.created_at > lower(r."window")) as written_inside,
            min(greatest(r.checked_in_at, lower(r."window"))) filter (where r.booking_status = 'checked_in') as seated_since,
            bool_or(r.checked_in_at < lower(r."window")) as seated_early,
            (array_agg(r.id order by r.over, lower(r."window")))[1] as allocation_id
       from running r where r.resource_id = t.id) r
), differing as (
  select * from judged j
   where j.stored <> j.rule
     and not (j.stored = 'out_of_service' and not exists (
       select from ${allocations} a
        where a.resource_type = 'table' and a.resource_id = j.id and not a.shadow and a.is_maintenance))
), history as (
  select a.resource_id,
         max(upper(a."window")) filter (where upper(a."window") <= ${at}) as ended,
         max(upper(a."window")) filter (where upper(a."window") <= ${at} and a.is_maintenance) as maintenance_ended,
         min(lower(a."window")) filter (where lower(a."window") > ${at}) as next_start,
         max(${created}) as written,
         max(${created}) filter (where lower(a."window") > ${at}) as next_written,
         (array_agg(a.id order by upper(a."window") desc) filter (where upper(a."window") <= ${at}))[1] as ended_id,
         (array_agg(${checkedOut} order by upper(a."window") desc) filter (where upper(a."window") <= ${at}))[1] as left_at,
         (array_agg(a.id order by lower(a."window")) filter (where lower(a."window") > ${at}))[1] as next_id
    from ${allocations} a left join ${bookings} b on b.id = a.booking_id
   where a.resource_type = 'table' and not a.shadow and a.resource_id in (select id from differing)
   group by a.resource_id
), explained as (
  select d.*, h.*, case
    when d.stored = d.rule_with_cancelled then 'cancelled-booking-blocks'
    when d.stored = 'out_of_service' and h.maintenance_ended is not null
      then case when h.written > h.maintenance_ended then 'sticky-status' else 'stale-after-end' end
    when d.stored = 'out_of_service' then 'blocked-before-start'
    when d.rule = 'out_of_service' or d.stored = 'available'
      then case when d.written_inside then 'write-not-followed' else 'stale-after-start' end
    when d.stored = 'reserved' and d.rule = 'occupied'
      then case when d.seated_early then 'stale-after-start' else 'check-in-not-followed' end
    when d.stored = 'occupied' and d.rule = 'reserved' and d.checked_out then 'check-in-not-followed'
    when d.stored = 'occupied' and h.ended is not null
      then case when h.written > h.ended then 'sticky-status' when ${leftAtEnd} then 'check-in-not-followed' else 'stale-after-end' end
    when d.stored not in ('reserved', 'occupied') or d.rule <> 'available' then 'unexplained'
    when h.ended is null and h.next_start is null then 'no-allocation'
    when h.ended is null or h.next_written > h.ended then 'blocked-before-start'
    when h.next_start is null then case when ${leftAtEnd} then 'check-in-not-followed' else 'stale-after-end' end
    when ${leftAtEnd} then 'blocked-before-start'
    else 'ended-or-not-begun' end as reason
    from differing d left join history h on h.resource_id = d.id
), dated as (
  select e.*, case
    when reason in ('stale-after-end', 'sticky-status')
      then case when stored = 'out_of_service' then maintenance_ended else ended end
    when reason = 'check-in-not-followed' then case when rule = 'occupied' then seated_since when not checked_out then left_at end
    when reason in ('stale-after-start', 'write-not-followed')
      then case when stored = 'available' then began when rule = 'out_of_service' then maintenance_began else seated_since end
    end as since
    from explained e
)
select d.reason, d.id as table_id, d.table_number, d.restaurant_id, d.stored, d.rule, d.since,
       floor(extract(epoch from ${at} - d.since) / 60)::bigint as minutes_late, d.next_start,
       a.id as allocation_id, a."window" as allocation_window, a.booking_id, b.status::text as booking_status
  from dated d
  left join ${allocations} a on a.id = case
    when d.reason in ('stale-after-end', 'sticky-status') then d.ended_id
    when d.reason in ('blocked-before-start', 'ended-or-not-begun') then d.next_id
    else d.allocation_id end
  left join ${bookings} b on b.id = a.booking_id
 order by minutes_late desc nulls last, d.restaurant_id, d.table_number, d.id`;
    return { query, lookedAt: { count: { sql: `select count(*) from ${inventory}` }, of: 'tables' } };
  },
};
