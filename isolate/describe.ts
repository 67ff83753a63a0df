import type postgres from 'postgres';
import type { SchemaDescription, TableDescription } from '../contracts/schema-description.ts';

interface CatalogRow {
  table_name: string;
  column_name: string;
  type: string;
  nullable: boolean;
  has_default: boolean;
  generated: boolean;
  labels: string[] | null;
  referenced_table: string | null;
  referenced_column: string | null;
  primary_key: boolean;
}

/**
 * Describes the ordinary and partitioned tables of a schema from the catalog. A partition is left out: its rows are
 * reached through its parent.
 */
export async function describeFromCatalog(sql: postgres.Sql, schema: string): Promise<SchemaDescription> {
  const rows = await sql<CatalogRow[]>`
    select c.relname as table_name,
           a.attname as column_name,
           format_type(a.atttypid, a.atttypmod) as type,
           not (a.attnotnull or (t.typtype = 'd' and t.typnotnull)) as nullable,
           a.atthasdef or a.attidentity <> '' or t.typdefault is not null as has_default,
           a.attgenerated <> '' or a.attidentity = 'a' as generated,
           (select array_agg(e.enumlabel::text order by e.enumsortorder)
              from pg_enum e where e.enumtypid = coalesce(nullif(t.typbasetype, 0), t.oid)) as labels,
           f.referenced_table,
           f.referenced_column,
           coalesce(a.attnum = any (p.conkey), false) as primary_key
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      join pg_type t on t.oid = a.atttypid
      left join pg_constraint p on p.conrelid = c.oid and p.contype = 'p'
      left join lateral (
        select r.relname as referenced_table, ra.attname as referenced_column
          from pg_constraint k
          join pg_class r on r.oid = k.confrelid and r.relnamespace = n.oid and r.oid <> c.oid
          join pg_attribute ra on ra.attrelid = r.oid
                              and ra.attnum = k.confkey[array_position(k.conkey, a.attnum)]
         where k.conrelid = c.oid and k.contype = 'f' and a.attnum = any (k.conkey)
         order by cardinality(k.conkey), k.conname
         limit 1
      ) f on true
     where n.nspname = ${schema} and c.relkind in ('r', 'p') and not c.relispartition
     order by c.relname, a.attnum`;
  const tables = new Map<string, TableDescription>();
  for (const row of rows) {
    const table = tables.get(row.table_name) ?? { name: row.table_name, columns: [], primaryKey: [] };
    tables.set(row.table_name, table);
    table.columns.push({
      name: row.column_name,
      type: row.type,
      nullable: row.nullable,
      hasDefault: row.has_default,
      generated: row.generated,
      labels: row.labels,
      references:
        row.referenced_table === null || row.referenced_column === null
          ? null
          : { table: row.referenced_table, column: row.referenced_column },
    });
    if (row.primary_key) table.primaryKey.push(row.column_name);
  }
  return { schema, tables: [...tables.values()] };
}
