import type postgres from 'postgres';
import type { SchemaDescription } from '../contracts/schema-description.ts';
import { tagPattern } from '../plan/identity.ts';
import { deleteInRounds } from './in-rounds.ts';

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
  return deleteInRounds(description, async ({ name }) => {
    const { count } = await sql`
      delete from ${sql(description.schema)}.${sql(name)} t where (t.*)::text ~ ${tagPattern(tag)}`;
    return count;
  });
}
