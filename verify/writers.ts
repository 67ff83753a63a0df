import type { Operation } from '../history/operation.ts';
import type { Effects } from './effects.ts';
import type { RecordedRun } from './run-data.ts';

/** Calls of one table, ordered by start, with the latest end among each and those before it. */
interface Writers {
  operations: Operation[];
  latestEnd: number[];
  runners: Set<string>;
}

/**
 * Calls that may store a table's status: refreshes of the table, and what changes its bookings' claims. Found by time
 * without looking at every call of the run.
 */
export class StatusWriters {
  private readonly byTable = new Map<string, Writers>();

  constructor(run: RecordedRun, effects: Effects) {
    const tablesOf = new Map<string, Set<string>>();
    for (const [table, list] of effects.tables()) {
      for (const { booking_id } of list) {
        tablesOf.set(booking_id, (tablesOf.get(booking_id) ?? new Set()).add(table));
      }
    }
    for (const operation of run.history.operations) {
      for (const table of writtenTables(operation, tablesOf)) this.add(table, operation);
    }
  }

  private add(table: string, operation: Operation): void {
    const writers = this.byTable.get(table) ?? { operations: [], latestEnd: [], runners: new Set() };
    this.byTable.set(table, writers);
    writers.operations.push(operation);
    writers.runners.add(operation.runner);
    writers.latestEnd.push(Math.max(writers.latestEnd.at(-1) ?? 0, endOf(operation)));
  }

  /**
   * The earliest begin of the calls that may have stored the table's status last when it was read: the refresh itself,
   * and what else was under way between its begin and the end of the read. A transaction's `now()` is as old as its begin.
   *
   * @returns null when calls of several runners write the table: their clocks are not compared here
   */
  earliest(table: string, refresh: Operation, read: Operation): number | null {
    const writers = this.byTable.get(table);
    if (!writers) return refresh.t0;
    if (writers.runners.size > 1) return null;
    let earliest = refresh.t0;
    for (let index = lastStarted(writers.operations, read.t1); index >= 0; index -= 1) {
      const operation = writers.operations[index];
      if (operation === undefined || (writers.latestEnd[index] ?? 0) < refresh.t0) break;
      if (endOf(operation) >= refresh.t0) earliest = Math.min(earliest, operation.t0);
    }
    return earliest;
  }

  /**
   * Calls that may have stored the table's status between two moments, nanoseconds on their runner's clock.
   *
   * @returns null when calls of several runners write the table
   */
  between(table: string, from: number, to: number): Operation[] | null {
    const writers = this.byTable.get(table);
    if (!writers) return [];
    if (writers.runners.size > 1) return null;
    const found: Operation[] = [];
    for (let index = lastStarted(writers.operations, to); index >= 0; index -= 1) {
      const operation = writers.operations[index];
      if (operation === undefined || (writers.latestEnd[index] ?? 0) < from) break;
      if (endOf(operation) >= from) found.unshift(operation);
    }
    return found;
  }
}

/** An unknown call may take effect at any later moment. */
function endOf(operation: Operation): number {
  return operation.type === 'info' ? Number.POSITIVE_INFINITY : operation.t1;
}

function writtenTables(operation: Operation, tablesOf: ReadonlyMap<string, Set<string>>): Iterable<string> {
  if (operation.type === 'fail') return [];
  switch (operation.f) {
    case 'refresh':
      return [operation.input.table_id];
    case 'assign':
    case 'confirm':
    case 'unassign':
    case 'transition':
      return tablesOf.get(operation.input.booking_id) ?? [];
    default:
      return [];
  }
}

/** Index of the last operation that started at or before an instant; -1 when none did. */
function lastStarted(operations: readonly Operation[], instant: number): number {
  let low = 0;
  let high = operations.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((operations[middle]?.t0 ?? 0) <= instant) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
