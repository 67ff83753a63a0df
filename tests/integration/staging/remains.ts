import type postgres from 'postgres';

/** Schemas, roles, grants and settings of ours that are in a database. */
export async function remainsIn(sql: postgres.Sql): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select 'schema ' || nspname as name from pg_namespace where nspname like 'table_stress%'
    union all select 'role ' || rolname from pg_roles where rolname like 'table_stress%'
    union all select 'setting ' || entry from pg_db_role_setting, unnest(setconfig) entry
               where entry like '%table_stress%'
    union all select 'grant on schema ' || nspname from pg_namespace where nspacl::text like '%table_stress%'`;
  return rows.map(({ name }) => name);
}

/** Number and hash of the rows of every deployed table, without those columns that the other client changes. */
export async function rowsOf(sql: postgres.Sql): Promise<Record<string, string>> {
  const tables = await sql<{ name: string }[]>`
    select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1`;
  const result: Record<string, string> = {};
  for (const { name } of tables) {
    const [row] = await sql<{ rows: string }[]>`
      select count(*) || ' rows, ' || coalesce(sum(hashtextextended(
               (to_jsonb(t) - 'party_size' - 'updated_at')::text, 0)::numeric), 0) as rows
        from public.${sql(name)} t`;
    result[name] = row?.rows ?? '';
  }
  return result;
}

/** The settings of the API's login role. */
export async function settingsOf(sql: postgres.Sql): Promise<string[]> {
  const rows = await sql<{ entry: string }[]>`
    select unnest(setconfig) as entry from pg_db_role_setting s join pg_roles r on r.oid = s.setrole
     where r.rolname = 'authenticator' order by 1`;
  return rows.map(({ entry }) => entry);
}
