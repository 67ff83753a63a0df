import { fileURLToPath } from 'node:url';
import postgres from 'postgres';
import { instrumentSchema } from '../../../explore/instrument/schema.ts';
import { type EmbeddedSupabase, startEmbedded } from '../../../target/embedded.ts';

export interface Reference {
  readonly target: EmbeddedSupabase;
  /** As the owner of everything in `public`. */
  readonly sql: postgres.Sql;
  /** Open connections, one for each contender of a race, so that none is late by a handshake. */
  connect(count: number): Promise<postgres.Sql>;
  stop(): Promise<void>;
}

/** A local project with the reference's migrations in it. */
export async function startReference(): Promise<Reference> {
  const migrations = fileURLToPath(new URL('../../../reference/migrations', import.meta.url));
  const target = await startEmbedded({ migrations });
  if (process.env.TABLE_STRESS_REFERENCE === 'instrumented') await instrument(target.databaseUrl);
  const clients: postgres.Sql[] = [];
  const connect = async (count: number) => {
    const client = postgres(target.databaseUrl, { max: count, onnotice: () => {} });
    clients.push(client);
    await Promise.all(Array.from({ length: count }, () => client`SELECT pg_sleep(0.05)`));
    return client;
  };
  return {
    target,
    sql: await connect(4),
    connect,
    async stop() {
      await Promise.all(clients.map((client) => client.end({ timeout: 5 })));
      await target.stop();
    },
  };
}

/** With yields in its functions, which nobody schedules: it must behave as without. */
async function instrument(databaseUrl: string): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  await instrumentSchema(sql, 'public');
  await sql.end();
}

/** `ok`, or the SQLSTATE and the message that a statement failed with. */
export async function outcome(statement: PromiseLike<unknown>): Promise<string> {
  try {
    await statement;
    return 'ok';
  } catch (error) {
    if (error instanceof postgres.PostgresError) return `${error.code} ${error.message}`;
    throw error;
  }
}

/** How often each outcome's code occurs. */
export function tally(outcomes: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const text of outcomes) {
    const code = text.split(' ')[0] ?? '';
    counts[code] = (counts[code] ?? 0) + 1;
  }
  return counts;
}

/** Whether an assignment of another session waits for a lock. */
export async function isAssignmentWaiting(sql: postgres.Sql): Promise<boolean> {
  const rows = await sql`
    SELECT FROM pg_stat_activity
    WHERE wait_event_type = 'Lock' AND query LIKE '%assign_tables_atomic_v2%' AND pid <> pg_backend_pid()`;
  return rows.length > 0;
}

/** Waits until `condition` holds. */
export async function until(condition: () => Promise<boolean>, deadlineMs = 5000): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error('the condition did not come true in time');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
