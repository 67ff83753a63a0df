import { type CatalogObject, describe, type Reader } from './object.ts';

interface RangeRow {
  oid: number;
  array: number;
  multirange: number;
  multirange_array: number;
  name: string;
  short: string;
  owner: string;
  options: string;
  canonical: boolean;
}

/** Range types, each with the multirange type and the constructors that come with it. */
export async function readRanges({ sql, namespace }: Reader): Promise<CatalogObject[]> {
  const rows = await sql<RangeRow[]>`
    select t.oid, t.typarray as array, m.oid as multirange, m.typarray as multirange_array,
           format('%I.%I', n.nspname, t.typname) as name, quote_ident(t.typname) as short,
           pg_get_userbyid(t.typowner) as owner,
           concat('subtype = ', format_type(r.rngsubtype, null),
             (select format(', subtype_opclass = %I.%I', o.nspname, c.opcname)
                from pg_opclass c join pg_namespace o on o.oid = c.opcnamespace where c.oid = r.rngsubopc),
             (select format(', collation = %I.%I', o.nspname, c.collname)
                from pg_collation c join pg_namespace o on o.oid = c.collnamespace where c.oid = r.rngcollation),
             (select format(', subtype_diff = %I.%I', o.nspname, p.proname)
                from pg_proc p join pg_namespace o on o.oid = p.pronamespace where p.oid = r.rngsubdiff::oid),
             format(', multirange_type_name = %I.%I', mn.nspname, m.typname)) as options,
           r.rngcanonical <> 0 as canonical
      from pg_range r
      join pg_type t on t.oid = r.rngtypid join pg_namespace n on n.oid = t.typnamespace
      join pg_type m on m.oid = r.rngmultitypid join pg_namespace mn on mn.oid = m.typnamespace
     where t.typnamespace = ${namespace}`;
  return rows.map((row) =>
    describe({
      kind: row.canonical ? 'unsupported' : 'type',
      id: `type ${row.short}`,
      addresses: [row.oid, row.array, row.multirange, row.multirange_array].map((oid) => `pg_type/${oid}`),
      create: [`create type ${row.name} as range (${row.options})`],
      reference: `type ${row.name}`,
      owner: row.owner,
      ...(row.canonical && {
        unsupported: { kind: 'leftover', reason: 'a range with a canonical function is not cloned' },
      }),
    }),
  );
}
