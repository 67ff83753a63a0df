import { fileURLToPath } from 'node:url';
import type postgres from 'postgres';
import { createClock } from '../../../isolate/clock/create.ts';
import { nothingButClocks } from '../../../isolate/clock/real-clock.ts';
import type { Marker } from '../../../isolate/marker.ts';
import { writeMarker } from '../../../isolate/marker-store.ts';
import { rewriteSql } from '../../../isolate/rewrite/rewrite.ts';
import { loadScanner } from '../../../sql/tokens.ts';

/** The reference application's migrations. */
export const migrations = fileURLToPath(new URL('../../../reference/migrations', import.meta.url));

/**
 * Turns the `public` of a project with the reference application into a schema with a virtual clock,
 * without the cloning that is tested elsewhere: renamed, with every definition rewritten as a clone's is.
 */
export async function renameReference(sql: postgres.Sql, marker: Marker): Promise<void> {
  const { schema, role } = marker;
  await loadScanner();
  await sql.begin(async (transaction) => {
    await transaction.unsafe(`
      create role ${role} nologin; grant ${role} to postgres; grant usage on schema extensions to ${role};
      alter schema public rename to ${schema};
      create schema public; grant usage on schema public to anon, authenticated, service_role`);
    await createClock(transaction, schema, 'postgres');
    const functions = await transaction<{ text: string }[]>`
      select replace(pg_get_functiondef(p.oid), 'search_path TO ''public''', ${`search_path TO '${schema}'`}) as text
        from pg_proc p
       where pronamespace = ${schema}::regnamespace and prokind in ('f', 'p') and proname <> 'now'`;
    for (const { text } of functions) {
      await transaction.unsafe(rewriteSql(text, nothingButClocks(schema), 'sql').text);
    }
    const defaults = await transaction<{ name: string; column: string }[]>`
      select adrelid::regclass::text as name, attname as column
        from pg_attrdef join pg_attribute on attrelid = adrelid and attnum = adnum
       where adrelid::regclass::text like ${`${schema}.%`} and pg_get_expr(adbin, adrelid) = 'now()'
         and adrelid <> ${`${schema}.table_stress_clock`}::regclass`;
    for (const { name, column } of defaults) {
      await transaction.unsafe(`alter table ${name} alter ${column} set default ${schema}.now()`);
    }
    await writeMarker(transaction, marker);
  });
}
