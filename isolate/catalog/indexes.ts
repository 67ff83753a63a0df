import { type CatalogObject, describe, type Reader } from './object.ts';

/** Indexes that no constraint made, with their place in the index of a partitioned table. */
export async function readIndexes({ sql, namespace }: Reader): Promise<CatalogObject[]> {
  const rows = await sql<
    { oid: number; name: string; short: string; definition: string; partitions: string[] }[]
  >`
    select c.oid, format('%I.%I', n.nspname, c.relname) as name, quote_ident(c.relname) as short,
           pg_get_indexdef(c.oid) as definition,
           array(select h.inhrelid::text from pg_inherits h where h.inhparent = i.indrelid) as partitions
      from pg_index i
      join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
     where c.relnamespace = ${namespace}
       and not exists (select from pg_constraint k where k.conindid = c.oid and k.contype in ('p', 'u', 'x'))`;
  return rows.map((row) =>
    describe({
      kind: 'index',
      id: `index ${row.short}`,
      addresses: [`pg_class/${row.oid}`],
      after: row.partitions.map((partition) => `attach/${partition}`),
      create: [row.definition],
      reference: `index ${row.name}`,
    }),
  );
}

/** Which index of a partition is part of which index of the partitioned table. */
export async function readIndexPartitions({ sql, namespace }: Reader): Promise<CatalogObject[]> {
  const rows = await sql<
    {
      child: number;
      parent: number;
      child_name: string;
      parent_name: string;
      short: string;
      partition: number;
    }[]
  >`
    select c.oid as child, p.oid as parent, format('%I.%I', n.nspname, c.relname) as child_name,
           format('%I.%I', pn.nspname, p.relname) as parent_name, quote_ident(c.relname) as short,
           i.indrelid as partition
      from pg_inherits h
      join pg_class c on c.oid = h.inhrelid join pg_namespace n on n.oid = c.relnamespace
      join pg_class p on p.oid = h.inhparent join pg_namespace pn on pn.oid = p.relnamespace
      join pg_index i on i.indexrelid = c.oid
     where c.relnamespace = ${namespace} and c.relkind in ('i', 'I')`;
  return rows.map((row) =>
    describe({
      kind: 'index partition',
      id: `index partition ${row.short}`,
      addresses: [`attach/${row.child}`, `index partitions/${row.parent}`],
      // A foreign key wants the parent's index valid, and that it is only when all levels below are attached.
      after: [
        `pg_class/${row.child}`,
        `pg_class/${row.parent}`,
        `attach/${row.partition}`,
        `index partitions/${row.child}`,
      ],
      create: [`alter index ${row.parent_name} attach partition ${row.child_name}`],
    }),
  );
}
