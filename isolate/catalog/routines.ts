import { type CatalogObject, describe, type Reader } from './object.ts';
import { type RoutineRow, routineStatement } from './routine-statement.ts';

/** Languages whose bodies the rewriter understands. */
const knownLanguages = new Set(['sql', 'plpgsql']);

/** Functions and procedures, every overload. What comes with a range type is left out. */
export async function readRoutines({ sql, namespace, unqualified }: Reader): Promise<CatalogObject[]> {
  const rows = await sql<RoutineRow[]>`
    select p.oid, format('%I.%I', n.nspname, p.proname) as name, quote_ident(p.proname) as short,
           ${argumentTypes(sql)} as types,
           pg_get_userbyid(p.proowner) as owner, p.prokind as kind, pg_get_function_arguments(p.oid) as arguments,
           pg_get_function_result(p.oid) as result, l.lanname as language, p.provolatile as volatility,
           p.proparallel as parallel, p.proisstrict as strict, p.proleakproof as leakproof, p.prosecdef as definer,
           p.procost as cost, p.prorows as rows, p.proretset as returns_set,
           case when p.prosupport <> 0 then p.prosupport::text end as support,
           coalesce(p.proconfig, '{}') as settings, p.prosrc as body,
           pg_get_function_sqlbody(p.oid) as parsed_body,
           array(select format_type(x, null) from unnest(p.protrftypes) x) as transforms
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_language l on l.oid = p.prolang
     where p.pronamespace = ${namespace} and p.prokind in ('f', 'p', 'w')
       and not exists (select from pg_depend d
                        where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'i')`;
  return rows.map((row) => {
    const known = knownLanguages.has(row.language);
    const kind = row.kind === 'p' ? 'procedure' : 'function';
    return describe({
      kind: known ? kind : 'unsupported',
      id: `${kind} ${row.short}(${row.types.map(unqualified).join(', ')})`,
      addresses: [`pg_proc/${row.oid}`],
      create: routineStatement(row, row.definer),
      reference: `routine ${row.name}(${row.types.join(', ')})`,
      owner: row.owner,
      routine: {
        language: row.language,
        securityDefiner: row.definer,
        procedure: row.kind === 'p',
        body: row.parsed_body ?? row.body,
        settings: row.settings,
        leakproof: row.leakproof,
        statement: (securityDefiner) => routineStatement(row, securityDefiner),
      },
      ...(!known && {
        unsupported: { kind: 'leftover', reason: `functions in language ${row.language} are not cloned` },
      }),
    });
  });
}

/** The types of the arguments of `pg_proc p` that tell overloads apart, as an array of texts. */
export function argumentTypes(sql: Reader['sql']) {
  return sql`array(select format_type(x.type, null)
                     from unnest(p.proargtypes::oid[]) with ordinality x(type, place) order by x.place)`;
}
