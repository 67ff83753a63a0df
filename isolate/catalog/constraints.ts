import { type CatalogObject, describe, type Fragment, type Reader } from './object.ts';

interface ConstraintRow {
  oid: number;
  name: string;
  type: string;
  definition: string;
  index: number | null;
  table: string | null;
  short: string | null;
  domain: string | null;
  domain_short: string | null;
  partitions: string[];
  /** The table that a foreign key of another schema refers to, qualified. */
  foreign_table: string | null;
  all_nullable: boolean;
  may_reference: boolean;
}

/**
 * CHECK, UNIQUE, PRIMARY KEY, FOREIGN KEY and EXCLUDE constraints, of domains as well. Foreign keys of partitions that
 * come from their parent are left out; a key into another schema is unsupported where rows could not leave it empty.
 */
export async function readConstraints({ sql, namespace }: Reader): Promise<CatalogObject[]> {
  const rows = await sql<ConstraintRow[]>`
    select k.oid, quote_ident(k.conname) as name, k.contype as type, pg_get_constraintdef(k.oid) as definition,
           nullif(k.conindid, 0) as index,
           case when c.oid is not null then format('%I.%I', n.nspname, c.relname) end as table,
           quote_ident(c.relname) as short,
           case when t.oid is not null then format('%I.%I', n.nspname, t.typname) end as domain,
           quote_ident(t.typname) as domain_short,
           array(select h.inhrelid::text from pg_inherits h where h.inhparent = k.conrelid) as partitions,
           case when r.relnamespace <> ${namespace} then format('%I.%I', rn.nspname, r.relname) end as foreign_table,
           not exists (select from pg_attribute a
                        where a.attrelid = k.conrelid and a.attnum = any (k.conkey) and a.attnotnull) as all_nullable,
           coalesce(has_schema_privilege(r.relnamespace, 'usage')
                    and (has_table_privilege(r.oid, 'references')
                         or (select bool_and(has_column_privilege(r.oid, f, 'references')) from unnest(k.confkey) f)),
                    true) as may_reference
      from pg_constraint k
      join pg_namespace n on n.oid = k.connamespace
      left join pg_class c on c.oid = k.conrelid
      left join pg_type t on t.oid = k.contypid
      left join pg_class r on r.oid = k.confrelid left join pg_namespace rn on rn.oid = r.relnamespace
     where k.connamespace = ${namespace} and k.contype in ('c', 'p', 'u', 'x', 'f')
       and (c.oid is null or c.relkind in ('r', 'p'))
       and not (k.contype = 'f' and k.conparentid <> 0)`;
  return rows.map((row) => {
    const domain = row.domain !== null;
    const owner = domain ? `domain ${row.domain}` : row.table;
    const create: Fragment[] = domain
      ? [] // It comes with the domain.
      : [
          // Without ONLY the keys of a partitioned table would make keys of its partitions, under names of their own.
          `alter table ${'pux'.includes(row.type) ? 'only ' : ''}${row.table} add constraint ${row.name} ${row.definition}`,
        ];
    const unsupported = whyNot(row);
    return describe({
      kind: unsupported === undefined ? 'constraint' : 'unsupported',
      id: `constraint ${row.name} on ${domain ? `domain ${row.domain_short}` : row.short}`,
      addresses: [`pg_constraint/${row.oid}`, ...('pux'.includes(row.type) ? [`pg_class/${row.index}`] : [])],
      after: [
        ...('pux'.includes(row.type) ? row.partitions.map((partition) => `attach/${partition}`) : []),
        ...(row.type === 'f' ? [`index partitions/${row.index}`] : []),
      ],
      // Last: while it is made nobody may write to the other table, where users sign in.
      create: row.foreign_table === null ? create : [],
      settle: row.foreign_table === null ? [] : [...create, ';\n'],
      reference: `constraint ${row.name} on ${owner}`,
      ...(unsupported !== undefined && { unsupported: { kind: 'note', reason: unsupported } }),
    });
  });
}

function whyNot(row: ConstraintRow): string | undefined {
  if (row.foreign_table === null) return undefined;
  if (!row.all_nullable) {
    return `refers to ${row.foreign_table} and cannot be empty: the clone does without this foreign key`;
  }
  return row.may_reference
    ? undefined
    : `refers to ${row.foreign_table}, for which REFERENCES is lacking: the clone does without this foreign key`;
}
