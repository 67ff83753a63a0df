import type postgres from 'postgres';
import { InterruptedError } from '../contracts/errors.ts';
import { formatInstant } from '../contracts/instant.ts';
import { type Progress, silent } from '../contracts/progress.ts';
import type { SchemaDescription } from '../contracts/schema-description.ts';
import { setClock } from '../isolate/clock/clock.ts';
import { CLOCK_FUNCTION } from '../isolate/clock/create.ts';
import type { TableStatus } from '../plan/world.ts';
import { readLookups } from '../seed/lookups.ts';
import { qualified, searchPath } from '../sql/statements.ts';
import { loadScanner } from '../sql/tokens.ts';
import type { StatusCase } from './case.ts';
import { fitRows } from './fit-rows.ts';
import { around, type Placement } from './placement.ts';
import { brokenOff, describeError, isLost, isOperational, type RefreshRecord } from './record.ts';
import { type CaseRows, planRows, type RowOrigin } from './rows.ts';
import { send } from './send.ts';
import { setUpCase, setUpStatements } from './set-up.ts';
import { HOUR } from './situation.ts';
import { callRefresh, readStatus } from './statements.ts';
import { EARLIER_STEP, type Walk } from './walks.ts';

export interface ClockOptions {
  /** An isolated schema with a virtual clock, which nobody else uses. The rows stay in it. */
  schema: string;
  description: SchemaDescription;
  walks: readonly Walk[];
  origin: RowOrigin;
  progress?: Progress;
  signal?: AbortSignal | undefined;
}

/** A walk with its rows. */
interface Walker {
  walk: Walk;
  rows: CaseRows;
  /** Why it cannot be walked; null when it can. */
  missing: RefreshRecord['missing'];
}

/**
 * Steps the virtual clock of an isolated schema through each walk: every write and every refresh is a transaction of its
 * own, and each previous status is one that the application stored itself.
 *
 * @param sql a single connection, as a member of the schema's owner
 * @throws TargetError when the schema has no virtual clock, or when the connection is lost; InterruptedError when the signal fires
 */
export async function observeOnClock(
  sql: postgres.Sql,
  options: ClockOptions,
): Promise<{ records: RefreshRecord[]; notes: string[] }> {
  await loadScanner();
  const { schema, description, walks, origin } = options;
  const placements = new Map(
    walks.map((walk) => [walk.case, around(walk.base, `${qualified(schema, CLOCK_FUNCTION)}()`)]),
  );
  const placementOf = (one: StatusCase): Placement => placements.get(one) as Placement;
  const planned = planRows([...placements.keys()], origin, placementOf);
  const { shared, cases, impossible, notes } = fitRows(
    description,
    planned,
    origin,
    await readLookups(sql, description),
  );
  const walkers = cases.map((rows, index): Walker => {
    const reason = impossible.get(rows);
    const missing = reason === undefined ? null : { outcome: 'not possible' as const, reason };
    return { walk: walks[index] as Walk, rows, missing };
  });
  await send(sql, `SET search_path = ${searchPath(schema)}`);
  try {
    await setTo(sql, options, Math.min(...walks.map(({ base }) => base + EARLIER_STEP)) - HOUR);
    await send(sql, ...setUpStatements(schema, shared));
    await bringAboutPrevious(sql, options, walkers);
    await Promise.all(walkers.map((walker) => setUpOwn(sql, schema, walker, placementOf(walker.walk.case))));
    return { records: await walkAll(sql, options, walkers), notes };
  } catch (error) {
    throw brokenOff(error);
  } finally {
    await sql`reset search_path`.catch(() => {});
  }
}

async function setTo(sql: postgres.Sql, { schema, signal }: ClockOptions, moment: number): Promise<void> {
  if (signal?.aborted) throw new InterruptedError();
  await setClock(sql, schema, { frozenAt: formatInstant(moment) });
}

