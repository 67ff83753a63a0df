import type postgres from 'postgres';

/** How the tables of a schema hang together, as far as it decides what a write touches. */
export interface Constraints {
  /** Tables that the foreign keys of a table refer to. */
  readonly parents: ReadonlyMap<string, ReadonlySet<string>>;
  /** Tables whose foreign keys refer to a table. */
  readonly children: ReadonlyMap<string, ReadonlySet<string>>;
  /** Tables in which new rows cannot collide: each unique index has a column that the database numbers itself. */
  readonly onlyAppended: ReadonlySet<string>;
  /** Something is checked or done at the end of the transaction only. */
  readonly deferred: boolean;
}

/** Reads them from the catalog. */
export async function readConstraints(sql: postgres.Sql, schema: string): Promise<Constraints> {
  const keys = await sql<{ child: string; parent: string }[]>`
    select c.relname as child, p.relname as parent from pg_constraint k
      join pg_class c on c.oid = k.conrelid join pg_class p on p.oid = k.confrelid
     where k.contype = 'f' and c.relnamespace = ${schema}::regnamespace`;
  const appended = await sql<{ name: string }[]>`
    select c.relname as name from pg_class c
     where c.relnamespace = ${schema}::regnamespace and c.relkind in ('r', 'p')
       and not exists (
         select from pg_index i
          where i.indrelid = c.oid and (i.indisunique or i.indisexclusion)
            and not exists (select from pg_attribute a
                             where a.attrelid = c.oid and a.attnum = any (i.indkey) and a.attidentity = 'a'))`;
  const [deferred] = await sql<{ some: boolean }[]>`
    select exists (select from pg_constraint k join pg_class c on c.oid = k.conrelid
                    where c.relnamespace = ${schema}::regnamespace and k.condeferrable)
        or exists (select from pg_trigger t join pg_class c on c.oid = t.tgrelid
                    where c.relnamespace = ${schema}::regnamespace and t.tgdeferrable) as some`;
  const parents = new Map<string, Set<string>>();
  const children = new Map<string, Set<string>>();
  for (const { child, parent } of keys) {
    parents.set(child, (parents.get(child) ?? new Set()).add(parent));
    children.set(parent, (children.get(parent) ?? new Set()).add(child));
  }
  return {
    parents,
    children,
    onlyAppended: new Set(appended.map(({ name }) => name)),
    deferred: deferred?.some ?? true,
  };
}
