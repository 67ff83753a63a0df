import type postgres from 'postgres';
import type { SourceProof, UntaggedTable } from '../contracts/teardown-result.ts';
import { countTaggedRows } from './count.ts';
import { fingerprintUntaggedRows } from './untagged-rows.ts';

/** Tables beyond this size are not searched: reading them would be a load of its own on somebody's project. */
export const MAX_BYTES = 256 * 1024 * 1024;

/** What is known of the deployed schema before the load. */
export interface SourceBefore {
  schema: string;
  tables: string[];
  /** Tables above the size limit, and those of which we may not see every row. */
  unread: string[];
  /** Null where others write at the same time: a comparison would say nothing about us. */
  rows: UntaggedTable[] | null;
}

/**
 * Looks at the deployed schema before the load.
 *
 * @param undisturbed nobody else writes there, so its rows must stay what they are
 */
export async function lookAtSource(
  sql: postgres.Sql,
  schema: string,
  undisturbed: boolean,
  maxBytes = MAX_BYTES,
): Promise<SourceBefore> {
  const relations = await sql<{ name: string; bytes: string; readable: boolean }[]>`
    select c.relname as name, pg_table_size(c.oid)::text as bytes,
           -- Row security would hide rows from us without a word.
           has_table_privilege(c.oid, 'select') and not row_security_active(c.oid) as readable
      from pg_class c
     where c.relnamespace = (select oid from pg_namespace where nspname = ${schema}) and c.relkind = 'r'
       and not exists (select from pg_depend d
                        where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
     order by c.relname`;
  const searched = relations.filter(({ readable, bytes }) => readable && Number(bytes) <= maxBytes);
  const tables = searched.map(({ name }) => name);
  return {
    schema,
    tables,
    unread: relations.map(({ name }) => name).filter((name) => !tables.includes(name)),
    rows: undisturbed ? await fingerprintUntaggedRows(sql, schema, tables) : null,
  };
}

/** Searches the deployed schema for rows of the run after the load, and compares where that says something. */
export async function proveSource(
  sql: postgres.Sql,
  before: SourceBefore,
  tag: string,
): Promise<SourceProof> {
  const { schema, tables, unread, rows } = before;
  // A table may be dropped by others while we look; what cannot be read is said, not passed.
  const present = await sql<{ name: string }[]>`
    select relname as name from pg_class
     where relnamespace = (select oid from pg_namespace where nspname = ${schema}) and relkind = 'r'`;
  const names = new Set(present.map(({ name }) => name));
  const left = tables.filter((table) => names.has(table));
  const gone = tables.filter((table) => !names.has(table));
  const counts = await countTaggedRows(sql, schema, left, tag);
  return {
    schema,
    tagged: counts.filter((count) => count.rows > 0),
    unread: [...unread, ...gone],
    undisturbed: rows !== null,
    before: rows,
    after: rows && (await fingerprintUntaggedRows(sql, schema, left)),
  };
}
