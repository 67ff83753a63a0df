import { createHash } from 'node:crypto';
import type postgres from 'postgres';
import { TargetError } from '../contracts/errors.ts';
import { type Progress, silent } from '../contracts/progress.ts';
import { pollUntil } from '../target/polling.ts';

/** First key of the advisory locks that say which isolated schemas are in use; the second is a hash of the name. */
const CLASS = 0x7ab1e6;

const keyOf = (schema: string): number => createHash('sha256').update(schema).digest().readInt32BE(0);

/** Another process needs the schema, or is removing it. */
export class InUseError extends TargetError {}

/**
 * Marks an isolated schema as in use for as long as this connection lives: a crashed user's mark goes away with it.
 * Take it before looking at the schema, else somebody may drop it in between.
 *
 * @param sql a single connection
 * @param options.patienceMs how long a removal that is going on may take. Default: it may not
 * @throws InUseError when the schema is being removed right now
 */
export async function markInUse(
  sql: postgres.Sql,
  schema: string,
  options: { patienceMs?: number; progress?: Progress; signal?: AbortSignal | undefined } = {},
): Promise<void> {
  const { patienceMs = 0, progress = silent, signal } = options;
  const taken = await pollUntil(
    async () => {
      const [row] = await sql<{ taken: boolean }[]>`
        select pg_try_advisory_lock_shared(${CLASS}::int, ${keyOf(schema)}::int) as taken`;
      if (row?.taken) return true;
      progress(`waiting for another process that is removing ${schema}`);
      return undefined;
    },
    { intervalMs: 250, deadlineMs: patienceMs, signal },
  );
  if (taken) return;
  throw new InUseError(`the isolated schema ${schema} is being removed by another process`, [
    'wait for it to end, then start again',
  ]);
}

/** Takes one mark of this connection away. */
export async function unmarkInUse(sql: postgres.Sql, schema: string): Promise<void> {
  await sql`select pg_advisory_unlock_shared(${CLASS}::int, ${keyOf(schema)}::int)`;
}

/**
 * Runs `action` while nobody else uses the schema; marks of this same connection do not count.
 *
 * @param sql a single connection
 * @throws InUseError naming the sessions that use it; whatever `action` throws
 */
export async function withoutUsers<T>(
  sql: postgres.Sql,
  schema: string,
  action: () => Promise<T>,
): Promise<T> {
  const [row] = await sql<{ taken: boolean }[]>`
    select pg_try_advisory_lock(${CLASS}::int, ${keyOf(schema)}::int) as taken`;
  if (!row?.taken) {
    const users = await usersOf(sql, schema);
    throw new InUseError(
      `the isolated schema ${schema} is in use${users.length > 0 ? ` by ${users.join(', ')}` : ''}`,
      ['wait for the runs to end, or end them; what they use is never removed under them'],
    );
  }
  try {
    return await action();
  } finally {
    // A lost connection has lost the lock as well, and its error is the one to show.
    await sql`select pg_advisory_unlock(${CLASS}::int, ${keyOf(schema)}::int)`.catch(() => {});
  }
}

/** The same after a while, when there are any: a killed process's session lives on until PostgreSQL sees it is gone. */
export async function usersAfterWaiting(sql: postgres.Sql, schema: string): Promise<string[]> {
  const gone = await pollUntil(async () => ((await usersOf(sql, schema)).length === 0 ? true : undefined), {
    intervalMs: 250,
    deadlineMs: 5000,
  });
  return gone ? [] : usersOf(sql, schema);
}

/** The other sessions that use a schema, for people: `table-stress run (database session 4711)`. */
export async function usersOf(sql: postgres.Sql, schema: string): Promise<string[]> {
  const rows = await sql<{ name: string | null; pid: number }[]>`
    select a.application_name as name, l.pid
      from pg_locks l left join pg_stat_activity a using (pid)
     where l.locktype = 'advisory' and l.granted and l.objsubid = 2
       and l.database = (select oid from pg_database where datname = current_database())
       and l.classid = ${CLASS}::oid and l.objid = (${keyOf(schema)}::bigint & 4294967295)::oid
       and l.pid <> pg_backend_pid()
     order by l.pid`;
  return rows.map(({ name, pid }) => `${name || 'a session'} (database session ${pid})`);
}
