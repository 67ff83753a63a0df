import { type CatalogObject, describe, type Reader } from './object.ts';

/** Operators, without those that are only named as the commutator or negator of another. */
export async function readOperators({ sql, namespace, unqualified }: Reader): Promise<CatalogObject[]> {
  const rows = await sql<
    {
      oid: number;
      name: string;
      symbol: string;
      owner: string;
      left: string | null;
      right: string;
      options: string;
    }[]
  >`
    select o.oid, format('%I.%s', n.nspname, o.oprname) as name, o.oprname as symbol,
           pg_get_userbyid(o.oprowner) as owner, format_type(nullif(o.oprleft, 0), null) as left,
           format_type(o.oprright, null) as right,
           concat_ws(', ', format('function = %s', o.oprcode),
             'leftarg = ' || format_type(nullif(o.oprleft, 0), null), 'rightarg = ' || format_type(o.oprright, null),
             (select format('commutator = operator(%I.%s)', cn.nspname, c.oprname)
                from pg_operator c join pg_namespace cn on cn.oid = c.oprnamespace where c.oid = o.oprcom),
             (select format('negator = operator(%I.%s)', cn.nspname, c.oprname)
                from pg_operator c join pg_namespace cn on cn.oid = c.oprnamespace where c.oid = o.oprnegate),
             case when o.oprrest <> 0 then format('restrict = %s', o.oprrest) end,
             case when o.oprjoin <> 0 then format('join = %s', o.oprjoin) end,
             case when o.oprcanhash then 'hashes' end, case when o.oprcanmerge then 'merges' end) as options
      from pg_operator o join pg_namespace n on n.oid = o.oprnamespace
     where o.oprnamespace = ${namespace} and o.oprcode <> 0`;
  return rows.map((row) => {
    const types = [row.left, row.right];
    return describe({
      kind: 'operator',
      id: `operator ${row.symbol} (${types.map((type) => (type === null ? 'none' : unqualified(type))).join(', ')})`,
      addresses: [`pg_operator/${row.oid}`],
      create: [`create operator ${row.name} (${row.options})`],
      reference: `operator ${row.name} (${types.map((type) => type ?? 'none').join(', ')})`,
      owner: row.owner,
    });
  });
}

const contexts: Record<string, string> = { a: ' as assignment', i: ' as implicit' };

/** Casts from and to types of the schema. */
export async function readCasts({ sql, namespace, unqualified }: Reader): Promise<CatalogObject[]> {
  const rows = await sql<
    { oid: number; from: string; to: string; routine: string; method: string; context: string }[]
  >`
    select k.oid, format_type(k.castsource, null) as from, format_type(k.casttarget, null) as to,
           k.castfunc::regprocedure::text as routine, k.castmethod as method, k.castcontext as context
      from pg_cast k join pg_type s on s.oid = k.castsource join pg_type t on t.oid = k.casttarget
     where (s.typnamespace = ${namespace} or t.typnamespace = ${namespace})
       and not exists (select from pg_depend d
                        where d.classid = 'pg_cast'::regclass and d.objid = k.oid and d.deptype = 'i')`;
  return rows.map((row) => {
    const how =
      row.method === 'f'
        ? `with function ${row.routine}`
        : row.method === 'i'
          ? 'with inout'
          : 'without function';
    const binary = row.method === 'b';
    return describe({
      kind: binary ? 'unsupported' : 'cast',
      id: `cast (${unqualified(row.from)} as ${unqualified(row.to)})`,
      addresses: [`pg_cast/${row.oid}`],
      create: [`create cast (${row.from} as ${row.to}) ${how}${contexts[row.context] ?? ''}`],
      reference: `cast (${row.from} as ${row.to})`,
      ...(binary && {
        unsupported: { kind: 'leftover', reason: 'only a superuser may make a cast without a function' },
      }),
    });
  });
}
