import type postgres from 'postgres';
import { LOCK_CLASS } from '../instrument/yield-function.ts';

/** A lock that a session waits for, other than that of a yield. */
export interface LockWait {
  readonly pid: number;
  /** Process ids of those it waits for. */
  readonly blockers: readonly number[];
  /** For people: `transactionid of session 1`, `tuple of bookings`. */
  readonly lock: string;
  /** How long it has waited, milliseconds. */
  readonly waited: number;
}

/** A yield of a slot, by its number. */
export interface YieldLock {
  readonly slot: number;
  readonly number: number;
}

/** The scheduler's own session: it holds the locks of the yields at which sessions are to stop. */
export class Control {
  private readonly sql: postgres.Sql;

  /** @param sql a single connection that nobody else uses */
  constructor(sql: postgres.Sql) {
    this.sql = sql;
  }

  /** Takes locks, then gives others back, in one round trip. */
  async move(take: readonly YieldLock[], give: readonly YieldLock[]): Promise<void> {
    if (take.length + give.length === 0) return;
    const [one] = take;
    const [other] = give;
    if (take.length === 1 && give.length === 1 && one && other) {
      await this.sql`select pg_advisory_lock(${LOCK_CLASS + one.slot}, ${one.number}),
                            pg_advisory_unlock(${LOCK_CLASS + other.slot}, ${other.number})`;
      return;
    }
    const call = (name: string) => (lock: YieldLock) => `${name}(${LOCK_CLASS + lock.slot}, ${lock.number})`;
    const calls = [...take.map(call('pg_advisory_lock')), ...give.map(call('pg_advisory_unlock'))];
    await this.sql.unsafe(`select ${calls.join(', ')}`);
  }

  /** Which of the sessions wait for a lock that is no yield's. */
  async waits(pids: readonly number[]): Promise<LockWait[]> {
    return this.sql<LockWait[]>`
      select l.pid, pg_blocking_pids(l.pid) as blockers,
             case l.locktype when 'advisory' then format('advisory lock (%s, %s)', l.classid, l.objid)
                             when 'transactionid' then 'the end of the transaction that has its row'
                             when 'tuple' then format('a row of %s', c.relname)
                             when 'relation' then format('table %s', c.relname)
                             else l.locktype end as lock,
             coalesce(extract(epoch from clock_timestamp() - l.waitstart) * 1000, 0)::float8 as waited
        from pg_locks l left join pg_class c on c.oid = l.relation
       where not l.granted and l.pid = any(${pids as number[]})
         and not (l.locktype = 'advisory' and l.objsubid = 2
                  and l.classid::bigint between ${LOCK_CLASS} and ${LOCK_CLASS + 99})`;
  }

  /** Ends what the sessions are doing. */
  async cancel(pids: readonly number[]): Promise<void> {
    await this.sql`select pg_cancel_backend(pid) from unnest(${pids as number[]}::int[]) as p (pid)`;
  }

  async releaseAll(): Promise<void> {
    await this.sql`select pg_advisory_unlock_all()`;
  }
}
