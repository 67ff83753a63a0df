import type { Calls } from './calls.ts';
import { now, sleepUntil } from './clock.ts';

/** Nothing stands in the way of these calls. */
const SUCCESS = { expect: ['ok'] };

export interface PollTimes {
  /** Nanoseconds on `now()` at which polling ends. */
  until: number;
  interval_ms: number;
}

/**
 * Polls stored table statuses until a deadline. Each turn reads what staff would see at that moment, then refreshes
 * each table and reads again: the first read shows how stale the status had become, the second what the rule gives.
 *
 * @param between called before each turn, for what else has to happen in between
 */
export function pollStatus(calls: Calls, tableIds: string[], times: PollTimes, between: () => void): void {
  let next = now();
  while (now() < times.until) {
    between();
    calls.status({ table_ids: tableIds }, SUCCESS);
    for (const tableId of tableIds) {
      calls.refresh(tableId, SUCCESS);
      calls.status({ table_ids: [tableId] }, SUCCESS);
    }
    next += times.interval_ms * 1e6;
    sleepUntil(next);
  }
}
