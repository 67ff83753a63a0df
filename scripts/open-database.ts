import type postgres from 'postgres';
import { connectDatabase } from '../target/database-connection.ts';
import type { Target } from '../target/target.ts';
import { type OpenTarget, openTarget } from './run/open-target.ts';
import { databaseOf } from './run/remove-isolation.ts';
import type { Stages } from './stage-reporter.ts';

/** A target with a connection to its database, for commands that work on what is in it. */
export interface OpenDatabase {
  target: Target;
  open: OpenTarget;
  sql: postgres.Sql;
  close(): Promise<void>;
}

/**
 * Opens what `--target` names, and its database.
 *
 * @param migrations for the local target: folder of the application; null: the reference application
 * @throws StressError when it cannot be opened, or when only its API is known
 */
export async function openDatabase(
  name: string,
  purpose: string,
  options: { reporter: Stages; signal: AbortSignal; migrations?: string | null },
): Promise<OpenDatabase> {
  const { reporter, signal, migrations = null } = options;
  const open = await reporter.stage(
    'target',
    (progress) => openTarget(name, { progress, signal, viaGateway: false, migrations }),
    ({ target }) => target.description,
  );
  for (const note of open.notes) reporter.say(`  ${note}`);
  try {
    const sql = await connectDatabase(databaseOf(open.target), purpose);
    const close = async (): Promise<void> => {
      await sql.end({ timeout: 2 });
      await open.close();
    };
    return { target: open.target, open, sql, close };
  } catch (error) {
    await open.close();
    throw error;
  }
}
