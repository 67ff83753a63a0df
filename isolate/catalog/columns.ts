import type { Reader } from './object.ts';
import { sequenceOptions } from './sequences.ts';

interface ColumnRow {
  table_oid: number;
  column: string;
  type: string;
  collation: string | null;
  storage: string | null;
  compression: string | null;
  not_null: boolean;
  generated: string | null;
  generated_kind: string;
  default_oid: number | null;
  identity: string;
  identity_options: string | null;
  partition: boolean;
  statistics: number | null;
  options: string | null;
}

export interface TableColumns {
  /** For the parentheses of CREATE TABLE. */
  readonly definitions: string[];
  /** For ALTER TABLE. */
  readonly settings: string[];
  /** Rows of pg_attrdef that come with the columns: expressions of generated ones. */
  readonly addresses: string[];
}

/** The columns of every table of the schema, by the table's oid, in their order. */
export async function readColumns({ sql, namespace, version }: Reader): Promise<Map<number, TableColumns>> {
  const rows = await sql<ColumnRow[]>`
    select a.attrelid as table_oid, quote_ident(a.attname) as column, format_type(a.atttypid, a.atttypmod) as type,
           (select format('%I.%I', cn.nspname, l.collname)
              from pg_collation l join pg_namespace cn on cn.oid = l.collnamespace
             where l.oid = a.attcollation and a.attcollation <> t.typcollation) as collation,
           case when a.attstorage <> t.typstorage then
             case a.attstorage when 'p' then 'plain' when 'e' then 'external' when 'x' then 'extended'
                               else 'main' end end as storage,
           case a.attcompression when 'p' then 'pglz' when 'l' then 'lz4' end as compression,
           a.attnotnull as not_null,
           case when a.attgenerated <> '' then pg_get_expr(d.adbin, d.adrelid) end as generated,
           a.attgenerated as generated_kind, d.oid as default_oid,
           a.attidentity as identity,
           (select concat(format('sequence name %I.%I ', sn.nspname, sc.relname), ${sequenceOptions(sql)})
              from pg_depend e join pg_sequence s on s.seqrelid = e.objid
              join pg_class sc on sc.oid = s.seqrelid join pg_namespace sn on sn.oid = sc.relnamespace
             where e.classid = 'pg_class'::regclass and e.refclassid = 'pg_class'::regclass
               and e.refobjid = a.attrelid and e.refobjsubid = a.attnum and e.deptype = 'i') as identity_options,
           c.relispartition as partition,
           nullif(a.attstattarget, -1)::int as statistics,
           (select string_agg(format('%s = %s', option_name, option_value), ', ' order by option_name)
              from pg_options_to_table(a.attoptions)) as options
      from pg_attribute a
      join pg_class c on c.oid = a.attrelid
      join pg_type t on t.oid = a.atttypid
      left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
     where c.relnamespace = ${namespace} and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
     order by a.attrelid, a.attnum`;
  const tables = new Map<number, TableColumns>();
  for (const row of rows) {
    const table = tables.get(row.table_oid) ?? { definitions: [], settings: [], addresses: [] };
    tables.set(row.table_oid, table);
    table.definitions.push(definition(row, version));
    if (row.generated !== null) table.addresses.push(`pg_attrdef/${row.default_oid}`);
    const alter = `alter column ${row.column} set`;
    if (row.storage !== null) table.settings.push(`${alter} storage ${row.storage}`);
    if (row.statistics !== null) table.settings.push(`${alter} statistics ${row.statistics}`);
    if (row.options !== null) table.settings.push(`${alter} (${row.options})`);
  }
  return tables;
}

function definition(row: ColumnRow, version: number): string {
  const parts = [`${row.column} ${row.type}`];
  if (row.compression !== null) parts.push(`compression ${row.compression}`);
  if (row.collation !== null) parts.push(`collate ${row.collation}`);
  if (row.generated !== null) {
    parts.push(`generated always as (${row.generated}) ${row.generated_kind === 'v' ? 'virtual' : 'stored'}`);
  }
  // From 17 on a partition takes its identity column, with the sequence, from its parent when it is attached.
  if (row.identity !== '' && !(row.partition && version >= 170000)) {
    const when = row.identity === 'a' ? 'always' : 'by default';
    parts.push(`generated ${when} as identity (${row.identity_options ?? ''})`);
  }
  if (row.not_null) parts.push('not null');
  return parts.join(' ');
}
