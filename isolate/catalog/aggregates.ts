import { type CatalogObject, describe, type Reader } from './object.ts';
import { argumentTypes } from './routines.ts';

interface AggregateRow {
  oid: number;
  name: string;
  short: string;
  types: string[];
  owner: string;
  arguments: string;
  options: string;
  initial: string | null;
  moving_initial: string | null;
}

/** Aggregates: ordinary, ordered-set and hypothetical-set. */
export async function readAggregates({ sql, namespace, unqualified }: Reader): Promise<CatalogObject[]> {
  const rows = await sql<AggregateRow[]>`
    select p.oid, format('%I.%I', n.nspname, p.proname) as name, quote_ident(p.proname) as short,
           ${argumentTypes(sql)} as types, pg_get_userbyid(p.proowner) as owner,
           pg_get_function_arguments(p.oid) as arguments, g.agginitval as initial, g.aggminitval as moving_initial,
           concat_ws(', ',
             ${functionOption(sql, 'sfunc', 'aggtransfn')}, 'stype = ' || format_type(g.aggtranstype, null),
             'sspace = ' || nullif(g.aggtransspace, 0),
             ${functionOption(sql, 'finalfunc', 'aggfinalfn')},
             case when g.aggfinalextra then 'finalfunc_extra' end,
             'finalfunc_modify = ' || case g.aggfinalmodify when 'r' then 'read_only' when 's' then 'shareable'
                                                          else 'read_write' end,
             ${functionOption(sql, 'combinefunc', 'aggcombinefn')},
             ${functionOption(sql, 'serialfunc', 'aggserialfn')},
             ${functionOption(sql, 'deserialfunc', 'aggdeserialfn')},
             ${functionOption(sql, 'msfunc', 'aggmtransfn')}, ${functionOption(sql, 'minvfunc', 'aggminvtransfn')},
             case when g.aggmtranstype <> 0 then 'mstype = ' || format_type(g.aggmtranstype, null) end,
             'msspace = ' || nullif(g.aggmtransspace, 0),
             ${functionOption(sql, 'mfinalfunc', 'aggmfinalfn')},
             case when g.aggmfinalextra then 'mfinalfunc_extra' end,
             case when g.aggmtranstype <> 0 then
               'mfinalfunc_modify = ' || case g.aggmfinalmodify when 'r' then 'read_only' when 's' then 'shareable'
                                                              else 'read_write' end end,
             (select format('sortop = operator(%I.%s)', o.nspname, q.oprname)
                from pg_operator q join pg_namespace o on o.oid = q.oprnamespace where q.oid = g.aggsortop),
             'parallel = ' || case p.proparallel when 's' then 'safe' when 'r' then 'restricted' else 'unsafe' end,
             case when g.aggkind = 'h' then 'hypothetical' end) as options
      from pg_proc p join pg_aggregate g on g.aggfnoid = p.oid join pg_namespace n on n.oid = p.pronamespace
     where p.pronamespace = ${namespace}`;
  return rows.map((row) => {
    const initial = (name: string, value: string | null) =>
      value === null ? '' : `, ${name} = '${value.replaceAll("'", "''")}'`;
    return describe({
      kind: 'aggregate',
      id: `aggregate ${row.short}(${row.types.map(unqualified).join(', ')})`,
      addresses: [`pg_proc/${row.oid}`],
      create: [
        `create aggregate ${row.name}(${row.arguments === '' ? '*' : row.arguments}) (${row.options}`,
        { verbatim: `${initial('initcond', row.initial)}${initial('minitcond', row.moving_initial)})` },
      ],
      reference: `routine ${row.name}(${row.types.join(', ')})`,
      owner: row.owner,
    });
  });
}

function functionOption(sql: Reader['sql'], option: string, column: string) {
  return sql`(select format('%s = %I.%I', ${option}::text, fn.nspname, f.proname)
                from pg_proc f join pg_namespace fn on fn.oid = f.pronamespace where f.oid = g.${sql(column)}::oid)`;
}
