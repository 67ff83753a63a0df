import type { KeptViolation } from '../contracts/kept-violations.ts';
import type { InvariantId } from '../contracts/verdict.ts';
import type { Operation } from '../history/operation.ts';
import type { RecordedRun } from '../verify/run-data.ts';
import { claimsSameTable, concernOf, isAboutSame } from './concern.ts';
import { lifetimeOf } from './hold-expiry.ts';
import { processOf } from './sessions.ts';

/** Sessions of a script at most: more than that nobody can follow. */
export const MOST_SESSIONS = 3;
/** Calls of a script at most. */
const MOST_STEPS = 30;
const MOST_EARLIER = 100;
/** Seconds that a try may take where the pauses between calls count. */
const LONGEST = 6;
/** A hold that expires within so many seconds of its call is one that was meant to lapse. */
const LAPSING = 60;

/** The calls of a script. */
export interface ChosenCalls {
  /** Calls whose effects must be there before, in the order in which they were made. */
  earlier: Operation[];
  /** Calls of the sessions. */
  calls: Operation[];
  /** Whether the pauses between calls count: a hold lapses meanwhile. */
  paused: boolean;
}

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
  const sessions = new Set(core.map(processOf)).size;
  if (sessions > MOST_SESSIONS) {
    return { refused: `its calls come from ${sessions} sessions, and ${MOST_SESSIONS} at most are replayed` };
  }
  if (new Set(core.map(({ runner }) => runner)).size > 1) {
    return { refused: 'its calls come from two load generators, whose clocks cannot be compared' };
  }
  const chosen: ChosenCalls[] = [];
  const contexts = [...contextsOf(run, core)];
  // What the plan expects of a call follows from all calls before it.
  for (const others of kept.invariant === 'mapped-errors' ? contexts.slice(-1) : contexts) {
    const choice = arrange(run, core, others);
    if ('refused' in choice) {
      if (chosen.length === 0) return choice;
      continue;
    }
    const last = chosen.at(-1);
    if (last && sizeOf(last) === sizeOf(choice)) continue;
    chosen.push(choice);
  }
  return { chosen };
}

const sizeOf = ({ earlier, calls }: ChosenCalls): number => earlier.length + calls.length;

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

/** Calls that may have left what the violation needs: none, those on the same bookings and holds, then also of rivals. */
function* contextsOf(run: RecordedRun, core: readonly Operation[]): Generator<Operation[]> {
  const names = new Set(core);
  const [{ runner }] = core as [Operation, ...Operation[]];
  const own = concernOf(run, core);
  const possible = run.history.operations.filter(
    (operation) =>
      operation.runner === runner &&
      operation.type !== 'fail' &&
      operation.f !== 'status' &&
      operation.f !== 'refresh' &&
      !names.has(operation) &&
      !core.some((call) => isSameCall(call, operation)),
  );
  yield [];
  yield possible.filter((operation) => isAboutSame(operation, own));
  const rivals = possible.filter((operation) => claimsSameTable(run, operation, own));
  const theirs = concernOf(run, rivals);
  yield possible.filter((operation) => isAboutSame(operation, own) || isAboutSame(operation, theirs));
}

/** Violations hold copies of the records. */
function isSameCall(a: Operation, b: Operation): boolean {
  return a.process === b.process && a.index === b.index && a.runner === b.runner;
}

/** Puts what ended before the first call into the set-up, and what is left into sessions. */
function arrange(
  run: RecordedRun,
  core: readonly Operation[],
  others: readonly Operation[],
): ChosenCalls | { refused: string } {
  const begin = Math.min(...core.map(({ t0 }) => t0));
  const earlier = others.filter(({ t1 }) => t1 < begin).filter((call) => !hasLapsed(run, call, begin));
  const processes = new Set(core.map(processOf));
  const calls = [...core];
  for (const call of others.filter(({ t1 }) => t1 >= begin)) {
    if (!processes.has(processOf(call)) && processes.size === MOST_SESSIONS) continue;
    processes.add(processOf(call));
    calls.push(call);
  }
  calls.sort((a, b) => a.t0 - b.t0 || a.t1 - b.t1);
  if (calls.length > MOST_STEPS || earlier.length > MOST_EARLIER) {
    return { refused: `it takes ${calls.length} calls, and ${earlier.length} before them` };
  }
  const paused = calls.some((call) => isLapsing(run, call));
  const seconds = (Math.max(...calls.map(({ t1 }) => t1)) - begin) / 1e9;
  if (paused && seconds > LONGEST) {
    return { refused: `a hold lapses meanwhile, and its calls take ${seconds.toFixed(1)} s` };
  }
  return { earlier, calls, paused };
}

function isLapsing(run: RecordedRun, operation: Operation): boolean {
  const lifetime = lifetimeOf(run, operation);
  return lifetime !== null && lifetime < LAPSING * 1000;
}

/** Whether a hold had lapsed by itself before an instant of its runner. */
function hasLapsed(run: RecordedRun, operation: Operation, at: number): boolean {
  const lifetime = lifetimeOf(run, operation);
  return lifetime !== null && operation.t0 + lifetime * 1e6 < at;
}
