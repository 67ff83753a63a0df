import type postgres from 'postgres';
import { execute } from '../../sql/execute.ts';

/**
 * Lets those roles of the API into a schema that may enter the deployed one: those that PostgREST's login role can
 * become, and itself.
 *
 * @returns the roles, by name
 * @throws PostgresError with code 42501 when the login role does not own the schema
 */
export async function grantUsage(
  sql: postgres.Sql | postgres.TransactionSql,
  source: string,
  schema: string,
  loginRole: string,
): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select r.rolname as name from pg_roles r
     where has_schema_privilege(r.oid, ${source}, 'usage') and not r.rolsuper
       and exists (select from pg_auth_members m
                    where m.roleid = r.oid
                      and m.member = (select oid from pg_roles where rolname = ${loginRole}))
     order by 1`;
  for (const { name } of rows) await execute(sql, 'grant usage on schema %I to %I', [schema, name]);
  return rows.map(({ name }) => name);
}
