import postgres from 'postgres';
import type { Elevation } from './elevation.ts';
import { type Handling, handle, isOpenAfter, isTransactionControl } from './handling.ts';
import type { Statement } from './statements.ts';

/** What became of a file's statements. */
export interface FileOutcome {
  /** The statement that failed; null when none did. */
  readonly failed: { readonly index: number; readonly error: postgres.PostgresError | Error } | null;
  /** Statements that stay although the file failed. */
  readonly kept: number;
  readonly skipped: readonly { readonly statement: Statement; readonly reason: string }[];
  /** Whether the file ran in one transaction. */
  readonly atomic: boolean;
}

export interface FileContext {
  /** One connection, kept for the whole file. */
  readonly session: postgres.Sql;
  /** The extensions that this server can install. */
  readonly available: ReadonlySet<string>;
  readonly elevation: Elevation;
}

/** PostgreSQL refuses: inside a transaction, a new enum label before its commit, a commit inside a procedure. */
const needsNoTransaction = new Set(['25001', '55P04', '2D000']);

/**
 * Runs a file in one transaction; or statement by statement, as psql does, when it has transactions of its own or
 * PostgreSQL refuses a statement because of the transaction.
 *
 * @throws what is no answer of PostgreSQL, or one that ends the connection.
 */
export async function runFile(statements: readonly Statement[], context: FileContext): Promise<FileOutcome> {
  if (statements.some(isTransactionControl)) return runAll(statements, context, false);
  const outcome = await runAll(statements, context, true);
  const error = outcome.failed?.error;
  const refused = error instanceof postgres.PostgresError && needsNoTransaction.has(error.code);
  return refused ? runAll(statements, context, false) : outcome;
}

async function runAll(
  statements: readonly Statement[],
  context: FileContext,
  atomic: boolean,
): Promise<FileOutcome> {
  const { session } = context;
  const skipped: { statement: Statement; reason: string }[] = [];
  let open = atomic;
  let done = 0;
  let kept = 0;
  const failAt = async (index: number, error: Error): Promise<FileOutcome> => {
    if (open) await session.unsafe('rollback');
    return { failed: { index, error }, kept, skipped, atomic };
  };
  if (atomic) await session.unsafe('begin');
  for (const [index, statement] of statements.entries()) {
    try {
      const reason = await runOne(statement, context, open);
      if (reason === null) done += 1;
      else skipped.push({ statement, reason });
    } catch (error) {
      if (!isAnswer(error)) throw error;
      return failAt(index, error);
    }
    if (isTransactionControl(statement)) open = isOpenAfter(statement);
    if (!open) kept = done;
  }
  if (!open) return { failed: null, kept, skipped, atomic };
  const last = statements.length - 1;
  if (!atomic) return failAt(last, new Error('the file ends inside a transaction that it does not commit'));
  try {
    await session.unsafe('commit');
    return { failed: null, kept: done, skipped, atomic };
  } catch (error) {
    // Deferred constraints speak up here.
    if (!isAnswer(error)) throw error;
    open = false;
    return failAt(last, error);
  }
}

/** Returns why the statement was left out, or null. */
async function runOne(statement: Statement, context: FileContext, open: boolean): Promise<string | null> {
  const { session, available, elevation } = context;
  const handling = handle(statement, available);
  if (handling.skip !== undefined) return handling.skip;
  const execute = () => session.unsafe(statement.text);
  if (!handling.elevate && !handling.forgive) {
    await execute();
    return null;
  }
  if (open) await session.unsafe('savepoint before_statement');
  try {
    await execute();
  } catch (error) {
    if (!isAnswer(error)) throw error;
    if (open) await session.unsafe('rollback to before_statement');
    const reason = await makeUp(error, handling, () => elevation.run(session, statement.text));
    if (reason !== null) return reason;
  }
  if (open) await session.unsafe('release before_statement');
  return null;
}

/** The second chance of a statement; returns why it was left out, or null when it was run after all. */
async function makeUp(
  error: postgres.PostgresError,
  { elevate, forgive }: Handling,
  again: () => Promise<unknown>,
): Promise<string | null> {
  const reason = forgive?.(error) ?? null;
  if (reason !== null) return reason;
  if (!elevate || error.code !== '42501') throw error;
  await again();
  return null;
}

/** An error that PostgreSQL reports and survives. */
function isAnswer(error: unknown): error is postgres.PostgresError {
  return error instanceof postgres.PostgresError && error.severity !== 'FATAL' && error.severity !== 'PANIC';
}
