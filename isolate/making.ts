import type postgres from 'postgres';
import { TargetError } from '../contracts/errors.ts';
import type { Progress } from '../contracts/progress.ts';
import { withPolledLock } from './polled-lock.ts';

/** Advisory lock of those who make or take isolated schemas in one database. */
const LOCK = [0x7ab1e7, 1] as const;

/** How long another process may take to make a schema, milliseconds. */
const PATIENCE = 600_000;

/**
 * Runs `action` while no other process of table-stress makes an isolated schema in this database.
 *
 * @param sql a single connection
 * @throws TargetError when another process does not come to an end; InterruptedError; whatever `action` throws
 */
export async function withMakingLock<T>(
  sql: postgres.Sql,
  { progress, signal }: { progress: Progress; signal?: AbortSignal | undefined },
  action: () => Promise<T>,
): Promise<T> {
  const tooLong = () =>
    new TargetError('another process has been making an isolated schema for too long', [
      "see which one: select pid, application_name from pg_stat_activity where application_name like 'table-stress%'",
      'end it, then start again',
    ]);
  const onWait = () => progress('waiting for another process that makes an isolated schema');
  return withPolledLock(sql, { keys: LOCK, deadlineMs: PATIENCE, signal, onWait, tooLong }, action);
}
