import { formatWindow, sameWindow, type Window } from '../contracts/instant.ts';
import { F, Type } from '../history/columns/columns.ts';
import { recordedOf } from '../history/columns/recorded.ts';
import type { AssignedRow, AssignOperation, Operation } from '../history/operation.ts';
import { nameOf } from '../plan/identity.ts';
import { requestedWindow } from './effects.ts';
import { step } from './explain.ts';
import type { Allocation, Assignment, FinalState, LedgerEntry } from './final-state.ts';
import type { Evidence, FoundViolation } from './invariant.ts';
import type { RunData } from './run-data.ts';

/**
 * Compares an acknowledged assignment with the merge group and the ledger entry that it must have left behind, where no
 * other call touched the booking: there, the rows can only be its own. Nothing is compared when records are missing.
 */
export function answersAdrift(
  { run }: Evidence,
  acknowledged: readonly AssignOperation[],
  state: FinalState,
): FoundViolation[] {
  if (run.history.incomplete.size > 0) return [];
  const groups = new Map(state.allocations.map((row) => [row.id, row]));
  const entries = new Map(state.ledger.map((row) => [`${row.booking_id} ${row.idempotency_key}`, row]));
  const rows = new Map(state.assignments.map((row) => [`${row.booking_id} ${row.table_id}`, row]));
  const touched = touchedOnce(run.history.operations);
  const ledger = hasLedger(run) ? ledgerProblem : () => null;
  if (touched.size === 0) return [];
  return acknowledged.flatMap((operation) => {
    if (!touched.has(operation.input.booking_id)) return [];
    const window = requestedWindow(run, operation);
    const problem = groupProblem(operation, window, rows, groups) ?? ledger(operation, window, entries);
    if (problem === null) return [];
    return [
      {
        title: `${nameOf(operation.input.booking_id)}: ${problem}`,
        steps: [step(operation, `no other call touched that booking, yet ${problem}`, window)],
        operations: [operation],
        rows: operation.input.table_ids.flatMap((table) => {
          const row = rows.get(`${operation.input.booking_id} ${table}`);
          return row ? [row.row] : [];
        }),
      },
    ];
  });
}

/** Bookings of which one call alone may have changed the tables. */
function touchedOnce(operations: readonly Operation[]): Set<string> {
  const { columns, count, words } = recordedOf(operations);
  const { f, type, booking } = columns;
  const counts = new Int32Array(words.count + 1);
  for (let row = 0; row < count; row += 1) {
    if (type[row] === Type.fail) continue;
    const changes =
      f[row] === F.assign ||
      f[row] === F.confirm ||
      f[row] === F.unassign ||
      (f[row] === F.transition && !isArrival(operations[row] as Operation));
    const whose = booking[row] as number;
    if (changes) counts[whose] = (counts[whose] as number) + 1;
  }
  const once = new Set<string>();
  for (const [whose, calls] of counts.entries()) if (whose > 0 && calls === 1) once.add(words.text(whose));
  return once;
}

function isArrival(operation: Operation): boolean {
  return operation.f === 'transition' && operation.input.status === 'checked_in';
}

/** A deployment may have no ledger; the tables that teardown looked at say which there are. */
export function hasLedger({ teardown }: RunData): boolean {
  const tables = teardown?.left ?? teardown?.untagged_before ?? [];
  return tables.some(({ table }) => table === 'booking_assignment_idempotency');
}

function groupProblem(
  operation: AssignOperation,
  window: Window | null,
  rows: ReadonlyMap<string, Assignment>,
  groups: ReadonlyMap<string, Allocation>,
): string | null {
  const tables = new Set(operation.input.table_ids);
  if (tables.size < 2) return null;
  const [first] = (Array.isArray(operation.value) ? operation.value : []) as AssignedRow[];
  const answered = first?.merge_group_id ?? null;
  for (const table of tables) {
    const row = rows.get(`${operation.input.booking_id} ${table}`);
    if (row && row.merge_group_id !== answered) {
      return `the answer names merge group ${answered ?? 'none'}, the assignment of ${nameOf(table)} ${row.merge_group_id ?? 'none'}`;
    }
  }
  const group = groups.get(answered ?? '');
  if (answered !== null && !group) return `the answer names merge group ${answered}, which is not there`;
  if (group && window && !sameWindow(group.window, window)) {
    return `the merge group is for ${formatWindow(group.window)}`;
  }
  return null;
}

function ledgerProblem(
  operation: AssignOperation,
  window: Window | null,
  entries: ReadonlyMap<string, LedgerEntry>,
): string | null {
  const { booking_id, idempotency_key, table_ids } = operation.input;
  if (idempotency_key === null) return null;
  const entry = entries.get(`${booking_id} ${idempotency_key}`);
  if (!entry) return `the ledger has no entry for key ${idempotency_key}`;
  if ([...entry.table_ids].sort().join() !== [...new Set(table_ids)].sort().join()) {
    return `the ledger names ${entry.table_ids.map(nameOf).join(' and ') || 'no table'}`;
  }
  if (entry.window && window && !sameWindow(entry.window, window)) {
    return `the ledger has the window ${formatWindow(entry.window)}`;
  }
  return null;
}
