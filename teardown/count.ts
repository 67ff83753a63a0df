import type postgres from 'postgres';
import { anyTagPattern, tagPattern } from '../plan/identity.ts';

/** How many rows of each table carry the tag, in any column of any type. Tables without such rows are listed too. */
export async function countTaggedRows(
  sql: postgres.Sql,
  schema: string,
  tables: readonly string[],
  tag: string,
): Promise<{ table: string; rows: number }[]> {
  const counts: { table: string; rows: number }[] = [];
  for (const table of tables) {
    const [row] = await sql<{ rows: number }[]>`
      select count(*)::int as rows from ${sql(schema)}.${sql(table)} t where (t.*)::text ~ ${tagPattern(tag)}`;
    counts.push({ table, rows: row?.rows ?? 0 });
  }
  return counts;
}

/** Tags of all runs of which rows are in the schema: what crashed runs left behind, and runs that are going on. */
export async function findTags(
  sql: postgres.Sql,
  schema: string,
  tables: readonly string[],
): Promise<string[]> {
  const tags = new Set<string>();
  for (const table of tables) {
    const rows = await sql<{ tag: string }[]>`
      select distinct coalesce(m[2], m[3]) as tag
        from ${sql(schema)}.${sql(table)} t, regexp_matches((t.*)::text, ${anyTagPattern}, 'g') m`;
    for (const { tag } of rows) tags.add(tag);
  }
  return [...tags].sort();
}
