import type postgres from 'postgres';

/** Functions that calls of a run go to. */
export const calledFunctions = [
  'assign_tables_atomic_v2',
  'unassign_tables_atomic',
  'refresh_table_status',
] as const;

/** What service_role may do in a schema. */
export interface Grants {
  readonly usage: boolean;
  /** One entry for each overload: `refresh_table_status(p_table_id uuid)`. */
  readonly functions: readonly {
    readonly name: string;
    readonly signature: string;
    readonly execute: boolean;
  }[];
}

/**
 * Reads what service_role was granted in a schema.
 *
 * @returns null when there is no such schema
 */
export async function readGrants(sql: postgres.Sql, schema: string): Promise<Grants | null> {
  const [row] = await sql<{ usage: boolean }[]>`
    select has_schema_privilege('service_role', oid, 'usage') as usage from pg_namespace
     where nspname = ${schema}`;
  if (row === undefined) return null;
  const functions = await sql<{ name: string; signature: string; execute: boolean }[]>`
    select p.proname as name,
           p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' as signature,
           has_function_privilege('service_role', p.oid, 'execute') as execute
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace
     where n.nspname = ${schema} and p.proname in ${sql([...calledFunctions])}
     order by 1, 2`;
  return { usage: row.usage, functions };
}
