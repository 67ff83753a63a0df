import type postgres from 'postgres';
import type { LockWait } from '../contracts/observation.ts';

/** Enough to see what a crowd waits for. */
const MOST = 40;

/**
 * Who waits for whom right now, from pg_locks and pg_blocking_pids (PostgreSQL manual, 9.27 and 52.12). A wait for a row
 * shows as one for the transaction that has it; the first in the queue also has a lock on the tuple, which names the
 * table. A wait of INSERT … ON CONFLICT for a row that another transaction is changing has no lock on it: there, no table is
 * named.
 *
 * @returns none when it may not be seen, or when nobody waits any more
 */
export async function lockWaits(sql: postgres.Sql): Promise<LockWait[]> {
  const rows = await sql<LockWait[]>`
    -- Once: each read of pg_locks takes every partition of the lock table, and two would show two moments.
    with locks as materialized (select * from pg_locks)
    select l.pid, l.locktype, l.mode,
           coalesce(l.relation, held.relation)::regclass::text as relation,
           concat_ws('/', l.transactionid, l.classid, l.objid, l.objsubid, l.page, l.tuple) as key,
           round(extract(epoch from clock_timestamp() - l.waitstart)::numeric * 1000, 1)::float8 as waited_ms,
           pg_blocking_pids(l.pid) as blocked_by,
           left(regexp_replace(a.query, '\\s+', ' ', 'g'), 200) as statement
      from locks l
      join pg_stat_activity a on a.pid = l.pid
      left join lateral (
        select t.relation from locks t where t.pid = l.pid and t.locktype = 'tuple' and t.granted limit 1
      ) held on true
     where not l.granted and a.usename = 'authenticator'
     limit ${MOST}`.catch(() => []);
  return rows.map((row) => ({ ...row }));
}
