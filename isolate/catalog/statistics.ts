import { type CatalogObject, describe, type Reader } from './object.ts';

/** Extended statistics. */
export async function readStatistics({ sql, namespace }: Reader): Promise<CatalogObject[]> {
  const rows = await sql<
    {
      oid: number;
      name: string;
      short: string;
      owner: string;
      definition: string;
      target: number | null;
    }[]
  >`
    select s.oid, format('%I.%I', n.nspname, s.stxname) as name, quote_ident(s.stxname) as short,
           pg_get_userbyid(s.stxowner) as owner, pg_get_statisticsobjdef(s.oid) as definition,
           nullif(s.stxstattarget, -1)::int as target
      from pg_statistic_ext s join pg_namespace n on n.oid = s.stxnamespace
     where s.stxnamespace = ${namespace}`;
  return rows.map((row) =>
    describe({
      kind: 'statistics',
      id: `statistics ${row.short}`,
      addresses: [`pg_statistic_ext/${row.oid}`],
      create: [
        row.definition,
        row.target === null ? '' : `;\nalter statistics ${row.name} set statistics ${row.target}`,
      ],
      reference: `statistics ${row.name}`,
      owner: row.owner,
    }),
  );
}
