import type postgres from 'postgres';
import { InterruptedError, TargetError } from '../contracts/errors.ts';
import { type Progress, silent } from '../contracts/progress.ts';
import type { SchemaDescription } from '../contracts/schema-description.ts';
import { tableStatuses } from '../contracts/status-matrix.ts';
import type { TableStatus } from '../plan/world.ts';
import { readLookups } from '../seed/lookups.ts';
import { insertStatement, searchPath, withoutTriggers } from '../sql/statements.ts';
import { loadScanner } from '../sql/tokens.ts';
import { rolledBack } from '../target/rolled-back.ts';
import type { StatusCase } from './case.ts';
import { fitRows } from './fit-rows.ts';
import { aroundNow } from './placement.ts';
import { brokenOff, describeError, isLost, isOperational, type RefreshRecord } from './record.ts';
import { type CaseRows, planRows, type RowOrigin } from './rows.ts';
import { send } from './send.ts';
import { setUpCase, setUpStatements } from './set-up.ts';
import { callRefresh, readStatus, writeStatus } from './statements.ts';

export interface TransactionOptions {
  /** The schema whose `refresh_table_status` is called. */
  schema: string;
  description: SchemaDescription;
  cases: readonly StatusCase[];
  origin: RowOrigin;
  progress?: Progress;
  signal?: AbortSignal | undefined;
}

export interface TransactionRun {
  records: RefreshRecord[];
  /** PostgreSQL's own word that the transaction was rolled back. */
  rolledBack: boolean;
  notes: string[];
}

/**
 * Others must not be kept waiting, and are not waited for: what the transaction locks is rows of its own, which nobody
 * else can see, and lookup rows that they refer to, in a mode that only deleting them would meet.
 */
const LIMITS = `set local lock_timeout = '2s'; set local statement_timeout = '15s';
  set local idle_in_transaction_session_timeout = '30s'`;

/** After so many cases that others' locks stood in the way of, the rest is not tried. */
const MOST_LOCKED = 3;

/**
 * Tries each case with each previous status on the schema as it is, in one transaction that is always rolled back. In
 * it now() stands still, so that windows lie around it to the microsecond.
 *
 * @param sql a single connection
 * @throws TargetError when not even the rows that all cases share can be written, or when the connection is lost
 * @throws InterruptedError when the signal fires
 */
export async function observeInTransaction(
  sql: postgres.Sql,
  options: TransactionOptions,
): Promise<TransactionRun> {
  await loadScanner();
  let transactionId = '';
  const done = await rolledBack(sql, async (transaction) => {
    await send(transaction, `set local search_path = ${searchPath(options.schema)}`, LIMITS);
    const [row] = await transaction<{ id: string }[]>`select pg_current_xact_id()::text as id`;
    transactionId = row?.id ?? '';
    return observeCases(transaction, options);
  }).catch((error: unknown) => {
    throw brokenOff(error);
  });
  const [row] = await sql<{ status: string | null }[]>`
    select pg_xact_status(${transactionId}::text::xid8) as status`;
  return { ...done, rolledBack: row?.status === 'aborted' };
}

async function observeCases(
  sql: postgres.TransactionSql,
  { schema, description, cases, origin, progress = silent, signal }: TransactionOptions,
): Promise<Omit<TransactionRun, 'rolledBack'>> {
  const planned = planRows(cases, origin, () => aroundNow);
  const {
    shared,
    cases: fitted,
    impossible,
    notes,
  } = fitRows(description, planned, origin, await readLookups(sql, description));
  await writeShared(
    sql,
    shared.map((each) => insertStatement(schema, each)),
  );
  const records: RefreshRecord[] = [];
  let locked = 0;
  for (const [index, rows] of fitted.entries()) {
    if (signal?.aborted) throw new InterruptedError();
    progress(`${index} of ${fitted.length} cases`);
    const reason = locked >= MOST_LOCKED ? 'not tried: others hold locks that stand in the way' : null;
    const missing = impossible.get(rows);
    if (missing !== undefined) records.push(...nothing(rows, origin, 'not possible', missing));
    else if (reason !== null) records.push(...nothing(rows, origin, 'not observed', reason));
    else {
      const { found, lockedOut } = await observeCase(sql, { schema, rows, origin });
      records.push(...found);
      if (lockedOut) locked += 1;
    }
  }
  return { records, notes };
}

async function writeShared(sql: postgres.TransactionSql, statements: readonly string[]): Promise<void> {
  try {
    await send(sql, ...statements);
  } catch (error) {
    throw new TargetError(
      `the status matrix cannot write its rows, not even to roll them back (${describeError(error)})`,
      ['connect as the role that deployed the application, and look at docs/contract.md'],
      error,
    );
  }
}

