import type postgres from 'postgres';
import {
  DATABASE_COUNTERS_VERSION,
  type DatabaseCounters,
  type StatementCounters,
  type TableCounters,
} from '../contracts/database-counters.ts';
import { messageOf } from '../contracts/errors.ts';

/** Statements that are kept, by their time. */
const MOST_STATEMENTS = 30;

interface Activity {
  deadlocks: number;
  commits: number;
  rollbacks: number;
}

interface Reading {
  at: number;
  activity: Activity | null;
  tables: Map<string, TableCounters>;
  statements: Map<string, StatementCounters>;
  api_connections: number | null;
  not_observed: DatabaseCounters['not_observed'];
}

/** What is not seen of a database that is known by its API only. */
export function unseenDatabase(scenario: string): DatabaseCounters {
  return {
    v: DATABASE_COUNTERS_VERSION,
    scenario,
    seconds: 0,
    deadlocks: null,
    commits: null,
    rollbacks: null,
    tables: [],
    statements: [],
    api_connections: null,
    not_observed: [
      {
        what: 'locks, waits, deadlocks, statements, scans and connections',
        why: 'there is no connection to the database',
        grant: 'a database URL (SUPABASE_DB_URL) of a role with pg_read_all_stats',
      },
    ],
  };
}

/**
 * Reads the counters now.
 *
 * @param schema the one under load
 * @returns what gives, later, what they gained since
 */
export async function readCounters(
  sql: postgres.Sql,
  schema: string,
): Promise<(scenario: string) => Promise<DatabaseCounters>> {
  const before = await read(sql, schema);
  return async (scenario) => differences(scenario, before, await read(sql, schema));
}

async function read(sql: postgres.Sql, schema: string): Promise<Reading> {
  const not_observed: Reading['not_observed'] = [];
  const attempt = async <T>(
    what: string,
    grant: string,
    look: () => Promise<T>,
    otherwise: T,
  ): Promise<T> => {
    try {
      return await look();
    } catch (error) {
      not_observed.push({ what, why: messageOf(error), grant });
      return otherwise;
    }
  };
  const role = await roleOf(sql);
  /** The server gives rows without their content to a role that may not see what others do: no error tells. */
  const withRights = <T>(what: string, grant: string, look: () => Promise<T>, otherwise: T): Promise<T> => {
    if (role.sees_all) return attempt(what, grant, look, otherwise);
    not_observed.push({ what, why: `the role ${role.name} may not see what other roles do`, grant });
    return Promise.resolve(otherwise);
  };
  const grant = `grant pg_read_all_stats to ${role.name}`;
  const reading = {
    at: performance.now(),
    activity: await attempt('deadlocks and commits', grant, () => readActivity(sql), null),
    tables: await attempt(
      'scans and rows of tables',
      `grant usage on schema ${schema} to ${role.name}`,
      () => readTables(sql, schema),
      new Map<string, TableCounters>(),
    ),
    statements: await withRights(
      'statements within the functions',
      `create extension pg_stat_statements with schema extensions; ${grant}`,
      () => readStatements(sql),
      new Map<string, StatementCounters>(),
    ),
    api_connections: await withRights('connections of the API', grant, () => readConnections(sql), null),
    not_observed,
  };
  if (!role.sees_all) await withRights('who waits for whom, on which lock', grant, async () => null, null);
  return reading;
}

/** pg_monitor includes pg_read_all_stats (PostgreSQL manual, 22.5). Nothing is taken to be seen where that is not known. */
async function roleOf(sql: postgres.Sql): Promise<{ name: string; sees_all: boolean }> {
  const [row] = await sql<{ name: string; sees_all: boolean }[]>`
    select quote_ident(current_user) as name, pg_has_role(current_user, 'pg_read_all_stats', 'usage') as sees_all
  `.catch(() => []);
  return row ?? { name: 'of this connection', sees_all: false };
}

async function readActivity(sql: postgres.Sql): Promise<Activity | null> {
  const [row] = await sql<Activity[]>`
    select deadlocks::float8, xact_commit::float8 as commits, xact_rollback::float8 as rollbacks
      from pg_stat_database where datname = current_database()`;
  return row ? { ...row } : null;
}

async function readTables(sql: postgres.Sql, schema: string): Promise<Map<string, TableCounters>> {
  const rows = await sql<TableCounters[]>`
    select relname as name, seq_scan::float8, seq_tup_read::float8, coalesce(idx_scan, 0)::float8 as idx_scan,
           n_live_tup::float8 as live_rows, n_dead_tup::float8 as dead_rows
      from pg_stat_user_tables where schemaname = ${schema}`;
  return new Map(rows.map((row) => [row.name, { ...row }]));
}

async function readStatements(sql: postgres.Sql): Promise<Map<string, StatementCounters>> {
  const [where] = await sql<{ name: string }[]>`
    select quote_ident(n.nspname) || '.' || quote_ident(c.relname) as name
      from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relname = 'pg_stat_statements'`;
  if (!where) throw new Error('pg_stat_statements is not there');
  const rows = await sql<(StatementCounters & { id: string })[]>`
    select concat_ws('/', s.userid, s.queryid, s.toplevel) as id, left(s.query, 400) as query, s.toplevel,
           s.calls::float8, s.total_exec_time as total_ms, s.rows::float8
      from ${sql.unsafe(where.name)} s join pg_database d on d.oid = s.dbid
     where d.datname = current_database() and s.query not like '%pg_stat%'`;
  return new Map(rows.map(({ id, ...row }) => [id, row]));
}

async function readConnections(sql: postgres.Sql): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int from pg_stat_activity where usename = 'authenticator' and backend_type = 'client backend'`;
  return row?.count ?? 0;
}

function differences(scenario: string, before: Reading, after: Reading): DatabaseCounters {
  const gained = (name: keyof Activity): number | null =>
    before.activity && after.activity ? Math.max(0, after.activity[name] - before.activity[name]) : null;
  const tables = [...after.tables.values()].map((now): TableCounters => {
    const then = before.tables.get(now.name);
    return {
      ...now,
      seq_scan: now.seq_scan - (then?.seq_scan ?? 0),
      seq_tup_read: now.seq_tup_read - (then?.seq_tup_read ?? 0),
      idx_scan: now.idx_scan - (then?.idx_scan ?? 0),
    };
  });
  const statements = [...after.statements]
    .map(([id, now]): StatementCounters => {
      const then = before.statements.get(id);
      return {
        ...now,
        calls: now.calls - (then?.calls ?? 0),
        total_ms: Math.round((now.total_ms - (then?.total_ms ?? 0)) * 1000) / 1000,
        rows: now.rows - (then?.rows ?? 0),
      };
    })
    .filter(({ calls }) => calls > 0)
    .sort((a, b) => b.total_ms - a.total_ms)
    .slice(0, MOST_STATEMENTS);
  return {
    v: DATABASE_COUNTERS_VERSION,
    scenario,
    seconds: Math.round(after.at - before.at) / 1000,
    deadlocks: gained('deadlocks'),
    commits: gained('commits'),
    rollbacks: gained('rollbacks'),
    tables,
    statements,
    api_connections: after.api_connections,
    not_observed: after.not_observed,
  };
}
