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
  const target = await startTarget();
  const { stop, ...reference } = await connectTo(target);
  return {
    ...reference,
    async stop() {
      await stop();
      await target.stop();
    },
  };
}

async function startTarget(): Promise<EmbeddedSupabase> {
  const migrations = fileURLToPath(new URL('../../../reference/migrations', import.meta.url));
  const target = await startEmbedded({ migrations });
  if (process.env.TABLE_STRESS_REFERENCE === 'instrumented') await instrument(target.databaseUrl);
  return target;
}

/** One server, and as many databases with the reference in them as tests want: a copy takes a fraction of a start. */
export interface ReferenceCopies {
  /** A new database, as the migrations left it, without an API. Its `stop` removes it. */
  copy(): Promise<Reference>;
  stop(): Promise<void>;
}

export async function startReferenceCopies(): Promise<ReferenceCopies> {
  const target = await startTarget();
  const at = (url: string, database: string): string => {
    const there = new URL(url);
    there.pathname = `/${database}`;
    return there.href;
  };
  const superuser = postgres(at(target.superuserUrl, 'template1'), { max: 1, onnotice: () => {} });
  // Only a database that nobody uses can be copied, and PostgREST uses the first one.
  await superuser`ALTER DATABASE postgres ALLOW_CONNECTIONS false`;
  await superuser`SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE datname = 'postgres'`;
  let copies = 0;
  return {
    async copy() {
      copies += 1;
      const name = `copy_${copies}`;
      await superuser`CREATE DATABASE ${superuser(name)} TEMPLATE postgres OWNER postgres`;
      const there = {
        ...target,
        databaseUrl: at(target.databaseUrl, name),
        superuserUrl: at(target.superuserUrl, name),
      };
      const { stop, ...reference } = await connectTo(there);
      return {
        ...reference,
        async stop() {
          await stop();
          await superuser`DROP DATABASE ${superuser(name)} WITH (FORCE)`;
        },
      };
    },
    async stop() {
      await superuser.end({ timeout: 5 });
      await target.stop();
    },
  };
}

async function connectTo(target: EmbeddedSupabase): Promise<Reference> {
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

/** Waits until `condition` holds; the deadline is there to say what did not, and no measure of a machine. */
export async function until(condition: () => Promise<boolean>, deadlineMs = 60_000): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error('the condition did not come true in time');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
