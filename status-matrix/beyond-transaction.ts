import type postgres from 'postgres';
import { TargetError } from '../contracts/errors.ts';
import { formsOf } from '../isolate/allow.ts';

/** Extensions whose functions act on what no transaction takes back. */
const ACTING = ['dblink', 'http', 'pg_background'];

/**
 * Refuses to call functions of a deployed schema in a transaction to be rolled back when some of them do what a rollback
 * does not take back: they send requests, open connections of their own, or are written in a language that may do
 * anything.
 *
 * @param allow functions that the user has looked at, as `--allow` names them
 * @throws TargetError that lists the functions
 */
export async function refuseBeyondTransaction(
  sql: postgres.Sql,
  schema: string,
  allow: readonly string[],
): Promise<void> {
  const found = await sql<{ object: string; why: string }[]>`
    with acting as (
      select distinct f.proname as name, x.extname as extension
        from pg_proc f
        join pg_depend d on d.classid = 'pg_proc'::regclass and d.objid = f.oid and d.deptype = 'e'
        join pg_extension x on x.oid = d.refobjid
       where x.extname = any (${ACTING}::text[])
    )
    select distinct on (p.oid)
           'function ' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' as object,
           coalesce('calls ' || a.name || ' of ' || a.extension, 'is written in ' || l.lanname) as why
      from pg_proc p
      join pg_language l on l.oid = p.prolang
      left join acting a on p.prosrc ~ ('\\m' || a.name || '\\M\\s*\\(')
     where p.pronamespace = (select oid from pg_namespace where nspname = ${schema})
       and (a.name is not null or not (l.lanpltrusted or l.lanname in ('internal', 'c')))
       and not exists (select from pg_depend d
                        where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
     order by p.oid`;
  const refused = found.filter(({ object }) => !formsOf(object).some((form) => allow.includes(form)));
  if (refused.length === 0) return;
  const lines = refused.slice(0, 10).map(({ object, why }) => `  ${object} ${why}`);
  throw new TargetError(
    `functions of ${schema} do what a rollback does not take back:\n${lines.join('\n')}`,
    [
      'nothing was called; where they are not reached from triggers of the tables under test, or do no harm: ' +
        `--allow '${refused[0]?.object}'`,
    ],
  );
}
