import { type CatalogObject, describe, type Reader } from './object.ts';

/** Policies of row-level security. Whether it is enabled belongs to the table. */
export async function readPolicies({ sql, namespace }: Reader): Promise<CatalogObject[]> {
  const rows = await sql<
    {
      oid: number;
      name: string;
      table: string;
      short: string;
      command: string;
      roles: string;
      using: string | null;
      check: string | null;
    }[]
  >`
    select p.oid, quote_ident(p.polname) as name, format('%I.%I', n.nspname, c.relname) as table,
           quote_ident(c.relname) as short,
           concat(case when p.polpermissive then 'permissive' else 'restrictive' end, ' for ',
             case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete'
                           else 'all' end) as command,
           (select string_agg(case when r = 0 then 'public' else quote_ident(pg_get_userbyid(r)) end, ', '
                              order by pg_get_userbyid(r)) from unnest(p.polroles) r) as roles,
           pg_get_expr(p.polqual, p.polrelid) as using, pg_get_expr(p.polwithcheck, p.polrelid) as check
      from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace
     where c.relnamespace = ${namespace}`;
  return rows.map((row) =>
    describe({
      kind: 'policy',
      id: `policy ${row.name} on ${row.short}`,
      addresses: [`pg_policy/${row.oid}`],
      create: [
        `create policy ${row.name} on ${row.table}`,
        { verbatim: ` as ${row.command} to ${row.roles}` },
        row.using === null ? '' : ` using (${row.using})`,
        row.check === null ? '' : ` with check (${row.check})`,
      ],
      reference: `policy ${row.name} on ${row.table}`,
    }),
  );
}
