import type { Calls } from './calls.ts';
import { now, sleepUntil } from './clock.ts';

/** Nothing stands in the way of these calls. */
const SUCCESS = { expect: ['ok'] };

export interface PollTimes {
  /** Nanoseconds on `now()` at which polling ends. */
  until: number;
  interval_ms: number;
}

/** Tables by what a reader does with them. */
export interface PolledTables {
  /** Only read: a read shows what staff see. */
  read: string[];
  /** Refreshed just before each read. */
  refreshed: string[];
}

/**
 * Polls stored table statuses until a deadline.
 *
 * @param between called before each turn, for what else has to happen in between
 */
export function pollStatus(calls: Calls, tables: PolledTables, times: PollTimes, between: () => void): void {
  let next = now();
  while (now() < times.until) {
    between();
    if (tables.read.length > 0) calls.status({ table_ids: tables.read }, SUCCESS);
    for (const tableId of tables.refreshed) {
      calls.refresh(tableId, SUCCESS);
      calls.status({ table_ids: [tableId] }, SUCCESS);
    }
    next += times.interval_ms * 1e6;
    sleepUntil(next);
  }
}

/**
 * Refreshes tables on a schedule until a deadline, as a cron job does: one run after the other, and a run that would
 * have begun during the one before it begins when that is over.
 */
export function refreshOnSchedule(calls: Calls, tableIds: string[], times: PollTimes): void {
  let next = now();
  while (now() < times.until) {
    for (const tableId of tableIds) calls.refresh(tableId, SUCCESS);
    next = Math.max(next + times.interval_ms * 1e6, now());
    sleepUntil(next);
  }
}
