import { type CatalogObject, describe, type Reader } from './object.ts';

interface InheritanceRow {
  child: number;
  parent: number;
  child_name: string;
  parent_name: string;
  child_short: string;
  parent_short: string;
  bound: string | null;
  place: number;
  checks: string[];
}

/** Which table is a partition or a child of which. */
export async function readInheritance({ sql, namespace }: Reader): Promise<CatalogObject[]> {
  const rows = await sql<InheritanceRow[]>`
    select c.oid as child, p.oid as parent,
           format('%I.%I', n.nspname, c.relname) as child_name, format('%I.%I', pn.nspname, p.relname) as parent_name,
           quote_ident(c.relname) as child_short, quote_ident(p.relname) as parent_short,
           pg_get_expr(c.relpartbound, c.oid) as bound, h.inhseqno as place,
           array(select k.oid::text from pg_constraint k
                  where k.conrelid in (c.oid, p.oid) and k.contype = 'c') as checks
      from pg_inherits h
      join pg_class c on c.oid = h.inhrelid join pg_namespace n on n.oid = c.relnamespace
      join pg_class p on p.oid = h.inhparent join pg_namespace pn on pn.oid = p.relnamespace
     where c.relnamespace = ${namespace} and c.relkind in ('r', 'p')
     order by c.oid, h.inhseqno`;
  return rows.map((row) => {
    const partition = row.bound !== null;
    return describe({
      kind: partition ? 'partition' : 'inheritance',
      id: partition
        ? `partition ${row.child_short} of ${row.parent_short}`
        : `inheritance of ${row.child_short} from ${row.parent_short}`,
      addresses: partition ? [`attach/${row.child}`] : [`inherit/${row.child}/${row.place}`],
      // CHECK constraints must be on both sides before, and come to the child a second time otherwise.
      after: [
        `pg_class/${row.child}`,
        `pg_class/${row.parent}`,
        ...row.checks.map((check) => `pg_constraint/${check}`),
        ...(row.place > 1 ? [`inherit/${row.child}/${row.place - 1}`] : []),
      ],
      create: [
        partition
          ? `alter table only ${row.parent_name} attach partition ${row.child_name} ${row.bound}`
          : `alter table only ${row.child_name} inherit ${row.parent_name}`,
      ],
    });
  });
}
