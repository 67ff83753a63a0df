import type postgres from 'postgres';
import { LOCK_CLASS } from '../instrument/yield-function.ts';

/** A session that waits for others, at a yield or not. */
export interface Wait {
  readonly pid: number;
  /** Process ids of those it waits for. */
  readonly blockers: readonly number[];
}

/** A yield of a slot, by its number. */
export interface YieldLock {
  readonly slot: number;
  readonly number: number;
}

/** The scheduler's own session: it holds the locks of the yields at which sessions are to stop. */
export class Control {
  private readonly sql: postgres.Sql;
  /** Why the last move could not be made that nobody waited for. */
  private failure: unknown = null;

  /** @param sql a single connection that nobody else uses */
  constructor(sql: postgres.Sql) {
    this.sql = sql;
  }

  /** The same as `move`, without waiting for it: whatever is asked of this session later comes after it. */
  post(take: readonly YieldLock[], give: readonly YieldLock[]): void {
    this.move(take, give).catch((error: unknown) => {
      this.failure = error;
    });
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

  /**
   * Which of the sessions wait for others than the scheduler. Asks for nothing but who waits for whom: the view of all
   * locks takes as long as several steps.
   */
  async waits(pids: readonly number[]): Promise<Wait[]> {
    if (this.failure !== null) throw this.failure;
    const rows = await this.sql<(Wait & { own: number })[]>`
      select pid, pg_blocking_pids(pid) as blockers, pg_backend_pid() as own
        from unnest(${pids as number[]}::int[]) as p (pid)`;
    return rows.filter(({ blockers, own }) => blockers.some((pid) => pid !== own));
  }

  /** What a session waits for, for people. */
  async lockOf(pid: number): Promise<string> {
    const [found] = await this.sql<{ lock: string }[]>`
      select case l.locktype when 'advisory' then format('advisory lock (%s, %s)', l.classid, l.objid)
                             when 'transactionid' then 'the transaction that holds the row'
                             when 'tuple' then format('a row of %s', c.relname)
                             when 'relation' then format('table %s', c.relname)
                             else l.locktype end as lock
        from pg_locks l left join pg_class c on c.oid = l.relation
       where not l.granted and l.pid = ${pid}`;
    return found?.lock ?? 'a lock';
  }

  /** Ends what the sessions are doing. */
  async cancel(pids: readonly number[]): Promise<void> {
    await this.sql`select pg_cancel_backend(pid) from unnest(${pids as number[]}::int[]) as p (pid)`;
  }

  async releaseAll(): Promise<void> {
    await this.sql`select pg_advisory_unlock_all()`;
  }
}
