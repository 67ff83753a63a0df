import postgres from 'postgres';
import { messageOf, TargetError, UsageError } from '../contracts/errors.ts';
import { reconnecting } from './postgres/reconnecting.ts';

/**
 * Opens a connection to a target's database, after a first query has shown that it works. Times are in UTC and every
 * statement has a time limit, so that a lost database cannot hang a stage. Once it is cut, all who wait for an answer
 * get an error, and the next statement a new session, without locks or marks of the old one.
 *
 * @param databaseUrl direct or session-pooler connection string
 * @param purpose shown in `pg_stat_activity`
 * @param options.statementTimeoutMs null: whatever the server and the role have
 * @throws TargetError when it cannot be reached; the message has no password
 * @throws UsageError when TABLE_STRESS_STATEMENT_TIMEOUT_MS is no duration
 */
export async function connectDatabase(
  databaseUrl: string,
  purpose: string,
  options: { statementTimeoutMs?: number | null } = {},
): Promise<postgres.Sql> {
  const { statementTimeoutMs = usualStatementTimeout() } = options;
  const sql = reconnecting({
    open: (hooks) =>
      postgres(databaseUrl, {
        ...hooks,
        max: 1,
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
      }),
    prepare: (fresh) => keepSettings(fresh, statementTimeoutMs),
  });
  try {
    await sql`select`;
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

/** Milliseconds that one statement of ours may take; 60 s unless the environment says otherwise. */
function usualStatementTimeout(): number {
  const text = process.env.TABLE_STRESS_STATEMENT_TIMEOUT_MS ?? '60000';
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 100 && value <= 3_600_000) return value;
  throw new UsageError(`TABLE_STRESS_STATEMENT_TIMEOUT_MS: ${text} is no time limit`, [
    'milliseconds from 100 to 3600000, for instance 120000',
  ]);
}

/** Some poolers drop the settings that a connection starts with. */
async function keepSettings(sql: postgres.Sql, statementTimeoutMs: number | null): Promise<void> {
  const [row] = await sql<{ setting: string }[]>`
    select setting from pg_settings where name = 'statement_timeout'`;
  if (statementTimeoutMs === null || row?.setting === String(statementTimeoutMs)) return;
  await sql.unsafe(
    `set statement_timeout = ${statementTimeoutMs}; set timezone = 'UTC'; set datestyle = 'ISO'`,
  );
}
