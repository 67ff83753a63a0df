import type postgres from 'postgres';
import type { TargetError } from '../contracts/errors.ts';
import { pollUntil } from '../target/polling.ts';

export interface PolledLockOptions {
  /** The two keys of the advisory lock. */
  readonly keys: readonly [number, number];
  /** How long another process may hold it, milliseconds. */
  readonly deadlineMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Called each time the lock was not to be had. */
  readonly onWait?: (() => void) | undefined;
  /** The error when another process does not come to an end. */
  readonly tooLong: () => TargetError;
}

/**
 * Runs `action` while this session alone holds an advisory lock. Asks again and again whether it may: a statement that
 * waits has a time limit, and does not hear of an interrupt.
 *
 * @param sql a single connection
 * @throws what `tooLong` gives; InterruptedError; whatever `action` throws
 */
export async function withPolledLock<T>(
  sql: postgres.Sql,
  options: PolledLockOptions,
  action: () => Promise<T>,
): Promise<T> {
  const [first, second] = options.keys;
  const taken = await pollUntil(
    async () => {
      const [row] = await sql<{ taken: boolean }[]>`
        select pg_try_advisory_lock(${first}::int, ${second}::int) as taken`;
      if (row?.taken) return true;
      options.onWait?.();
      return undefined;
    },
    { intervalMs: 200, deadlineMs: options.deadlineMs, signal: options.signal },
  );
  if (!taken) throw options.tooLong();
  try {
    return await action();
  } finally {
    // A lost connection has lost the lock as well, and its error is the one to show.
    await sql`select pg_advisory_unlock(${first}::int, ${second}::int)`.catch(() => {});
  }
}
