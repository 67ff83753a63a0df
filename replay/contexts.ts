import type { Operation } from '../history/operation.ts';
import { RealTime } from '../verify/real-time.ts';
import type { RecordedRun } from '../verify/run-data.ts';
import { claimsSameTable, concernOf, isAboutSame } from './concern.ts';

/**
 * Calls that may have left what others need: none, those on the same bookings and holds, then also those of rivals for the
 * same tables. Each has all of the one before. Pure.
 */
export function contextsOf(run: RecordedRun, core: readonly Operation[]): Operation[][] {
  const own = concernOf(run, core);
  const clocks = new RealTime(run.history.anchors);
  const possible = run.history.operations.filter(
    (operation) =>
      clocks.margin(operation.runner, core[0]?.runner ?? '') < Number.POSITIVE_INFINITY &&
      operation.type !== 'fail' &&
      operation.f !== 'status' &&
      operation.f !== 'refresh' &&
      !core.some((call) => isSameCall(call, operation)),
  );
  const rivals = concernOf(
    run,
    possible.filter((operation) => claimsSameTable(run, operation, own)),
  );
  return [
    [],
    possible.filter((operation) => isAboutSame(operation, own)),
    possible.filter((operation) => isAboutSame(operation, own) || isAboutSame(operation, rivals)),
  ];
}

/**
 * Calls under way when another one was given up, for instance as the victim of a deadlock: those first that ended soonest
 * after it, because they had waited for it. Pure.
 */
export function rivalsInTime(run: RecordedRun, core: readonly Operation[]): Operation[] {
  const victim = core.at(-1);
  if (!victim) return [];
  const clocks = new RealTime(run.history.anchors);
  return run.history.operations
    .filter(
      (operation) =>
        clocks.margin(operation.runner, victim.runner) < Number.POSITIVE_INFINITY &&
        operation.process !== victim.process &&
        operation.t0 <= victim.t1 &&
        operation.t1 >= victim.t1 &&
        !core.some((call) => isSameCall(call, operation)),
    )
    .sort((a, b) => a.t1 - b.t1);
}

/** Violations hold copies of the records. */
function isSameCall(a: Operation, b: Operation): boolean {
  return a.process === b.process && a.index === b.index && a.runner === b.runner;
}
