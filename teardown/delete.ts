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
 * A table that refuses does not keep the others from their turn, and is asked again in the next round: where only the API
 * is known, views stand beside tables, and nothing can be deleted from most of them.
 *
 * @returns deleted rows for each table
 * @throws TargetError when the API does not answer, or still refuses at the end, with the table and its answer
 */
export async function deleteTaggedRows(
  client: StressClient,
  description: SchemaDescription,
  tag: string,
  progress: Progress,
): Promise<Map<string, number>> {
  const refusals = new Map<string, RefusedError>();
  const deleted = await deleteInRounds(description, async (table) => {
    try {
      const rows = await deleteFrom(client, table, tag);
      refusals.delete(table.name);
      if (rows > 0) progress(`${table.name}: ${rows} rows deleted`);
      return rows;
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      // Rows of such a view are those of its tables.
      if (error.code !== NO_SUCH_DELETION) refusals.set(table.name, error);
      return 0;
    }
  });
  const [refusal] = refusals.values();
  if (refusal) throw refusal;
  return deleted;
}

/** PostgreSQL's code for a view from which nothing can be deleted. */
const NO_SUCH_DELETION = '55000';

/** The database refused a deletion; it may go when other rows are gone. */
class RefusedError extends TargetError {
  readonly code: string;
  constructor(message: string, fixes: readonly string[], code: string) {
    super(message, fixes);
    this.code = code;
  }
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
      const message = `teardown: rows of ${table.name} cannot be deleted (HTTP ${status}, ${error.code || 'no code'}: ${error.message})`;
      const fixes = ['run it again: npm run stress -- teardown --run <tag> --target <target>'];
      // SQLSTATE of a statement that failed by itself; everything else would fail for the other tables as well.
      if (/^(2[0-9A-Z]|42|55|P0)/.test(error.code)) throw new RefusedError(message, fixes, error.code);
      throw new TargetError(message, fixes);
    }
    total += count ?? 0;
    if (count === null || count < BATCH || table.primaryKey.length === 0) return total;
  }
}
