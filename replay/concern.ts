import { type Window, windowFrom } from '../contracts/instant.ts';
import type { Operation } from '../history/operation.ts';
import { requestedWindow } from '../verify/effects.ts';
import type { RecordedRun } from '../verify/run-data.ts';

/** What calls are about: whatever two calls share, one may see what the other did. */
export interface Concern {
  bookings: Set<string>;
  holds: Set<string>;
  tables: Set<string>;
  windows: Window[];
}

export function concernOf(run: RecordedRun, operations: readonly Operation[]): Concern {
  const concern: Concern = { bookings: new Set(), holds: new Set(), tables: new Set(), windows: [] };
  for (const operation of operations) {
    const { input } = operation;
    if ('booking_id' in input && input.booking_id !== null && operation.f !== 'hold') {
      concern.bookings.add(input.booking_id);
    }
    if ('hold_id' in input) concern.holds.add(input.hold_id);
    for (const table of tablesOf(operation)) concern.tables.add(table);
    const window = claimedWindow(run, operation);
    if (window) concern.windows.push(window);
  }
  return concern;
}

export function tablesOf({ input }: Operation): readonly string[] {
  if ('table_ids' in input) return input.table_ids ?? [];
  return 'table_id' in input ? [input.table_id] : [];
}

/** The window that a call claims its tables for; null when it claims none. */
function claimedWindow(run: RecordedRun, operation: Operation): Window | null {
  if (operation.f === 'assign' || operation.f === 'confirm') return requestedWindow(run, operation);
  return operation.f === 'hold' ? windowFrom(operation.input.start_at, operation.input.end_at) : null;
}

/** Whether a call is about one of the bookings or holds themselves. */
export function isAboutSame(operation: Operation, { bookings, holds }: Concern): boolean {
  const { input } = operation;
  if ('hold_id' in input && holds.has(input.hold_id)) return true;
  return (
    operation.f !== 'hold' &&
    'booking_id' in input &&
    input.booking_id !== null &&
    bookings.has(input.booking_id)
  );
}

/** Whether a call claims one of the tables for a window that overlaps, or touches: an application may take that for one. */
export function claimsSameTable(
  run: RecordedRun,
  operation: Operation,
  { tables, windows }: Concern,
): boolean {
  const window = claimedWindow(run, operation);
  return (
    window !== null &&
    tablesOf(operation).some((table) => tables.has(table)) &&
    windows.some((other) => window.start <= other.end && other.start <= window.end)
  );
}
