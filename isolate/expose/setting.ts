import type postgres from 'postgres';
import { execute } from '../../sql/execute.ts';

type Sql = postgres.Sql | postgres.TransactionSql;

/** Where `pgrst.db_schemas` of PostgREST's login role can be set. */
export interface SettingPlace {
  readonly role: string;
  /** A database's name; null: for all databases. */
  readonly database: string | null;
}

export interface Setting extends SettingPlace {
  /** The text as it was set; null: not set there. */
  readonly value: string | null;
}

/** PostgREST's login role on Supabase. */
export const defaultRole = 'authenticator';

/** The setting in both places, that of the current database first: it wins where both are set. */
export async function readSettings(sql: Sql, role: string): Promise<Setting[]> {
  const rows = await sql<{ database: string | null; value: string | null }[]>`
    select place.database,
           (select substr(entry, length('pgrst.db_schemas=') + 1)
              from pg_db_role_setting s, unnest(s.setconfig) entry
             where s.setrole = (select oid from pg_roles where rolname = ${role})
               and s.setdatabase = coalesce((select oid from pg_database where datname = place.database), 0)
               and entry like 'pgrst.db\_schemas=%') as value
      from (values (1, current_database()), (2, null)) place (rank, database)
     order by place.rank`;
  return rows.map(({ database, value }) => ({ role, database, value }));
}

/** The setting that PostgREST goes by; without any, the place for all databases, with the value null. */
export async function rulingSetting(sql: Sql, role: string): Promise<Setting> {
  const settings = await readSettings(sql, role);
  const ruling = settings.find((setting) => setting.value !== null);
  return ruling ?? { role, database: null, value: null };
}

/**
 * Changes the setting; null removes it. Other settings of the role stay. PostgREST does not notice by itself: see
 * `notifyReload`.
 *
 * @throws PostgresError with code 42501 where the login role may not do it
 */
export async function writeSetting(sql: Sql, place: SettingPlace, value: string | null): Promise<void> {
  const where = place.database === null ? '' : ' in database %I';
  const names = place.database === null ? [place.role] : [place.role, place.database];
  if (value === null) await execute(sql, `alter role %I${where} reset pgrst.db_schemas`, names);
  else await execute(sql, `alter role %I${where} set pgrst.db_schemas = %L`, [...names, value]);
}

/** Has every PostgREST of this database read its settings and the schemas again, once the transaction is committed. */
export async function notifyReload(sql: Sql): Promise<void> {
  await sql.unsafe("notify pgrst, 'reload config'; notify pgrst, 'reload schema'");
}
