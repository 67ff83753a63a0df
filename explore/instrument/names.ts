import type postgres from 'postgres';
import type { Names } from './function.ts';

/** Volatile functions that neither read, write nor lock anything that another session could change. */
const HARMLESS = new Set([
  'gen_random_uuid',
  'uuid_generate_v4',
  'random',
  'random_normal',
  'setseed',
  'clock_timestamp',
  'timeofday',
  'pg_sleep',
  'pg_sleep_for',
  'pg_sleep_until',
  'set_config',
  'gen_random_bytes',
  'gen_salt',
]);

/** What the catalog knows of the names that functions use. */
export async function readNames(sql: postgres.TransactionSql, schema: string): Promise<Names> {
  const tables = await sql<{ name: string }[]>`
    select distinct c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')`;
  const functions = await sql<{ name: string }[]>`
    select distinct p.proname as name from pg_proc p join pg_language l on l.oid = p.prolang
     where p.prokind in ('f', 'p')
       and case when p.pronamespace = ${schema}::regnamespace then l.lanname <> 'plpgsql' or p.provolatile = 'i'
                when p.pronamespace = 'pg_catalog'::regnamespace then p.provolatile = 'v'
                else p.provolatile <> 'i' and l.lanname <> 'c'
                     -- The schema's own function of that name comes first on the search path.
                     and not exists (select from pg_proc o
                                      where o.proname = p.proname and o.pronamespace = ${schema}::regnamespace) end`;
  const known = new Set(tables.map(({ name }) => name));
  const opaque = new Set(functions.map(({ name }) => name).filter((name) => !HARMLESS.has(name)));
  return { isTable: (name) => known.has(name), isOpaque: (name) => opaque.has(name) };
}
