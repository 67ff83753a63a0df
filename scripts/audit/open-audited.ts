import {
  type AuditedDatabase,
  databaseIn,
  databaseOfStaging,
  usualVariable,
} from '../../audit/connection/database-url.ts';
import { applyBroken } from '../../reference/broken.ts';
import { connectDatabase } from '../../target/database-connection.ts';
import { openTarget } from '../run/open-target.ts';
import { databaseOf } from '../run/remove-isolation.ts';
import type { StageReporter } from '../stage-reporter.ts';
import type { AuditRequest } from './request.ts';

/** A database to look at, and what to end afterwards. */
export interface OpenAudited {
  readonly database: AuditedDatabase;
  /** Whether it was made for this audit: then it has the application and no rows. */
  readonly embedded: boolean;
  /** What a person should know of it. */
  readonly notes: readonly string[];
  close(): Promise<unknown>;
}

/** Finds the database that a request names; for `local` it starts one. Opens no connection to any other. */
export async function openAudited(
  request: AuditRequest,
  reporter: StageReporter,
  signal: AbortSignal,
): Promise<OpenAudited> {
  const { from } = request;
  if ('variable' in from)
    return elsewhere(databaseIn(from.variable === true ? usualVariable : from.variable));
  if (from.target === 'staging') return elsewhere(databaseOfStaging());
  const open = await reporter.stage(
    'target',
    (progress) =>
      openTarget(from.target, { progress, signal, viaGateway: false, migrations: request.migrations }),
    ({ target }) => target.description,
  );
  try {
    const url = databaseOf(open.target);
    if (request.broken !== null) await damage(url, request.broken);
    return {
      database: {
        url,
        host: new URL(url).host,
        field: `--target ${from.target}`,
        description: open.target.description,
      },
      embedded: open.temporary,
      notes: open.notes,
      close: () => open.close(),
    };
  } catch (error) {
    await open.close();
    throw error;
  }
}

function elsewhere(database: AuditedDatabase): OpenAudited {
  return { database, embedded: false, notes: [], close: async () => {} };
}

async function damage(databaseUrl: string, id: string): Promise<void> {
  const sql = await connectDatabase(databaseUrl, 'set-up');
  try {
    await applyBroken(sql, id);
  } finally {
    await sql.end({ timeout: 2 });
  }
}
