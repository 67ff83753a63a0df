import { StressError, TargetError } from '../contracts/errors.ts';
import type { StatusObservation } from '../contracts/status-matrix.ts';
import { utcOffset } from '../plan/time-zone.ts';
import type { TableStatus } from '../plan/world.ts';
import { sqlStateOf } from '../sql/execute.ts';
import type { CaseAllocation, StatusCase } from './case.ts';
import { shifted } from './situation.ts';

/** What a runner saw of one refresh, before it is judged. */
export interface RefreshRecord {
  one: StatusCase;
  /** How much later than the case's own moment it was, microseconds. */
  at_us: number;
  runner: StatusObservation['runner'];
  /** Milliseconds since the epoch to which the virtual clock was set, or about now. */
  moment: number;
  /** The virtual clock's moment, to the microsecond, for people; null for the real clock. */
  shown: string | null;
  /** Stored before the refresh; where nothing was observed, what should have been. */
  previous: TableStatus;
  previous_by: StatusObservation['previous_by'];
  elapsed_us: [number, number] | null;
  stored: TableStatus | null;
  /** Why nothing was observed; null when something was. */
  missing: { outcome: 'not possible' | 'not observed'; reason: string } | null;
  /** What the refresh raised. */
  error: string | null;
}

/** Everything of an observation that does not depend on the rule. */
export function describeRecord(
  record: RefreshRecord,
): Omit<StatusObservation, 'expected' | 'outcome' | 'script'> {
  const { one, runner, moment, shown, previous, previous_by, elapsed_us, stored, missing, error } = record;
  const { id, group, title, timezone } = one;
  return {
    runner,
    case: id,
    group,
    title,
    timezone,
    moment: shown,
    utc_offset_us: utcOffset(moment, timezone) * 1000,
    // Without what only the making of rows needs.
    allocations: allocationsAt(one, record.at_us).map(({ party: _, ...allocation }) => allocation),
    previous,
    previous_by,
    elapsed_us,
    stored,
    reason: missing?.reason ?? error,
  };
}

/** All allocations of a case, the earlier ones first, their times counted from a later moment. */
export function allocationsAt({ earlier, allocations }: StatusCase, at_us: number): CaseAllocation[] {
  return shifted([...earlier, ...allocations], at_us);
}

/** Whether an error says that others, or limits, were in the way, and nothing of the application. */
export function isOperational(error: unknown): boolean {
  return /^(55P03|57014|40P01|40001|42501|53...)$/.test(sqlStateOf(error));
}

/** Whether the connection is gone, so that nothing more may be sent on it. */
export function isLost(error: unknown): boolean {
  return /^(CONNECTION_|57P0[123]$|08|25P03$)/.test(sqlStateOf(error));
}

/** `23P01: conflicting key value …`, in one line. */
export function describeError(error: unknown): string {
  const code = sqlStateOf(error);
  const message = error instanceof Error ? error.message : String(error);
  return `${code === '' ? '' : `${code}: `}${message.replaceAll(/\s+/g, ' ')}`;
}

/** What ended a runner early, as an error for the user: most likely the connection went away. */
export function brokenOff(error: unknown): StressError {
  if (error instanceof StressError) return error;
  return new TargetError(
    `the database broke the status matrix off (${describeError(error)})`,
    ['check that the target is up and its time limits are not too short, then start again'],
    error,
  );
}
