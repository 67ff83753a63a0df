import { type CatalogObject, describe, type Reader } from './object.ts';

/** Defaults of columns, of views as well; expressions of generated columns belong to their table. */
export async function readDefaults({ sql, namespace }: Reader): Promise<CatalogObject[]> {
  const rows = await sql<
    { oid: number; table: string; short: string; column: string; expression: string; view: boolean }[]
  >`
    select d.oid, format('%I.%I', n.nspname, c.relname) as table, quote_ident(c.relname) as short,
           quote_ident(a.attname) as column, pg_get_expr(d.adbin, d.adrelid) as expression, c.relkind = 'v' as view
      from pg_attrdef d
      join pg_class c on c.oid = d.adrelid join pg_namespace n on n.oid = c.relnamespace
      join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
     where c.relnamespace = ${namespace} and c.relkind in ('r', 'p', 'v') and a.attgenerated = ''`;
  return rows.map((row) =>
    describe({
      kind: 'default',
      id: `default of ${row.short}.${row.column}`,
      addresses: [`pg_attrdef/${row.oid}`],
      create: [
        `alter table ${row.view ? '' : 'only '}${row.table} alter column ${row.column} set default ${row.expression}`,
      ],
    }),
  );
}
