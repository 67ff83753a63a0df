import type { AssignOperation, Operation } from '../../history/operation.ts';
import { nameOf } from '../../plan/identity.ts';
import { type BookingCall, callsByBooking, isAssignment, isSequential } from '../booking-calls.ts';
import { namesOf, remark, step } from '../explain.ts';
import type { Allocation, Assignment, FinalState } from '../final-state.ts';
import type { Evidence, FoundViolation, Invariant } from '../invariant.ts';

/**
 * A set of tables is assigned whole or not at all, with one merge group for the set, and no group is left empty.
 *
 * Assumes that the final state was read after the load.
 * Proves that for every booking for which several tables were wanted as one, and whose calls came one after the
 * other and each have an answer, what is left follows from the answers; a set that was refused left nothing. Where
 * all calls are one call, repeated under its key, the set is there whole, or not at all when no answer came.
 * Literature: atomicity (Gray 1981).
 * Does not prove anything of a set that was incomplete for a moment in between, or of bookings whose calls
 * overlapped and were different ones.
 */
export const atomicMerge: Invariant = {
  id: 'atomic-merge',
  promise: 'a set of tables is assigned whole or not at all',
  check(evidence) {
    const { run } = evidence;
    const finding = { checked: { count: 0, of: 'sets of tables' }, violations: [] as FoundViolation[] };
    const state = run.finalState;
    if (!state) return { ...finding, undecided: ['the final state was not read'], summary: '' };
    const rows = new Rows(state);
    const calls = callsByBooking(run.history.operations);
    for (const operation of run.history.operations) {
      if (!isSet(operation) || operation.type !== 'fail' || calls.has(operation.input.booking_id)) continue;
      finding.checked.count += 1;
      finding.violations.push(...leftByRefusal(operation, rows));
    }
    for (const list of calls.values()) {
      if (!list.some(isSet)) continue;
      const found = judgeBooking(evidence, list, rows);
      if (found === null) continue;
      finding.checked.count += 1;
      finding.violations.push(...found);
    }
    const gaps = [...run.history.incomplete].map(([runner, reason]) => `${runner}: ${reason}`);
    const excused = gaps.length > 0 && finding.violations.length > 0;
    return {
      ...finding,
      violations: excused ? [] : finding.violations,
      undecided: excused ? [`${finding.violations.length} sets are not whole, but ${gaps.join('; ')}`] : [],
      summary: `${finding.checked.count} sets of tables, each whole or not there, with one merge group`,
    };
  },
};

/** The rows of the final state by booking. */
class Rows {
  private readonly assignments = new Map<string, Assignment[]>();
  private readonly groups = new Map<string, Allocation[]>();

  constructor(state: FinalState) {
    for (const row of state.assignments) {
      this.assignments.set(row.booking_id, [...(this.assignments.get(row.booking_id) ?? []), row]);
    }
    for (const row of state.allocations) {
      if (row.resource_type !== 'merge_group' || row.booking_id === null) continue;
      this.groups.set(row.booking_id, [...(this.groups.get(row.booking_id) ?? []), row]);
    }
  }

  on(booking: string, tables: Iterable<string>): Assignment[] {
    const wanted = new Set(tables);
    return (this.assignments.get(booking) ?? []).filter(({ table_id }) => wanted.has(table_id));
  }

  groupsOf(booking: string): Allocation[] {
    return this.groups.get(booking) ?? [];
  }
}

function isSet(operation: Operation): operation is AssignOperation {
  return isAssignment(operation) && new Set(operation.input.table_ids).size > 1;
}

function leftByRefusal(operation: AssignOperation, rows: Rows): FoundViolation[] {
  const { booking_id, table_ids } = operation.input;
  const left = rows.on(booking_id, table_ids);
  if (left.length === 0) return [];
  const text = `${nameOf(booking_id)} was refused ${namesOf(table_ids)}, and has ${namesOf(left.map((row) => row.table_id))}`;
  return [violation(text, [operation], left)];
}

