import { messageOf, TargetError } from '../contracts/errors.ts';
import type { Progress } from '../contracts/progress.ts';
import type { SchemaDescription, TableDescription } from '../contracts/schema-description.ts';
import { tagFilter } from '../plan/tag-filter.ts';
import type { StressClient } from '../target/supabase-client.ts';
import { deleteInRounds } from './in-rounds.ts';

/** Rows for each request: keeps it well below a statement time-out of some seconds, triggers included. */
const BATCH = 500;

/**
 * Deletes every row that refers to the run by one of its uuid or text columns.
 *
 * @returns deleted rows for each table
 * @throws TargetError when the API refuses a deletion, with the table and its answer
 */
export async function deleteTaggedRows(
  client: StressClient,
  description: SchemaDescription,
  tag: string,
  progress: Progress,
): Promise<Map<string, number>> {
  return deleteInRounds(description, async (table) => {
    const rows = await deleteFrom(client, table, tag);
    if (rows > 0) progress(`${table.name}: ${rows} rows deleted`);
    return rows;
  });
}

async function deleteFrom(client: StressClient, table: TableDescription, tag: string): Promise<number> {
  const filter = tagFilter(table, tag);
  if (filter === null) return 0;
  let total = 0;
  for (;;) {
    let request = client.from(table.name).delete({ count: 'exact' }).or(filter);
    // Without a primary key there is no order to cut batches by, so all rows go at once.
    for (const column of table.primaryKey) request = request.order(column);
    if (table.primaryKey.length > 0) request = request.limit(BATCH);
    const { error, count, status } = await request.then(
      (answer) => answer,
      (thrown: unknown) => ({
        error: { code: 'network', message: messageOf(thrown) },
        count: null,
        status: 0,
      }),
    );
    if (error) {
      throw new TargetError(
        `teardown: rows of ${table.name} cannot be deleted (HTTP ${status}, ${error.code || 'no code'}: ${error.message})`,
        ['run it again: npm run stress -- teardown --run <tag> --target <target>'],
      );
    }
    total += count ?? 0;
    if (count === null || count < BATCH || table.primaryKey.length === 0) return total;
  }
}
