import postgres from 'postgres';
import { messageOf, TargetError } from '../../contracts/errors.ts';
import { loadParser, parse } from '../../sql/parser.ts';

/** Asks one question; the rows of its answer. */
export type Ask = <T>(sql: string) => Promise<T[]>;

/** How long the audit may keep anything, in milliseconds. */
export interface Patience {
  /** One query. A table that is being read cannot be altered for as long. */
  readonly statement: number;
  /** The wait for a table that somebody is altering. */
  readonly lock: number;
}

export const usualPatience: Patience = { statement: 5000, lock: 500 };

/**
 * A database that can only be read. Every question is asked inside a transaction that the server itself has confirmed
 * to be read-only, and that ends before the next one begins, so that nobody waits for the audit for longer than one
 * query takes. One connection, no prepared statements, no settings beyond a transaction: a transaction pooler will do.
 */
export class ReadOnlyDatabase {
  /** Transactions that the server confirmed to be read-only. */
  transactions = 0;
  readonly #sql: postgres.Sql;
  readonly #patience: Patience;

  constructor(url: string, patience: Patience = usualPatience) {
    this.#patience = patience;
    this.#sql = postgres(url, {
      max: 1,
      prepare: false,
      fetch_types: false,
      connect_timeout: 10,
      idle_timeout: 0,
      max_lifetime: null,
      onnotice: () => {},
      connection: { application_name: 'table-stress audit' },
    });
  }

  /**
   * Asks questions of one snapshot.
   *
   * @throws TargetError when the server does not confirm that the transaction is read-only, or gave it a transaction id
   * @throws PostgresError when a question fails; the transaction is rolled back then
   */
  async transaction<T>(work: (ask: Ask) => Promise<T>): Promise<T> {
    await loadParser();
    const result = await this.#sql.begin('isolation level repeatable read read only', async (transaction) => {
      const ask = async <R>(text: string): Promise<R[]> => {
        insistOnQuestion(text);
        return [...(await transaction.unsafe<R[] & postgres.Row[]>(text))];
      };
      const [shown] = await ask<{ transaction_read_only: string }>('show transaction_read_only');
      if (shown?.transaction_read_only !== 'on') throw notReadOnly(shown?.transaction_read_only);
      this.transactions += 1;
      await transaction.unsafe(limits(this.#patience));
      // The first snapshot: from here on the server itself refuses a change to read-write.
      await ask('select current_user');
      const answer = await work(ask);
      const [written] = await ask<{ id: string | null }>(
        'select pg_current_xact_id_if_assigned()::text as id',
      );
      if (written?.id !== null) throw wrote();
      return { answer };
    });
    return (result as { answer: T }).answer;
  }

  async close(): Promise<void> {
    await this.#sql.end({ timeout: 2 });
  }
}

/**
 * The server refuses writes in a read-only transaction, but not the end of the transaction, nor LOCK TABLE.
 *
 * @throws Error for anything but one SELECT or SHOW
 */
function insistOnQuestion(text: string): void {
  const parsed = parse(text);
  const kinds = 'statements' in parsed ? parsed.statements.map(({ kind }) => kind) : [];
  if (kinds.length === 1 && ['SelectStmt', 'VariableShowStmt'].includes(kinds[0] ?? '')) return;
  throw new Error(`the audit only asks questions, and this is none: ${text.slice(0, 80)}`);
}

/**
 * Only this transaction gets them. An empty search path keeps operators and functions that somebody made in another
 * schema from taking the place of PostgreSQL's own.
 */
function limits({ statement, lock }: Patience): string {
  return [
    `set local statement_timeout = ${statement}`,
    `set local lock_timeout = ${lock}`,
    `set local idle_in_transaction_session_timeout = ${statement + 5000}`,
    'set local max_parallel_workers_per_gather = 0',
    "set local search_path = ''",
    "set local timezone = 'UTC'",
    "set local datestyle = 'ISO'",
    "set local intervalstyle = 'postgres'",
  ].join('; ');
}

function notReadOnly(found: string | undefined): TargetError {
  return new TargetError(
    `the server does not confirm that the transaction is read-only (transaction_read_only is ${found ?? 'not shown'}), so nothing was asked`,
    [
      'something between table-stress and the database changes statements: use the direct connection or another pooler',
    ],
  );
}

function wrote(): TargetError {
  return new TargetError(
    'a transaction of the audit was given a transaction id, as only writing ones are; it was rolled back',
    ['this is a defect of table-stress, or of what lies between it and the database'],
  );
}

/** Whether an error is the server's answer to one question, not the loss of the connection or a refusal of it. */
export function isRefusal(error: unknown): error is postgres.PostgresError {
  return (
    error instanceof postgres.PostgresError &&
    !['FATAL', 'PANIC'].includes(error.severity) &&
    !/^(08|28|3D|53|57P)/.test(error.code)
  );
}

/** Why a question has no answer, in words. */
export function refusalInWords(error: postgres.PostgresError, { statement, lock }: Patience): string {
  const seconds = (ms: number) => `${ms / 1000} s`;
  switch (error.code) {
    case '57014':
      return `its query took longer than ${seconds(statement)} and was stopped`;
    case '55P03':
      return `somebody holds a lock on a table that it reads, as ALTER TABLE does; it waited ${seconds(lock)}`;
    case '42501':
      return messageOf(error);
    case '42P01':
    case '42703':
      return `the schema changed while it was looked at (${messageOf(error)})`;
    case '22P02':
      return `a type has no such value (${messageOf(error)})`;
    case '40001':
    case '40P01':
      return `the replica stopped its query to go on following (${error.code}: ${messageOf(error)})`;
    default:
      return `PostgreSQL refused its query (${error.code}: ${messageOf(error)})`;
  }
}
