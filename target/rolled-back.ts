import type postgres from 'postgres';

/**
 * Runs `work` in a transaction that is rolled back whatever happens.
 *
 * @returns what `work` did
 * @throws whatever `work` throws
 */
export async function rolledBack<T>(
  sql: postgres.Sql,
  work: (transaction: postgres.TransactionSql) => Promise<T>,
): Promise<T> {
  const undo = new Error('rolled back on purpose');
  let done: { result: T } | undefined;
  try {
    await sql.begin(async (transaction) => {
      done = { result: await work(transaction) };
      throw undo;
    });
  } catch (error) {
    if (error !== undo) throw error;
  }
  // Nothing but the error above ends the transaction without another one.
  return (done as { result: T }).result;
}
