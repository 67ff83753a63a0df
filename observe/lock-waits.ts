import type postgres from 'postgres';
import type { LockWait } from '../contracts/observation.ts';

/** Enough to see what a crowd waits for. */
const MOST = 40;

/**
 * Who waits for whom right now, from pg_locks and pg_blocking_pids (PostgreSQL manual, 9.27 and 52.12). A wait for a row
 * shows as one for the transaction that has it; the first in the queue also has a lock on the tuple, which names the
 * table.
 *
 * @returns none when it may not be seen, or when nobody waits any more
 */
export async function lockWaits(sql: postgres.Sql): Promise<LockWait[]> {
  const rows = await sql<LockWait[]>`
    select l.pid, l.locktype, l.mode,
           coalesce(l.relation, held.relation)::regclass::text as relation,
           concat_ws('/', l.transactionid, l.classid, l.objid, l.objsubid, l.page, l.tuple) as key,
           round(extract(epoch from clock_timestamp() - l.waitstart)::numeric * 1000, 1)::float8 as waited_ms,
           pg_blocking_pids(l.pid) as blocked_by,
           left(regexp_replace(a.query, '\\s+', ' ', 'g'), 200) as statement
      from pg_locks l
      join pg_stat_activity a on a.pid = l.pid
      left join lateral (
        select t.relation from pg_locks t where t.pid = l.pid and t.locktype = 'tuple' and t.granted limit 1
      ) held on true
     where not l.granted and a.usename = 'authenticator'
     limit ${MOST}`.catch(() => []);
  return rows.map((row) => ({ ...row }));
}
