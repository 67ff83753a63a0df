import { namesOnPath } from '../../sql/quoting.ts';
import type { Ask } from '../connection/read-only.ts';
import type { Routine } from './deployment.ts';
import { asJson, ownSchemas } from './sql.ts';

/** Functions and procedures that no extension brought. */
export async function readRoutines(ask: Ask): Promise<Routine[]> {
  const rows = await asJson<Omit<Routine, 'searchPath'> & { path: string | null }>(
    ask,
    `select p.oid::int8 as oid, n.nspname as schema, p.proname as name,
            format('%I.%I(%s)', n.nspname, p.proname,
                   (select coalesce(string_agg(format_type(t.type, null), ', ' order by t.place), '')
                      from unnest(p.proargtypes::oid[]) with ordinality t(type, place))) as signature,
            l.lanname as language, p.pronargs as "argumentCount", p.pronargdefaults as "defaultCount",
            p.provariadic <> 0 as variadic,
            array(select coalesce(p.proargnames[place], '')
                    from generate_series(1, coalesce(cardinality(p.proallargtypes), p.pronargs)) place
                   where p.proargmodes is null or p.proargmodes[place] in ('i', 'b', 'v')
                   order by place) as parameters,
            p.prorettype = 'trigger'::regtype as "isTrigger",
            (select substr(setting, length('search_path=') + 1)
               from unnest(p.proconfig) setting where setting like 'search\\_path=%') as path,
            coalesce(pg_get_function_sqlbody(p.oid), p.prosrc) as body,
            case when l.lanname in ('sql', 'plpgsql') then pg_get_functiondef(p.oid) end as definition
       from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_language l on l.oid = p.prolang
      where p.prokind in ('f', 'p') and ${ownSchemas('n')}
        and not exists (select from pg_depend d
                         where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
      order by 2, 4`,
  );
  return rows.map(({ path, ...row }) => ({ ...row, searchPath: path === null ? null : namesOnPath(path) }));
}