/** Makes the tables with what is over before, and refreshes each while it is under way. */
async function bringAboutPrevious(
  sql: postgres.Sql,
  options: ClockOptions,
  walkers: readonly Walker[],
): Promise<void> {
  const { schema } = options;
  const attempt = async (walker: Walker, ...statements: readonly string[]): Promise<void> => {
    if (walker.missing !== null) return;
    try {
      await send(sql, ...statements);
    } catch (error) {
      if (isLost(error)) throw error;
      walker.missing = { outcome: 'not observed', reason: describeError(error) };
    }
  };
  await Promise.all(
    walkers.map((walker) => {
      const { tables, earlier } = walker.rows;
      const statements = setUpStatements(schema, [...tables, ...earlier.inserts], earlier.transitions);
      return attempt(walker, ...statements);
    }),
  );
  // The clock stays there until the rest was written: triggers that refresh as well find the same.
  for (const [moment, together] of byMoment(walkers, ({ previous }) => (previous ? [EARLIER_STEP] : []))) {
    await setTo(sql, options, moment);
    await Promise.all(
      together.map(({ walker }) => attempt(walker, callRefresh(schema, walker.rows.tableId))),
    );
  }
}

async function setUpOwn(
  sql: postgres.Sql,
  schema: string,
  walker: Walker,
  placement: Placement,
): Promise<void> {
  if (walker.missing !== null) return;
  const { inserts, transitions } = walker.rows.own;
  const statements = setUpStatements(schema, inserts, transitions);
  const problem = await setUpCase(sql, schema, walker.rows, placement, statements);
  if (problem === null) return;
  const forbidden = walker.walk.case.overlapping && !problem.operational;
  walker.missing = { outcome: forbidden ? 'not possible' : 'not observed', reason: problem.reason };
}

async function walkAll(
  sql: postgres.Sql,
  options: ClockOptions,
  walkers: readonly Walker[],
): Promise<RefreshRecord[]> {
  const { progress = silent, schema } = options;
  const moments = byMoment(walkers, ({ steps }) => steps);
  const records: RefreshRecord[] = [];
  for (const [moment, together] of moments) {
    progress(`clock at ${formatInstant(moment)}`);
    await setTo(sql, options, moment);
    records.push(
      ...(await Promise.all(together.map(({ walker, at_us }) => takeStep(sql, schema, walker, at_us)))),
    );
  }
  return records;
}

async function takeStep(
  sql: postgres.Sql,
  schema: string,
  { walk, rows, missing }: Walker,
  at_us: number,
): Promise<RefreshRecord> {
  const moment = walk.base + at_us;
  const record: RefreshRecord = {
    one: walk.case,
    at_us,
    runner: 'clock',
    moment: Math.floor(moment / 1000),
    shown: formatInstant(moment),
    previous: walk.previous ?? 'available',
    previous_by: null,
    elapsed_us: null,
    stored: null,
    missing,
    error: null,
  };
  if (missing !== null) return record;
  const read = readStatus(schema, rows.tableId);
  const [before, refresh, after] = await Promise.allSettled([
    send(sql, read),
    send(sql, callRefresh(schema, rows.tableId)),
    send(sql, read),
  ]);
  for (const each of [before, refresh, after]) {
    if (each.status === 'rejected' && isLost(each.reason)) throw each.reason;
  }
  if (before.status === 'rejected' || after.status === 'rejected') {
    const error = before.status === 'rejected' ? before.reason : (after as PromiseRejectedResult).reason;
    return { ...record, missing: { outcome: 'not observed', reason: describeError(error) } };
  }
  const previous = before.value[0]?.status as TableStatus;
  const seen = { ...record, previous, previous_by: 'refresh' as const };
  if (refresh.status === 'fulfilled') return { ...seen, stored: after.value[0]?.status as TableStatus };
  const reason = describeError(refresh.reason);
  if (isOperational(refresh.reason)) return { ...seen, missing: { outcome: 'not observed', reason } };
  return { ...seen, error: `it raised an error (${reason})` };
}

/** The walkers that are due at each moment, microseconds since the epoch, in order of time. */
function byMoment(
  walkers: readonly Walker[],
  stepsOf: (walk: Walk) => readonly number[],
): [number, { walker: Walker; at_us: number }[]][] {
  const due = new Map<number, { walker: Walker; at_us: number }[]>();
  for (const walker of walkers) {
    for (const at_us of stepsOf(walker.walk)) {
      const moment = walker.walk.base + at_us;
      due.set(moment, [...(due.get(moment) ?? []), { walker, at_us }]);
    }
  }
  return [...due].sort(([a], [b]) => a - b);
}
