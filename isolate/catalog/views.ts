import { type CatalogObject, describe, type Reader } from './object.ts';

interface ViewRow {
  oid: number;
  type: number;
  array: number;
  rule: number;
  name: string;
  short: string;
  owner: string;
  materialized: boolean;
  populated: boolean;
  options: string | null;
  method: string | null;
  definition: string;
}

/** Views and materialized views; a populated one is refreshed when everything exists. */
export async function readViews({ sql, namespace }: Reader): Promise<CatalogObject[]> {
  const rows = await sql<ViewRow[]>`
    select c.oid, c.reltype as type, t.typarray as array, r.oid as rule,
           format('%I.%I', n.nspname, c.relname) as name, quote_ident(c.relname) as short,
           pg_get_userbyid(c.relowner) as owner, c.relkind = 'm' as materialized, c.relispopulated as populated,
           (select string_agg(format('%s = %L', option_name, option_value), ', ' order by option_name)
              from pg_options_to_table(c.reloptions)) as options,
           (select quote_ident(m.amname) from pg_am m where m.oid = c.relam and m.amname <> 'heap') as method,
           rtrim(pg_get_viewdef(c.oid), E'; \n') as definition
      from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_type t on t.oid = c.reltype
      join pg_rewrite r on r.ev_class = c.oid and r.rulename = '_RETURN'
     where c.relnamespace = ${namespace} and c.relkind in ('v', 'm')`;
  return rows.map((row) => {
    const kind = row.materialized ? 'materialized view' : 'view';
    return describe({
      kind,
      id: `${kind} ${row.short}`,
      addresses: [
        `pg_class/${row.oid}`,
        `pg_type/${row.type}`,
        `pg_type/${row.array}`,
        `pg_rewrite/${row.rule}`,
      ],
      create: [
        `create ${kind} ${row.name}`,
        row.method === null ? '' : ` using ${row.method}`,
        row.options === null ? '' : ` with (${row.options})`,
        ` as ${row.definition}`,
        row.materialized ? ' with no data' : '',
      ],
      settle: row.materialized && row.populated ? [`refresh materialized view ${row.name};\n`] : [],
      reference: `${kind} ${row.name}`,
      owner: row.owner,
    });
  });
}
