import type { Check, Context } from '../check.ts';
import { relationNamed } from '../deployment/deployment.ts';
import { nameInSql, tableInSql } from '../deployment/needs.ts';

/**
 * Looks at holds, and at their copies in `table_hold_windows`, which decide whether an assignment is refused: those whose
 * `expires_at` is to come.
 *
 * Proves that a hold which has expired, was released or is gone still refuses assignments, because its copy outlives it,
 * or because an exclusion constraint over the copies does not know that they expire.
 *
 * Does not prove that the deployed function ignores holds that have expired: a function that forgets to compare
 * `expires_at` blocks tables without leaving a row that shows it.
 */
export const expiredHolds: Check = {
  id: 'expired-holds',
  kind: 'data',
  severity: 'error',
  sentence: 'no hold that has expired or was released blocks a table',
  needs: {
    table_holds: ['id', 'status', 'expires_at'],
    table_hold_windows: ['hold_id', 'table_id', 'start_at', 'end_at', 'expires_at'],
  },
  reasons: {
    'released-hold': {
      says: 'the hold is no longer active, and its window still refuses assignments',
      next: "delete these rows of table_hold_windows; have the trigger on table_holds do it when a hold's status changes",
    },
    'window-outlives-hold': {
      says: 'the hold has expired, and the copy in table_hold_windows expires later',
      next: 'set expires_at of these rows of table_hold_windows; have the trigger on table_holds copy it when it changes',
    },
    'window-without-hold': {
      says: 'the hold is gone, and its window still refuses assignments',
      next: 'delete these rows of table_hold_windows, and give the table a foreign key that deletes with the hold',
    },
    'kept-by-constraint': {
      says: 'the hold has expired, and an exclusion constraint keeps its window until the row is deleted',
      next: 'delete windows of holds that have expired before a new hold is made, or drop the constraint',
    },
  },
  ask(context) {
    const { deployment, at } = context;
    const holds = tableInSql(deployment, 'table_holds');
    const windows = tableInSql(deployment, 'table_hold_windows');
    const query = `
select case when h.id is null then 'window-without-hold'
            when h.status::text <> 'active' then 'released-hold'
            when w.expires_at > ${at} then 'window-outlives-hold'
            else 'kept-by-constraint' end as reason,
       w.table_id, w.hold_id, h.status::text as hold_status, h.expires_at as hold_expires_at,
       w.expires_at as window_expires_at, w.start_at, w.end_at,
       floor(extract(epoch from ${at} - h.expires_at) / 60)::bigint as minutes_since_expiry
  from ${windows} w left join ${holds} h on h.id = w.hold_id
 where w.end_at > ${at}
   and case when w.expires_at > ${at} then h.id is null or h.status::text <> 'active' or h.expires_at <= ${at}
            else ${constrained(context)} end
 order by w.start_at, w.hold_id, w.table_id`;
    return {
      query,
      lookedAt: { count: { sql: `select count(*) from ${holds}` }, of: 'holds' },
      notes: [
        {
          sql: `select count(*) from ${holds} where status::text = 'active' and expires_at <= ${at}`,
          says: (count) =>
            `holds that have expired and are still marked active: ${count}; that alone blocks nothing where the function compares expires_at`,
        },
      ],
    };
  },
};

/** Whether an exclusion constraint compares the windows of holds, as SQL over the catalog. */
function constrained({ deployment }: Context): string {
  const windows = relationNamed(deployment, 'table_hold_windows');
  if (windows === undefined) return 'false';
  return `exists (
         select from pg_constraint c
          where c.conrelid = '${nameInSql(windows).replaceAll("'", "''")}'::regclass and c.contype = 'x'
            and exists (select from pg_operator o where o.oid = any (c.conexclop) and o.oprname = '&&'))`;
}
