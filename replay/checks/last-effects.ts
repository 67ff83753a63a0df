import { isRelease } from '../../verify/booking-calls.ts';
import type { Step } from '../sessions.ts';
import { isAssign } from './check.ts';

/** What the steps leave of a booking on a table. */
export interface Left {
  booking_id: string;
  table_id: string;
  /** Assignments of which one must be there, when it was acknowledged; none: all was given back. */
  claims: Step[];
  /** What gave it back last. */
  releases: Step[];
}

/**
 * What must be left of each booking and table when every step is acknowledged: what no later step replaced. Where a claim
 * and a release ran at the same time either may be last; those are left out.
 */
export function lastEffects(steps: readonly Step[]): Left[] {
  const effective = steps.filter((step) => !isRepetition(step, steps));
  const pairs = new Map<string, { booking_id: string; table_id: string }>();
  for (const { operation } of effective) {
    if (!isAssign(operation)) continue;
    const { booking_id, table_ids } = operation.input;
    for (const table_id of table_ids) pairs.set(`${booking_id} ${table_id}`, { booking_id, table_id });
  }
  return [...pairs.values()].flatMap((pair) => {
    const touching = effective.filter((step) => touches(step, pair));
    const last = touching.filter((step) => !touching.some(({ after }) => after.includes(step)));
    const claims = last.filter(({ operation }) => isAssign(operation));
    const releases = last.filter(({ operation }) => !isAssign(operation));
    const open = claims.length > 0 && releases.length > 0;
    return open || releases.some(keepsRows) ? [] : [{ ...pair, claims, releases }];
  });
}

function touches({ operation }: Step, pair: { booking_id: string; table_id: string }): boolean {
  const { input } = operation;
  if (!isAssign(operation) && !isRelease(operation)) return false;
  if (!('booking_id' in input) || input.booking_id !== pair.booking_id) return false;
  return !('table_ids' in input) || input.table_ids === null || input.table_ids.includes(pair.table_id);
}

/** What is left of a booking that was completed, or did not show up, is up to the application. */
function keepsRows({ operation }: Step): boolean {
  return operation.f === 'transition' && operation.input.status !== 'cancelled';
}

/** Whether a step repeats an earlier one under the same key, with nothing given back in between: it changes nothing. */
function isRepetition(step: Step, steps: readonly Step[]): boolean {
  const { operation } = step;
  if (!isAssign(operation) || operation.input.idempotency_key === null) return false;
  const { booking_id, idempotency_key } = operation.input;
  const first = step.after.find(
    (other) =>
      isAssign(other.operation) &&
      other.operation.input.booking_id === booking_id &&
      other.operation.input.idempotency_key === idempotency_key,
  );
  if (!first) return false;
  return !steps.some(
    (other) =>
      isRelease(other.operation) &&
      other.operation.input.booking_id === booking_id &&
      !step.alongside.includes(other.name) &&
      !other.after.includes(step) &&
      !first.after.includes(other),
  );
}