/** Null where the answers do not say what must be left. */
function judgeBooking({ effects }: Evidence, calls: BookingCall[], rows: Rows): FoundViolation[] | null {
  const one = oneCall(calls);
  if (one !== null) return judgeOneCall(one, rows);
  const keys = calls.flatMap((call) => (isAssignment(call) ? (call.input.idempotency_key ?? []) : []));
  if (!isSequential(calls, effects.time) || new Set(keys).size < keys.length) return null;
  const sets = setsLeft(calls);
  if (sets === null) return null;
  const booking = calls[0]?.input.booking_id ?? '';
  const violations = [...sets].flatMap(([call, tables]) =>
    isSet(call) && tables.size > 0 ? brokenSet(call, [...tables], rows.on(booking, tables)) : [],
  );
  const whole = [...sets].filter(([call, tables]) => isSet(call) && tables.size > 0).length;
  return [...violations, ...spareGroups(booking, whole, calls, rows)];
}

function spareGroups(booking: string, sets: number, calls: BookingCall[], rows: Rows): FoundViolation[] {
  const groups = rows.groupsOf(booking);
  if (groups.length <= sets) return [];
  const text = `${nameOf(booking)} has ${sets} sets of tables and ${groups.length} merge groups`;
  return [violation(text, calls, groups)];
}

/** The call that all of them are, for a set under one key, or sent only once; an acknowledged one if there is one. */
function oneCall(calls: readonly BookingCall[]): AssignOperation | null {
  const [first] = calls;
  if (!first || !isSet(first) || (calls.length > 1 && first.input.idempotency_key === null)) return null;
  const wanted = new Set(first.input.table_ids);
  const same = (call: BookingCall): call is AssignOperation =>
    isAssignment(call) &&
    call.input.idempotency_key === first.input.idempotency_key &&
    new Set(call.input.table_ids).size === wanted.size &&
    call.input.table_ids.every((table) => wanted.has(table));
  return calls.every(same) ? (calls.find(({ type }) => type === 'ok') ?? first) : null;
}

function judgeOneCall(call: AssignOperation, rows: Rows): FoundViolation[] {
  const { booking_id, table_ids } = call.input;
  const there = rows.on(booking_id, table_ids);
  if (there.length === 0 && call.type === 'info') return [];
  return [...brokenSet(call, [...new Set(table_ids)], there), ...spareGroups(booking_id, 1, [call], rows)];
}

/** Which tables each assignment still has at the end; null when a call's effect is open. */
function setsLeft(calls: readonly BookingCall[]): Map<AssignOperation, Set<string>> | null {
  const sets = new Map<AssignOperation, Set<string>>();
  const take = (tables: Iterable<string>): void => {
    for (const table of tables) for (const set of sets.values()) set.delete(table);
  };
  for (const call of calls) {
    if (isAssignment(call)) {
      take(call.input.table_ids);
      sets.set(call, new Set(call.input.table_ids));
    } else if (call.f === 'unassign') {
      if (call.input.table_ids) take(call.input.table_ids);
      else sets.clear();
    } else if (call.input.status === 'completed') {
      return null;
    } else {
      sets.clear();
    }
  }
  return sets;
}

function brokenSet(call: AssignOperation, tables: string[], there: Assignment[]): FoundViolation[] {
  const whose = nameOf(call.input.booking_id);
  if (there.length < tables.length) {
    const had = there.length === 0 ? 'none' : namesOf(there.map((row) => row.table_id));
    return [violation(`of ${namesOf(tables)} ${whose} has ${had}`, [call], there)];
  }
  const groups = new Set(there.map((row) => row.merge_group_id));
  if (groups.size === 1 && !groups.has(null)) return [];
  const names = [...groups].map((group) => group ?? 'none').join(', ');
  return [violation(`${namesOf(tables)} of ${whose} are not in one merge group: ${names}`, [call], there)];
}

function violation(
  title: string,
  operations: Operation[],
  rows: readonly (Assignment | Allocation)[],
): FoundViolation {
  return {
    title,
    steps: [...operations.map((operation) => step(operation)), remark(`in the final state: ${title}`)],
    operations,
    rows: rows.map(({ row }) => row),
  };
}
