import type postgres from 'postgres';
import { TargetError } from '../../contracts/errors.ts';
import { CLOCK_FUNCTION, CLOCK_TABLE } from './create.ts';

type Sql = postgres.Sql | postgres.TransactionSql;

/** A moment: a date, or text with a time zone and up to microseconds, `2026-03-29T00:59:59.999999Z`. */
export type Instant = Date | string;

/**
 * What the clock is set to. `offsetMs`: so many milliseconds ahead of the real one (negative: behind); `at`: it shows
 * that moment now and goes on from there; `frozenAt`: it stands at that moment until it is set again.
 */
export type ClockSetting = { offsetMs: number } | { at: Instant } | { frozenAt: Instant };

export interface ClockReading {
  /** Milliseconds ahead of the real clock; of no meaning while it stands. */
  readonly offsetMs: number;
  readonly frozenAt: string | null;
  /** What functions of the schema see, UTC, to the microsecond. */
  readonly now: string;
}

/**
 * Sets the virtual clock of an isolated schema. Statements that begin after the commit see it; within one transaction
 * nothing moves but by this, so `at` and `frozenAt` are the same there. Set it while no calls are under way.
 *
 * @throws TargetError when the schema has no virtual clock
 */
export async function setClock(sql: Sql, schema: string, to: ClockSetting): Promise<void> {
  const table = sql`${sql(schema)}.${sql(CLOCK_TABLE)}`;
  await withClock(schema, async () => {
    // In microseconds: an interval with days in it would follow a time zone's changes of the hour.
    if ('offsetMs' in to) {
      await sql`
        update ${table} set frozen_at = null, ahead = interval '1 microsecond' * ${Math.round(to.offsetMs * 1000)}::float8`;
    } else if ('at' in to) {
      await sql`
        update ${table} set frozen_at = null, ahead = interval '1 microsecond'
           * (extract(epoch from ${textOf(to.at)}::text::timestamptz - pg_catalog.now()) * 1000000)::float8`;
    } else {
      await sql`update ${table} set frozen_at = ${textOf(to.frozenAt)}::text::timestamptz, ahead = '0'`;
    }
  });
}

/**
 * The statement that lets the clock stand at a moment, for scripts that are sent as a whole.
 *
 * @throws RangeError when the moment is no ISO 8601 in UTC
 */
export function standingClock(schema: string, moment: string): string {
  if (!/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(moment)) throw new RangeError(`no moment: ${moment}`);
  return `update "${schema.replaceAll('"', '""')}".${CLOCK_TABLE} set frozen_at = '${moment}'::timestamptz, ahead = '0'`;
}

/**
 * Reads the virtual clock.
 *
 * @throws TargetError when the schema has none
 */
export async function readClock(sql: Sql, schema: string): Promise<ClockReading> {
  const [row] = await withClock(
    schema,
    () => sql<ClockReading[]>`
      select (extract(epoch from c.ahead) * 1000)::float8 as "offsetMs",
             to_char(c.frozen_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "frozenAt",
             to_char(${sql(schema)}.${sql(CLOCK_FUNCTION)}() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as now
        from ${sql(schema)}.${sql(CLOCK_TABLE)} c`,
  );
  if (row === undefined) throw noClock(schema);
  return { ...row };
}

const textOf = (instant: Instant): string => (instant instanceof Date ? instant.toISOString() : instant);

async function withClock<T>(schema: string, action: () => PromiseLike<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const code = (error as { code?: string }).code ?? '';
    if (['42P01', '42883', '3F000'].includes(code)) throw noClock(schema, error);
    throw error;
  }
}

function noClock(schema: string, cause?: unknown): TargetError {
  return new TargetError(
    `the schema ${schema} has no virtual clock`,
    ['make the isolated schema again, with a virtual clock'],
    cause,
  );
}
