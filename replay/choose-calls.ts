import type { KeptViolation } from '../contracts/kept-violations.ts';
import type { InvariantId } from '../contracts/verdict.ts';
import type { Operation } from '../history/operation.ts';
import { RealTime } from '../verify/real-time.ts';
import type { RecordedRun } from '../verify/run-data.ts';
import { type Arrangement, arrange, type ChosenCalls, MOST_SESSIONS } from './arrange.ts';
import { contextsOf, rivalsInTime } from './contexts.ts';
import { neededRows } from './needed-rows.ts';

export type Choice = { chosen: ChosenCalls[] } | { refused: string };

/** Promises that calls of a few sessions cannot break by themselves. */
const refusals: Partial<Record<InvariantId, string>> = {
  'status-rule': 'it depends on the moment; `table-stress status-matrix` has a script for each case',
  'status-fresh': 'it needs time to pass the end of a window, see `run window-boundary --clock virtual`',
  contended: 'it is about the whole load, not about calls',
  isolated: 'it is about rows outside of the calls',
};

/**
 * The calls that show a violation, and those before them whose effects they may need. Where it is not known which they
 * need, there are several choices, the smallest first. Pure.
 */
export function chooseCalls(run: RecordedRun, kept: KeptViolation): Choice {
  const refused = refusals[kept.invariant];
  if (refused !== undefined) return { refused };
  const core = coreOf(run, kept);
  if (core.length === 0) return { refused: 'no call is known that it rests on' };
  const clocks = new RealTime(run.history.anchors);
  if (clocks.margin(...core.map(({ runner }) => runner)) === Number.POSITIVE_INFINITY) {
    return { refused: 'its calls come from two load generators, whose clocks cannot be compared' };
  }
  const chosen = new Map<string, ChosenCalls>();
  let reason = '';
  for (const arrangement of arrangementsOf(run, kept, core)) {
    const choice = arrange(run, core, arrangement);
    if ('refused' in choice) reason ||= choice.refused;
    else if (!chosen.has(sizeOf(run, choice))) chosen.set(sizeOf(run, choice), choice);
  }
  return chosen.size === 0 ? { refused: reason } : { chosen: [...chosen.values()] };
}

/** The smallest first: a person has to read them. */
function arrangementsOf(
  run: RecordedRun,
  { invariant }: KeptViolation,
  core: readonly Operation[],
): Arrangement[] {
  const contexts = contextsOf(run, core);
  const whole = { others: contexts.at(-1) ?? [], lapsed: true, last: false, zones: false };
  const rivals = invariant === 'progress' ? rivalsInTime(run, core).slice(0, MOST_SESSIONS) : [];
  return [
    ...rivals.map((_, index) => ({ ...whole, others: rivals.slice(0, index + 1), lapsed: false })),
    // What the plan expects of a call follows from all calls before it.
    ...(invariant === 'mapped-errors' ? [] : contexts).map((others) => ({ ...whole, others, lapsed: false })),
    whole,
    { ...whole, last: true },
    { ...whole, last: true, zones: true },
  ];
}

/** Choices of the same size are the same: each next one has all that the one before has. */
function sizeOf(run: RecordedRun, choice: ChosenCalls): string {
  const { earlier, calls, zones } = choice;
  const tables = neededRows(run.plan.world, [...earlier, ...calls], zones).table_inventory.length;
  return [earlier.length, calls.length, tables].join(' ');
}

/** Calls of the violation; where it names rows alone, those that may have written them. */
function coreOf(run: RecordedRun, { violation }: KeptViolation): Operation[] {
  if (violation.operations.length > 0) return violation.operations;
  const bookings = new Set(violation.rows.map(({ booking_id }) => booking_id));
  return run.history.operations.filter(
    (operation) =>
      operation.type !== 'fail' &&
      operation.f !== 'hold' &&
      'booking_id' in operation.input &&
      bookings.has(operation.input.booking_id),
  );
}
