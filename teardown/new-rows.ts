import type postgres from 'postgres';
import type { SchemaDescription, TableDescription } from '../contracts/schema-description.ts';
import { anyTagPattern } from '../plan/identity.ts';
import { deleteInRounds } from './in-rounds.ts';

/** More rows without a tag than this are not remembered, so none of that table is ever deleted as new. */
const MAX_KEYS = 10_000;

/** Primary keys of the rows without a tag, by table. A table without a key, or with too many rows, is left out. */
export type KnownKeys = ReadonlyMap<string, readonly string[]>;

/** Remembers which rows without a tag are there before the load. */
export async function rememberKeys(sql: postgres.Sql, description: SchemaDescription): Promise<KnownKeys> {
  const known = new Map<string, string[]>();
  for (const table of description.tables) {
    if (table.primaryKey.length === 0) continue;
    const rows = await sql<{ key: string }[]>`
      select ${keyOf(sql, table)} as key from ${sql(description.schema)}.${sql(table.name)} t
       where (t.*)::text !~ ${anyTagPattern} limit ${MAX_KEYS + 1}`;
    if (rows.length <= MAX_KEYS)
      known.set(
        table.name,
        rows.map(({ key }) => key),
      );
  }
  return known;
}

/**
 * Deletes rows without a tag that were not there before the load: what triggers wrote that names neither the run nor
 * anything that still exists. Right only in an isolated schema that nobody else used meanwhile.
 *
 * @returns deleted rows for each table
 */
export async function deleteNewRows(
  sql: postgres.Sql,
  description: SchemaDescription,
  known: KnownKeys,
): Promise<Map<string, number>> {
  return deleteInRounds(description, async (table) => {
    const keys = known.get(table.name);
    if (!keys) return 0;
    const { count } = await sql`
      delete from ${sql(description.schema)}.${sql(table.name)} t
       where (t.*)::text !~ ${anyTagPattern}
         and ${keyOf(sql, table)} not in (select unnest(${keys as string[]}::text[]))`;
    return count;
  });
}

/** The primary key as one text. */
function keyOf(sql: postgres.Sql, table: TableDescription): postgres.PendingQuery<postgres.Row[]> {
  const columns = table.primaryKey.map((column) => sql`t.${sql(column)}`);
  const [first, ...rest] = columns as [postgres.PendingQuery<postgres.Row[]>];
  const list = rest.reduce((before, column) => sql`${before}, ${column}`, first);
  return sql`row(${list})::text`;
}
