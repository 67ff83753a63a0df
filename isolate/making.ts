import type postgres from 'postgres';
import { TargetError } from '../contracts/errors.ts';
import type { Progress } from '../contracts/progress.ts';
import { pollUntil } from '../target/polling.ts';

/** Advisory lock of those who make or take isolated schemas in one database. */
const LOCK = [0x7ab1e7, 1] as const;

/** How long another process may take to make a schema, milliseconds. */
const PATIENCE = 600_000;

/**
 * Runs `action` while no other process of table-stress makes an isolated schema in this database. Asks again and again
 * whether it may: a statement that waits has a time limit, and does not hear of an interrupt.
 *
 * @param sql a single connection
 * @throws TargetError when another process does not come to an end; InterruptedError; whatever `action` throws
 */
export async function withMakingLock<T>(
  sql: postgres.Sql,
  { progress, signal }: { progress: Progress; signal?: AbortSignal | undefined },
  action: () => Promise<T>,
): Promise<T> {
  const [first, second] = LOCK;
  const taken = await pollUntil(
    async () => {
      const [row] = await sql<{ taken: boolean }[]>`
        select pg_try_advisory_lock(${first}::int, ${second}::int) as taken`;
      if (row?.taken) return true;
      progress('waiting for another process that makes an isolated schema');
      return undefined;
    },
    { intervalMs: 200, deadlineMs: PATIENCE, signal },
  );
  if (!taken) {
    throw new TargetError('another process has been making an isolated schema for too long', [
      "see which one: select pid, application_name from pg_stat_activity where application_name like 'table-stress%'",
      'end it, then start again',
    ]);
  }
  try {
    return await action();
  } finally {
    // A lost connection has lost the lock as well, and its error is the one to show.
    await sql`select pg_advisory_unlock(${first}::int, ${second}::int)`.catch(() => {});
  }
}
