import type postgres from 'postgres';
import type { UntaggedTable } from '../contracts/teardown-result.ts';
import { anyTagPattern } from '../plan/identity.ts';

/**
 * Number and order-independent hash of the rows that carry no run's tag, for each table. Taken before seeding and after
 * teardown, it shows that nothing else was touched. Rows of other runs that may be going on are left out.
 */
export async function fingerprintUntaggedRows(
  sql: postgres.Sql,
  schema: string,
  tables: readonly string[],
): Promise<UntaggedTable[]> {
  const result: UntaggedTable[] = [];
  for (const table of tables) {
    const [row] = await sql<{ rows: number; hash: string }[]>`
      select count(*)::int as rows,
             coalesce(sum(hashtextextended((t.*)::text, 0)::numeric), 0)::text as hash
        from ${sql(schema)}.${sql(table)} t
       where (t.*)::text !~ ${anyTagPattern}`;
    result.push({ table, rows: row?.rows ?? 0, hash: row?.hash ?? '0' });
  }
  return result;
}
