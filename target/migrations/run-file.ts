import postgres from 'postgres';
import type { Elevation } from './elevation.ts';
import { handle, isOpenAfter, isTransactionControl } from './handling.ts';
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
  if (!handling.elevate && !handling.forgive && handling.anyVersion === undefined) {
    await session.unsafe(statement.text);
    return null;
  }
  const attempt = async (run: () => Promise<unknown>): Promise<postgres.PostgresError | null> => {
    if (open) await session.unsafe('savepoint before_statement');
    try {
      await run();
      if (open) await session.unsafe('release before_statement');
      return null;
    } catch (error) {
      if (!isAnswer(error)) throw error;
      if (open) await session.unsafe('rollback to before_statement; release before_statement');
      return error;
    }
  };
  let { text } = statement;
  let error = await attempt(() => session.unsafe(text));
  if (error?.code === '22023' && handling.anyVersion !== undefined) {
    text = handling.anyVersion;
    error = await attempt(() => session.unsafe(text));
  }
  if (error?.code === '42501' && handling.elevate) error = await attempt(() => elevation.run(session, text));
  if (error === null) return null;
  const reason = handling.forgive?.(error) ?? null;
  if (reason === null) throw error;
  return reason;
}

/** An error that PostgreSQL reports and survives. */
function isAnswer(error: unknown): error is postgres.PostgresError {
  return error instanceof postgres.PostgresError && error.severity !== 'FATAL' && error.severity !== 'PANIC';
}
