import postgres from 'postgres';
import { messageOf, TargetError } from '../contracts/errors.ts';

/**
 * Opens connections to a target's database, after a first query has shown that they work. Times are in UTC and every
 * statement has a time limit, so that a lost database cannot hang a stage.
 *
 * @param databaseUrl direct or session-pooler connection string
 * @param purpose shown in `pg_stat_activity`
 * @param options.statementTimeoutMs null: whatever the server and the role have
 * @throws TargetError when it cannot be reached; the message has no password
 */
export async function connectDatabase(
  databaseUrl: string,
  purpose: string,
  options: { connections?: number; statementTimeoutMs?: number | null } = {},
): Promise<postgres.Sql> {
  const connections = options.connections ?? 1;
  const statementTimeoutMs = options.statementTimeoutMs === undefined ? 60_000 : options.statementTimeoutMs;
  const sql = postgres(databaseUrl, {
    max: connections,
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
      ...(statementTimeoutMs === null ? {} : { statement_timeout: statementTimeoutMs }),
    },
  });
  try {
    const [row] = await sql<{ setting: string }[]>`
      select setting from pg_settings where name = 'statement_timeout'`;
    if (statementTimeoutMs !== null && row?.setting !== String(statementTimeoutMs)) {
      await setInEach(sql, connections, statementTimeoutMs);
    }
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

/** Some poolers drop the settings that a connection starts with. The pool keeps its connections, so once is enough. */
async function setInEach(sql: postgres.Sql, connections: number, statementTimeoutMs: number): Promise<void> {
  const reserved = await Promise.all(Array.from({ length: connections }, () => sql.reserve()));
  for (const connection of reserved) {
    await connection.unsafe(
      `set statement_timeout = ${statementTimeoutMs}; set timezone = 'UTC'; set datestyle = 'ISO'`,
    );
    connection.release();
  }
}
