import type { Operation } from '../history/operation.ts';
import type { RecordedRun } from '../verify/run-data.ts';
import { claimsSameTable, concernOf, isAboutSame } from './concern.ts';

/**
 * Calls that may have left what others need: none, those on the same bookings and holds, then also those of rivals for the
 * same tables. Each has all of the one before. Pure.
 */
export function contextsOf(run: RecordedRun, core: readonly Operation[]): Operation[][] {
  const own = concernOf(run, core);
  const possible = run.history.operations.filter(
    (operation) =>
      operation.runner === core[0]?.runner &&
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

/** Violations hold copies of the records. */
function isSameCall(a: Operation, b: Operation): boolean {
  return a.process === b.process && a.index === b.index && a.runner === b.runner;
}
