import { InterruptedError } from '../../contracts/errors.ts';
import type { EmbeddedOptions } from '../embedded-supabase.ts';
import { connect } from '../postgres/client.ts';
import type { RunningDatabase } from '../postgres/database.ts';
import { superuser } from '../postgres/initdb.ts';
import { applyMigrations } from './apply.ts';
import { createElevation } from './elevation.ts';
import type { MigrationReport } from './report.ts';

/**
 * Applies the folder of the options to a database that was just started, as the role `postgres`.
 *
 * @param undo receives what ends the connections, should the start be given up meanwhile.
 * @throws as applyMigrations does; InterruptedError when the signal fires.
 */
export async function migrateDatabase(
  { port, passwords }: RunningDatabase,
  folder: string,
  { progress, signal, tolerateFailedMigrations }: EmbeddedOptions,
  undo: (() => Promise<unknown>)[],
): Promise<MigrationReport> {
  const sql = connect({ port, user: 'postgres', password: passwords.postgres });
  const elevation = createElevation(() => connect({ port, user: superuser, password: passwords[superuser] }));
  const abort = () => void sql.end({ timeout: 0 });
  undo.push(() => sql.end({ timeout: 0 }));
  signal?.addEventListener('abort', abort, { once: true });
  try {
    return await applyMigrations(sql, folder, {
      elevation,
      progress,
      tolerateFailures: tolerateFailedMigrations,
    });
  } catch (error) {
    throw signal?.aborted ? new InterruptedError() : error;
  } finally {
    signal?.removeEventListener('abort', abort);
    await Promise.all([sql.end({ timeout: 1 }), elevation.end()]);
  }
}
