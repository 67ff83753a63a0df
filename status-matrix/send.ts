import type postgres from 'postgres';

/** A row of a result, its values as texts, numbers or null. */
export type Row = Record<string, unknown>;

/**
 * Sends statements at once, behind everything that was sent before, and without waiting for its answer: over a network
 * most of the time is waiting.
 *
 * @returns rows of the last statement; rejects with the first statement's error, and the rest is not executed
 */
export function send(
  sql: postgres.Sql | postgres.TransactionSql,
  ...statements: readonly string[]
): Promise<Row[]> {
  // Without `execute` a query is only sent when somebody begins to wait for it.
  const query = sql.unsafe(statements.join(';\n')).execute();
  return query.then((results) => {
    const last: unknown = results.at(-1);
    return (Array.isArray(last) ? last : results) as Row[];
  });
}
