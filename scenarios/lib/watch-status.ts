import { sleep } from 'k6';
import type { RoundMark } from '../../history/operation.ts';
import { WATCH_PAUSES_MS } from '../../plan/scenarios/capacity.ts';
import type { Calls } from './calls.ts';

/** Reads the stored status of tables that were just assigned for now until it says reserved, as a staff screen would. */
export function watchStatus(calls: Calls, table_ids: string[], round: RoundMark): void {
  for (const pause of WATCH_PAUSES_MS) {
    if (pause > 0) sleep(pause / 1000);
    const { type, value } = calls.status({ table_ids }, { round, expect: ['ok'] });
    if (type === 'ok' && value !== null && Object.values(value).every((status) => status === 'reserved'))
      return;
  }
}
