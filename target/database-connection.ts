import postgres from 'postgres';
import { messageOf, TargetError } from '../contracts/errors.ts';

/**
 * Opens connections to a target's database, after a first query has shown that they work. Times are in UTC and every
 * statement has a time limit, so that a lost database cannot hang a stage.
 *
 * @param databaseUrl direct or session-pooler connection string
 * @param purpose shown in `pg_stat_activity`
 * @throws TargetError when it cannot be reached; the message has no password
 */
export async function connectDatabase(
  databaseUrl: string,
  purpose: string,
  options: { connections?: number; statementTimeoutMs?: number } = {},
): Promise<postgres.Sql> {
  const sql = postgres(databaseUrl, {
    max: options.connections ?? 1,
    connect_timeout: 10,
    idle_timeout: 0,
    // A session must last as long as the run: it holds the mark that the run is going on.
    max_lifetime: null,
    onnotice: () => {},
    connection: {
      application_name: `table-stress ${purpose}`,
      TimeZone: 'UTC',
      // A database may have another default, and ranges are read as text.
      DateStyle: 'ISO',
      statement_timeout: options.statementTimeoutMs ?? 60_000,
    },
  });
  try {
    await sql`select 1`;
    return sql;
  } catch (error) {
    await sql.end({ timeout: 0 });
    throw new TargetError(
      `the database cannot be reached (${messageOf(error)})`,
      ['check that the target is up and that its database URL is right'],
      error,
    );
  }
}
