import type postgres from 'postgres';
import { InterruptedError, messageOf, TargetError } from '../../contracts/errors.ts';

export interface Step {
  /** What the statements make, as people name it. */
  readonly id: string;
  readonly text: string;
}

/** Statements per round trip. */
const BATCH = 50;

/**
 * Runs steps in order, many at a time.
 *
 * @param progress called with the number of steps done
 * @throws TargetError that names the object and PostgreSQL's error
 * @throws InterruptedError when the signal fires; a running statement is cancelled
 */
export async function runSteps(
  sql: postgres.TransactionSql,
  steps: readonly Step[],
  signal: AbortSignal | undefined,
  progress: (done: number) => void = () => {},
): Promise<void> {
  for (let at = 0; at < steps.length; at += BATCH) {
    const batch = steps.slice(at, at + BATCH);
    await runBatch(sql, batch, signal);
    progress(at + batch.length);
  }
}

async function runBatch(
  sql: postgres.TransactionSql,
  batch: readonly Step[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const [first, last] = [batch[0], batch.at(-1)];
  if (first === undefined || last === undefined) return;
  const text = batch.map((step) => step.text).join(';\n');
  try {
    await run(sql, `savepoint table_stress_batch;\n${text};\nrelease savepoint table_stress_batch`, signal);
    return;
  } catch (error) {
    if (batch.length === 1) throw explain(first.id, error);
    // A time limit or a lost connection says nothing of a single object, and would only strike again.
    if (/^(57|08|53200)/.test(codeOf(error)))
      throw explain(`something from ${first.id} to ${last.id} (${batch.length} objects)`, error);
    await sql.unsafe('rollback to savepoint table_stress_batch');
  }
  for (const step of batch) {
    await run(sql, step.text, signal).catch((error: unknown) => {
      throw explain(step.id, error);
    });
  }
}

async function run(
  sql: postgres.TransactionSql,
  text: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (signal?.aborted) throw new InterruptedError();
  const query = sql.unsafe(text);
  const cancel = () => query.cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    await query;
  } catch (error) {
    throw signal?.aborted ? new InterruptedError() : error;
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
}

function explain(id: string, error: unknown): Error {
  if (error instanceof InterruptedError) return error;
  if (codeOf(error) === '57014') {
    return new TargetError(
      `${id}: the statement time-out struck while the schema was cloned; nothing was left behind`,
      ["raise the role's statement_timeout, or clone while the database is less busy"],
      error,
    );
  }
  if (codeOf(error) === '53200') {
    return new TargetError(
      `${id}: PostgreSQL ran out of memory for locks while the schema was cloned; nothing was left behind`,
      [
        'clone while the database is less busy, or raise max_locks_per_transaction: the clone takes about one lock for each table, index, sequence and constraint in one transaction',
      ],
      error,
    );
  }
  return new TargetError(
    `${id}: cannot be created in the isolated schema: ${messageOf(error)}`,
    ['the transaction was rolled back: nothing was left behind'],
    error,
  );
}

function codeOf(error: unknown): string {
  return (error as { code?: string } | null)?.code ?? '';
}
