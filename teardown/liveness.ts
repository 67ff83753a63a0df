import type postgres from 'postgres';

/** First key of the advisory locks that say which runs are going on; the second is the run's tag. */
const CLASS = 0x7ab1e5;

const keyOf = (tag: string): number => Number.parseInt(tag, 16) | 0;

/**
 * Marks a run as going on, as long as this connection lives: a crashed run's mark goes away with its connection.
 *
 * @param sql a single connection
 */
export async function markAlive(sql: postgres.Sql, tag: string): Promise<void> {
  await sql`select pg_advisory_lock_shared(${CLASS}::int, ${keyOf(tag)}::int)`;
}

/** Whether a run with that tag is going on in this database, as seen by another connection. */
export async function isAlive(sql: postgres.Sql, tag: string): Promise<boolean> {
  const [row] = await sql<{ free: boolean }[]>`
    select pg_try_advisory_lock(${CLASS}::int, ${keyOf(tag)}::int) as free`;
  if (row?.free) await sql`select pg_advisory_unlock(${CLASS}::int, ${keyOf(tag)}::int)`;
  return row?.free !== true;
}
