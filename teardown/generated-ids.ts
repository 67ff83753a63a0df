import type postgres from 'postgres';
import type { SchemaDescription } from '../contracts/schema-description.ts';
import { tagPattern } from '../plan/identity.ts';
import { deleteInRounds } from './in-rounds.ts';

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

/**
 * Ids that the application itself gave to rows of the run: uuid primary keys of rows that carry the tag elsewhere. A row
 * of an audit table may name nothing but such an id.
 */
export async function findGeneratedIds(
  sql: postgres.Sql,
  description: SchemaDescription,
  tag: string,
): Promise<string[]> {
  const ids = new Set<string>();
  for (const table of description.tables) {
    const [key, ...more] = table.primaryKey;
    const type = table.columns.find((column) => column.name === key)?.type;
    if (key === undefined || more.length > 0 || type !== 'uuid') continue;
    const rows = await sql<{ id: string }[]>`
      select ${sql(key)}::text as id from ${sql(description.schema)}.${sql(table.name)} t
       where (t.*)::text ~ ${tagPattern(tag)} and ${sql(key)}::text !~ ${tagPattern(tag)}`;
    for (const { id } of rows) ids.add(id);
  }
  return [...ids];
}

/**
 * Deletes rows without a tag that name one of these ids, in any column of any type.
 *
 * @returns deleted rows for each table
 */
export async function deleteNamingIds(
  sql: postgres.Sql,
  description: SchemaDescription,
  ids: readonly string[],
): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map();
  return deleteInRounds(description, async ({ name }) => {
    const { count } = await sql`
      delete from ${sql(description.schema)}.${sql(name)} t
       where (t.*)::text ~ ${UUID}
         and exists (select from regexp_matches((t.*)::text, ${UUID}, 'g') m where m[1] in (select unnest(${ids as string[]}::text[])))`;
    return count;
  });
}
