import type postgres from 'postgres';
import { parentsFirst, type SchemaDescription } from '../contracts/schema-description.ts';
import { tagPattern } from '../plan/identity.ts';

/**
 * Deletes, over the database connection, tagged rows that the API could not reach by a column: those that carry the tag
 * only inside JSON or arrays, and tables that the API does not show.
 *
 * @returns deleted rows for each table
 */
export async function sweepTaggedRows(
  sql: postgres.Sql,
  description: SchemaDescription,
  tag: string,
): Promise<Map<string, number>> {
  const deleted = new Map<string, number>();
  const childrenFirst = parentsFirst(description).reverse();
  for (let round = 0; round < 5; round += 1) {
    let found = 0;
    for (const { name } of childrenFirst) {
      const { count } = await sql`
        delete from ${sql(description.schema)}.${sql(name)} t where (t.*)::text ~ ${tagPattern(tag)}`;
      found += count;
      if (count > 0) deleted.set(name, (deleted.get(name) ?? 0) + count);
    }
    if (found === 0) break;
  }
  return deleted;
}
