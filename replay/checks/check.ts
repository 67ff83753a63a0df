import type { AssignOperation, Operation } from '../../history/operation.ts';
import { valueText } from '../../sql/statements.ts';
import { requestedWindow } from '../../verify/effects.ts';
import type { RecordedRun } from '../../verify/run-data.ts';
import type { Step } from '../sessions.ts';

/** Schema of what a script notes down: it makes it, and removes it at its end. */
export const NOTES = 'table_stress_repro';
/** What each step was answered: `step`, `code` (null: success), `message`, `rows`, `began_at`, `ended_at`. */
export const ANSWERS = `${NOTES}.answers`;

/** A query of which each row is a contradiction. */
export interface Check {
  /** What a row means. */
  meaning: string;
  /** Without a semicolon. */
  query: string;
}

/** What the checks of a script are made from. */
export interface Checked {
  run: RecordedRun;
  steps: readonly Step[];
  /** Whether the deployment has holds. */
  holds: boolean;
}

export function isAssign(operation: Operation): operation is AssignOperation {
  return operation.f === 'assign' || operation.f === 'confirm';
}

/** Bookings that the steps name, as a list of SQL. */
export function bookingList(steps: readonly Step[]): string {
  const ids = steps.flatMap(({ operation: { input } }) =>
    'booking_id' in input ? (input.booking_id ?? []) : [],
  );
  return [...new Set(ids)].map(valueText).join(', ');
}

/** Lines of VALUES, each a list of literals. */
export function valuesOf(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `    (${row.join(', ')})`).join(',\n');
}

export const uuid = (id: string): string => `uuid ${valueText(id)}`;

/** Bounds of the window that a claim asks for; null when it names none. */
export function bounds({ run }: Checked, operation: Operation): [string, string] | null {
  if (operation.f === 'hold') {
    return [`timestamptz '${operation.input.start_at}'`, `timestamptz '${operation.input.end_at}'`];
  }
  const window = isAssign(operation) ? requestedWindow(run, operation) : null;
  if (window === null) return null;
  const [start, end] = [window.start, window.end].map(
    (instant) => `timestamptz '${new Date(instant / 1000).toISOString()}'`,
  );
  return [start as string, end as string];
}

/** A common table `claim (step, booking_id, table_id, start_at, end_at)` of what steps asked for; null: nothing. */
export function claimsAsked(checked: Checked, steps: readonly Step[]): string | null {
  const rows = steps.flatMap((step) => {
    const window = bounds(checked, step.operation);
    if (window === null || !isAssign(step.operation)) return [];
    const { booking_id, table_ids } = step.operation.input;
    return [...new Set(table_ids)].map((table) => [
      valueText(step.name),
      uuid(booking_id),
      uuid(table),
      ...window,
    ]);
  });
  return claimTable(rows);
}

/** The same table from rows that were chosen. */
export function claimTable(rows: readonly (readonly string[])[]): string | null {
  if (rows.length === 0) return null;
  return `WITH claim (step, booking_id, table_id, start_at, end_at) AS (VALUES\n${valuesOf(rows)})`;
}
