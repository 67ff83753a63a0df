import type postgres from 'postgres';
import { TargetError } from '../../contracts/errors.ts';
import { withPolledLock } from '../polled-lock.ts';

/** Advisory lock of whoever changes the list of exposed schemas. */
const LOCK = [0x7ab1e7, 0] as const;

/**
 * Runs `action` while no other process of table-stress changes which schemas are exposed in this database: reading,
 * changing and PostgREST's reload are one step.
 *
 * @param sql a single connection
 * @throws TargetError when another process does not come to an end; whatever `action` throws
 */
export async function withExposureLock<T>(
  sql: postgres.Sql,
  action: () => Promise<T>,
  options: { deadlineMs?: number | undefined; signal?: AbortSignal | undefined } = {},
): Promise<T> {
  const tooLong = () =>
    new TargetError('another process has been changing the exposed schemas for too long', [
      "see which one: select pid, application_name from pg_stat_activity join pg_locks using (pid) where locktype = 'advisory'",
      'end it, then start again',
    ]);
  const { deadlineMs = 90_000, signal } = options;
  return withPolledLock(sql, { keys: LOCK, deadlineMs, signal, tooLong }, action);
}
