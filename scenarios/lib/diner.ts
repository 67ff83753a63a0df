import { sleep } from 'k6';
import type { Operation, RoundMark } from '../../history/operation.ts';
import { type Diner, RETRIES } from '../../plan/scenarios/rush.ts';
import type { Calls } from './calls.ts';

/**
 * What a diner's client does: asks for one table after the other; on a conflict it picks the next, after a transient
 * error or a lost answer it repeats the same call under the same key. Each time it waits a little longer, by chance.
 */
export function seat(calls: Calls, diner: Diner, round: RoundMark): void {
  const pauses = diner.backoff_ms[Symbol.iterator]();
  const pause = (): void => sleep((pauses.next().value ?? 0) / 1000);
  for (const [choice, table_ids] of diner.choices.entries()) {
    if (choice > 0) pause();
    let answer: Operation | undefined;
    for (let retry = 0; retry <= RETRIES; retry += 1) {
      if (retry > 0) pause();
      answer = calls.assign(
        {
          booking_id: diner.booking_id,
          table_ids,
          idempotency_key: `${diner.idempotency_key}-${choice}`,
          require_adjacency: table_ids.length > 1,
          start_at: null,
          end_at: null,
        },
        { round, expect: ['ok', 'P0001'], retry },
      );
      if (answer.class !== 'transient' && answer.class !== 'overload' && answer.class !== 'connection') break;
    }
    if (answer?.type !== 'ok') continue;
    if (diner.changes_mind)
      calls.unassign({ booking_id: diner.booking_id, table_ids: null }, { round, expect: ['ok'] });
    return;
  }
}
