import type postgres from 'postgres';
import type { Counted } from './yield-function.ts';

/** A relation whose counters a message has, and the table that they speak of. */
export interface CountedTable extends Counted {
  /** The table itself, or the table of the index. */
  readonly table: string;
}

/** Tables and indexes of a schema, and of the tables elsewhere that its foreign keys refer to. */
export async function readCounted(sql: postgres.TransactionSql, schema: string): Promise<CountedTable[]> {
  const rows = await sql<CountedTable[]>`
    with tables as (
      select c.oid, c.relname from pg_class c
       where c.relnamespace = ${schema}::regnamespace and c.relkind in ('r', 'p', 'm')
      union
      select p.oid, p.relname from pg_constraint k join pg_class c on c.oid = k.conrelid
        join pg_class p on p.oid = k.confrelid
       where k.contype = 'f' and c.relnamespace = ${schema}::regnamespace
    )
    select t.oid::int as oid, 'table' as kind, t.relname as table from tables t
    union all
    select i.indexrelid::int, 'index', t.relname from pg_index i join tables t on t.oid = i.indrelid
    order by kind desc, oid`;
  return [...rows];
}
