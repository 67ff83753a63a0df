import { readColumns } from './columns.ts';
import { type CatalogObject, describe, type Reader } from './object.ts';

interface TableRow {
  oid: number;
  type: number;
  array: number;
  name: string;
  short: string;
  owner: string;
  unlogged: boolean;
  partition_key: string | null;
  method: string | null;
  options: string | null;
  row_security: boolean;
  forced: boolean;
  replica_identity: string;
  replica_index: string | null;
  cluster_index: string | null;
  typed: boolean;
}

/**
 * Ordinary and partitioned tables with their columns. Partitions and children stand alone here, so that the order of
 * their columns is kept; what they belong to is said by objects of their own. So are defaults and constraints.
 */
export async function readTables(reader: Reader): Promise<CatalogObject[]> {
  const { sql, namespace } = reader;
  const columns = await readColumns(reader);
  const rows = await sql<TableRow[]>`
    select c.oid, c.reltype as type, t.typarray as array, format('%I.%I', n.nspname, c.relname) as name,
           quote_ident(c.relname) as short, pg_get_userbyid(c.relowner) as owner, c.relpersistence = 'u' as unlogged,
           case when c.relkind = 'p' then pg_get_partkeydef(c.oid) end as partition_key,
           (select quote_ident(m.amname) from pg_am m where m.oid = c.relam and m.amname <> 'heap') as method,
           (select string_agg(format('%s = %L', o.name, o.value), ', ' order by o.place, o.name)
              from (select 1 as place, option_name as name, option_value as value
                      from pg_options_to_table(c.reloptions)
                    union all
                    select 2, 'toast.' || option_name, option_value from pg_class toast,
                           pg_options_to_table(toast.reloptions) where toast.oid = c.reltoastrelid) o) as options,
           c.relrowsecurity as row_security, c.relforcerowsecurity as forced, c.relreplident as replica_identity,
           (select quote_ident(ic.relname) from pg_index i join pg_class ic on ic.oid = i.indexrelid
             where i.indrelid = c.oid and i.indisreplident) as replica_index,
           (select quote_ident(ic.relname) from pg_index i join pg_class ic on ic.oid = i.indexrelid
             where i.indrelid = c.oid and i.indisclustered) as cluster_index,
           c.reloftype <> 0 as typed
      from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_type t on t.oid = c.reltype
     where c.relnamespace = ${namespace} and c.relkind in ('r', 'p')`;
  return rows.map((row) => {
    const own = columns.get(row.oid);
    return describe({
      kind: row.typed ? 'unsupported' : 'table',
      id: `table ${row.short}`,
      addresses: [
        `pg_class/${row.oid}`,
        `pg_type/${row.type}`,
        `pg_type/${row.array}`,
        ...(own?.addresses ?? []),
      ],
      create: [
        `create ${row.unlogged ? 'unlogged ' : ''}table ${row.name} (${own?.definitions.join(',\n  ') ?? ''})`,
        row.partition_key === null ? '' : ` partition by ${row.partition_key}`,
        row.method === null ? '' : ` using ${row.method}`,
        row.options === null ? '' : ` with (${row.options})`,
        ...(own?.settings ?? []).map((setting) => `;\nalter table only ${row.name} ${setting}`),
      ],
      settle: settings(row).map((setting) => `alter table only ${row.name} ${setting};\n`),
      reference: `table ${row.name}`,
      owner: row.owner,
      ...(row.typed && { unsupported: { kind: 'leftover', reason: 'a table OF a type is not cloned' } }),
    });
  });
}

function settings(row: TableRow): string[] {
  const list: string[] = [];
  if (row.cluster_index !== null) list.push(`cluster on ${row.cluster_index}`);
  if (row.replica_identity === 'n') list.push('replica identity nothing');
  if (row.replica_identity === 'f') list.push('replica identity full');
  if (row.replica_identity === 'i' && row.replica_index !== null)
    list.push(`replica identity using index ${row.replica_index}`);
  if (row.row_security) list.push('enable row level security');
  if (row.forced) list.push('force row level security');
  return list;
}
