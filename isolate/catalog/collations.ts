import { type CatalogObject, describe, type Reader } from './object.ts';

/** Collations. */
export async function readCollations({ sql, namespace }: Reader): Promise<CatalogObject[]> {
  // Columns differ by version: colliculocale became colllocale, collicurules came in 16.
  const rows = await sql<{ oid: number; name: string; short: string; owner: string; options: string }[]>`
    select c.oid, format('%I.%I', n.nspname, c.collname) as name, quote_ident(c.collname) as short,
           pg_get_userbyid(c.collowner) as owner,
           concat_ws(', ',
             'provider = ' || case c.collprovider when 'i' then 'icu' when 'b' then 'builtin' else 'libc' end,
             'locale = ' || quote_literal(coalesce(to_jsonb(c) ->> 'colllocale', to_jsonb(c) ->> 'colliculocale')),
             'lc_collate = ' || quote_literal(c.collcollate), 'lc_ctype = ' || quote_literal(c.collctype),
             case when not c.collisdeterministic then 'deterministic = false' end,
             'rules = ' || quote_literal(to_jsonb(c) ->> 'collicurules')) as options
      from pg_collation c join pg_namespace n on n.oid = c.collnamespace
     where c.collnamespace = ${namespace}`;
  return rows.map((row) =>
    describe({
      kind: 'collation',
      id: `collation ${row.short}`,
      addresses: [`pg_collation/${row.oid}`],
      create: [`create collation ${row.name}`, { verbatim: ` (${row.options})` }],
      reference: `collation ${row.name}`,
      owner: row.owner,
    }),
  );
}
