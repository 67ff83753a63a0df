import type postgres from 'postgres';
import { messageOf } from '../../contracts/errors.ts';

/** What the database role may do of what a run needs. */
export interface Rights {
  readonly role: string;
  readonly createSchema: boolean;
  readonly createRole: boolean;
  /** Whether it may set `pgrst.db_schemas` on PostgREST's login role; null when that could not be tried. */
  readonly expose: boolean | null;
  /** What stood in the way, in PostgreSQL's words; null when it may. */
  readonly exposeProblem: string | null;
}

/**
 * Reads what the connection's role may do. Whether schemas can be exposed is tried, in a transaction that is rolled
 * back: hosted projects grant it by an extension of theirs, which no catalog shows.
 *
 * @param loginRole PostgREST's
 */
export async function readRights(sql: postgres.Sql, loginRole = 'authenticator'): Promise<Rights> {
  const [row] = await sql<{ role: string; create_schema: boolean; create_role: boolean }[]>`
    select current_user as role,
           has_database_privilege(current_database(), 'create') as create_schema,
           rolcreaterole or rolsuper as create_role
      from pg_roles where rolname = current_user`;
  const { expose, exposeProblem } = await tryToExpose(sql, loginRole);
  return {
    role: row?.role ?? 'unknown',
    createSchema: row?.create_schema ?? false,
    createRole: row?.create_role ?? false,
    expose,
    exposeProblem,
  };
}

async function tryToExpose(
  sql: postgres.Sql,
  loginRole: string,
): Promise<Pick<Rights, 'expose' | 'exposeProblem'>> {
  const undone = new Error('rolled back on purpose');
  try {
    await sql.begin(async (transaction) => {
      await transaction`set local lock_timeout = '3s'`;
      await transaction`alter role ${transaction(loginRole)} set pgrst.db_schemas = 'public'`;
      throw undone;
    });
  } catch (error) {
    if (error !== undone) {
      // Anything else than a missing right, for instance another session at the same role, may pass.
      const refused = (error as { code?: unknown }).code === '42501';
      return { expose: refused ? false : null, exposeProblem: messageOf(error) };
    }
  }
  return { expose: true, exposeProblem: null };
}

/** A setting of PostgREST on its login role, which overrides the dashboard's. */
export interface PostgrestSetting {
  /** `pgrst.db_schemas` and others; never `pgrst.jwt_secret`. */
  readonly name: string;
  readonly value: string;
  /** The database that it is for; null: all. */
  readonly database: string | null;
}

/** Settings of PostgREST on its login role, for this database first: those win. */
export async function readPostgrestSettings(
  sql: postgres.Sql,
  loginRole = 'authenticator',
): Promise<PostgrestSetting[]> {
  return sql<PostgrestSetting[]>`
    select split_part(entry, '=', 1) as name, substr(entry, strpos(entry, '=') + 1) as value,
           d.datname as database
      from pg_db_role_setting s
      join pg_roles r on r.oid = s.setrole
      left join pg_database d on d.oid = s.setdatabase,
           unnest(s.setconfig) entry
     where r.rolname = ${loginRole} and entry like 'pgrst.%' and entry !~ '^pgrst\.(jwt_secret|db_uri)'
       and (s.setdatabase = 0 or d.datname = current_database())
     order by d.datname nulls last, 1`;
}