interface CaseContext {
  schema: string;
  rows: CaseRows;
  origin: RowOrigin;
}

/** The statements are sent without waiting for answers: what follows an error fails, up to the next savepoint. */
async function observeCase(
  sql: postgres.TransactionSql,
  context: CaseContext,
): Promise<{ found: RefreshRecord[]; lockedOut: boolean }> {
  const { schema, rows, origin } = context;
  const [, setUp, ...first] = await Promise.all([
    send(sql, 'SAVEPOINT status_case'),
    setUpCase(sql, schema, rows, aroundNow, [
      ...setUpStatements(schema, rows.tables),
      ...setUpStatements(schema, rows.own.inserts, rows.own.transitions),
    ]),
    ...tableStatuses.map((previous) => refreshAfter(sql, context, previous, 'write')),
  ]);
  let found: RefreshRecord[];
  if (setUp === null) {
    found = await Promise.all(first.map((record) => insist(sql, context, record)));
  } else {
    const possible = rows.case.overlapping && !setUp.operational;
    found = nothing(rows, origin, possible ? 'not possible' : 'not observed', setUp.reason);
  }
  await send(sql, 'ROLLBACK TO SAVEPOINT status_case', 'RELEASE SAVEPOINT status_case');
  return { found, lockedOut: setUp?.locked ?? false };
}

/** A status that the application does not let be written is tried once more while its triggers are off. */
async function insist(
  sql: postgres.TransactionSql,
  context: CaseContext,
  record: RefreshRecord,
): Promise<RefreshRecord> {
  if (record.missing === null) return record;
  // Where an application keeps account of who put a table out of service, that would now be wrong.
  const byHand = !context.rows.case.allocations.some(({ maintenance }) => maintenance);
  if (record.previous === 'out_of_service' && byHand) return record;
  const again = await refreshAfter(sql, context, record.previous, 'write without triggers');
  return again.missing === null ? again : record;
}

async function refreshAfter(
  sql: postgres.TransactionSql,
  { schema, rows, origin }: CaseContext,
  previous: TableStatus,
  by: 'write' | 'write without triggers',
): Promise<RefreshRecord> {
  const write = writeStatus(schema, rows.tableId, previous);
  const written = by === 'write' ? [write] : withoutTriggers(write);
  const read = readStatus(schema, rows.tableId, ELAPSED);
  const [before, after] = await Promise.allSettled([
    send(sql, 'SAVEPOINT status_cell', ...written, read),
    send(sql, callRefresh(schema, rows.tableId), read),
    send(sql, 'ROLLBACK TO SAVEPOINT status_cell', 'RELEASE SAVEPOINT status_cell'),
  ]);
  for (const each of [before, after]) {
    if (each.status === 'rejected' && isLost(each.reason)) throw each.reason;
  }
  const [record] = nothing(rows, origin, 'not observed', '', [previous]) as [RefreshRecord];
  const miss = (reason: string): RefreshRecord => ({
    ...record,
    missing: { outcome: 'not observed', reason },
  });
  if (before.status === 'rejected') {
    return miss(`the status ${previous} cannot be written (${describeError(before.reason)})`);
  }
  const [stored] = before.value;
  if (stored?.status !== previous) {
    return miss(`the status ${previous} cannot be written: ${stored?.status} is stored at once`);
  }
  if (after.status === 'rejected') {
    const error = describeError(after.reason);
    if (isOperational(after.reason)) return miss(`the refresh was broken off (${error})`);
    return { ...record, missing: null, previous_by: by, error: `it raised an error (${error})` };
  }
  const [refreshed] = after.value;
  return {
    ...record,
    missing: null,
    previous_by: by,
    elapsed_us: [Number(stored.elapsed), Number(refreshed?.elapsed)],
    stored: refreshed?.status as TableStatus,
  };
}

const ELAPSED = '(extract(epoch FROM clock_timestamp() - now()) * 1000000)::float8 AS elapsed';

function nothing(
  { case: one }: CaseRows,
  { anchor }: RowOrigin,
  outcome: 'not possible' | 'not observed',
  reason: string,
  previous: readonly TableStatus[] = tableStatuses,
): RefreshRecord[] {
  return previous.map((status) => ({
    one,
    at_us: 0,
    runner: 'transaction',
    moment: anchor,
    shown: null,
    previous: status,
    previous_by: null,
    elapsed_us: null,
    stored: null,
    missing: { outcome, reason },
    error: null,
  }));
}
