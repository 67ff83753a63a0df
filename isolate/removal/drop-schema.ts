import type postgres from 'postgres';
import { type Progress, silent } from '../../contracts/progress.ts';
import { execute, sqlStateOf } from '../../sql/execute.ts';

/** Out of shared memory: the transaction needs more locks than max_locks_per_transaction allows. */
const OUT_OF_LOCKS = '53200';

/**
 * Drops a schema with all that is in it, in one transaction. Where that needs more locks than the server has, its
 * objects go in batches first, each in a transaction of its own: broken off, it can be done again.
 *
 * @param sql a single connection, as a member of the schema's owner
 * @returns whether it went in batches
 */
export async function dropWholeSchema(
  sql: postgres.Sql,
  schema: string,
  progress: Progress = silent,
): Promise<'at once' | 'in batches'> {
  try {
    await dropAtOnce(sql, schema);
    return 'at once';
  } catch (error) {
    if (sqlStateOf(error) !== OUT_OF_LOCKS) throw error;
  }
  await dropInBatches(sql, schema, progress);
  await dropAtOnce(sql, schema);
  return 'in batches';
}

async function dropAtOnce(sql: postgres.Sql, schema: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await sql.begin(async (transaction) => {
        await patiently(transaction);
        await execute(transaction, 'drop schema if exists %I cascade', [schema]);
      });
      return;
    } catch (error) {
      // Calls that are still under way take the same locks in another order.
      if (sqlStateOf(error) !== '40P01' || attempt === 3) throw error;
    }
  }
}

/** Hundreds of objects may take long; a forgotten session that holds a lock must not make it last for ever. */
async function patiently(sql: postgres.TransactionSql): Promise<void> {
  await sql.unsafe("set local statement_timeout = '10min'; set local lock_timeout = '30s'");
}

/** Drops everything in a schema, tables last but for types, so many objects in each transaction. */
export async function dropInBatches(
  sql: postgres.Sql,
  schema: string,
  progress: Progress = silent,
  size = 100,
): Promise<void> {
  for (let batch = size; ; ) {
    const objects = await objectsIn(sql, schema);
    const [first] = objects;
    if (first === undefined) return;
    const group = objects.filter(({ kind }) => kind === first.kind).slice(0, batch);
    progress(`${objects.length} objects of ${schema} are left to drop`);
    try {
      await sql.begin(async (transaction) => {
        await patiently(transaction);
        const names = group.map(({ name }) => name);
        await transaction.unsafe(`drop ${first.kind} if exists ${names.join(', ')} cascade`);
      });
    } catch (error) {
      if (sqlStateOf(error) !== OUT_OF_LOCKS || batch === 1) throw error;
      batch = Math.max(1, Math.floor(batch / 4));
    }
  }
}

interface SchemaObject {
  /** As in `DROP …`. */
  readonly kind: string;
  /** Quoted and qualified. */
  readonly name: string;
}

/** What can be dropped by itself. What belongs to a table goes with it; rarer kinds are left to DROP SCHEMA. */
async function objectsIn(sql: postgres.Sql, schema: string): Promise<SchemaObject[]> {
  return sql<SchemaObject[]>`
    with kinds (relkind, kind, rank) as (
      values ('v', 'view', 1), ('m', 'materialized view', 2), ('f', 'foreign table', 3),
             ('r', 'table', 4), ('p', 'table', 5), ('S', 'sequence', 6)
    )
    select kind, name from (
      select k.kind, k.rank, format('%I.%I', n.nspname, c.relname) as name
        from pg_class c join pg_namespace n on n.oid = c.relnamespace join kinds k on k.relkind = c.relkind::text
       where n.nspname = ${schema}
         -- The sequence of an identity column cannot be dropped without it.
         and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid
                            and d.deptype = 'i')
      union all
      select 'routine', 7, p.oid::regprocedure::text
        from pg_proc p join pg_namespace n on n.oid = p.pronamespace
       where n.nspname = ${schema} and p.prokind <> 'a'
      union all
      select 'type', 8, format('%I.%I', n.nspname, t.typname)
        from pg_type t join pg_namespace n on n.oid = t.typnamespace
       where n.nspname = ${schema} and t.typtype in ('e', 'd', 'c')
         and (t.typrelid = 0 or (select relkind from pg_class where oid = t.typrelid) = 'c')
    ) object
     order by rank, name`;
}
