import { formatWindow, sameWindow, windowFrom } from '../../contracts/instant.ts';
import type { AssignedRow, AssignOperation } from '../../history/operation.ts';
import { nameOf } from '../../plan/identity.ts';
import { type BookingCall, callsByBooking, isAssignment, isRelease } from '../booking-calls.ts';
import { requestedWindow } from '../effects.ts';
import { namesOf, remark, step } from '../explain.ts';
import type { Evidence, FoundViolation, Invariant } from '../invariant.ts';

/**
 * One key, one effect, one answer; the same key with other tables is refused with P0003.
 *
 * Assumes that keys are unique to the run, and calls of one booking and key are the same request.
 * Proves that where nothing was given back in between, all acknowledged calls of a key name the same tables and
 * were answered alike, P0003 has another call of that key to blame, and a repetition after another call moved the
 * window leaves the move in place. After an undo a repetition may assign anew or be refused; an acknowledgement
 * that leaves nothing is broken. Literature: at-most-once execution (Birrell & Nelson 1984).
 * Does not prove anything of calls that went on at the same time as an undo, or of how long a ledger keeps a key.
 */
export const idempotentReplay: Invariant = {
  id: 'idempotent-replay',
  promise: 'one key, one effect, one answer',
  check(evidence) {
    const { run } = evidence;
    const onBooking = callsByBooking(run.history.operations);
    const violations: FoundViolation[] = [];
    let checked = 0;
    for (const calls of callsByKey(run.history.operations.filter(isAssignment))) {
      if (calls.length < 2) continue;
      checked += 1;
      const all = onBooking.get(calls[0].input.booking_id) ?? [];
      violations.push(...judgeKey(evidence, calls, all));
    }
    const gaps = [...run.history.incomplete].map(([runner, reason]) => `${runner}: ${reason}`);
    const excused = gaps.length > 0 && violations.length > 0;
    return {
      checked: { count: checked, of: 'keys that were used again' },
      violations: excused ? [] : violations,
      undecided: excused ? [`${violations.length} keys are not idempotent, but ${gaps.join('; ')}`] : [],
      summary: `${checked} keys that were used again, each with one effect and one answer`,
    };
  },
};

type KeyCalls = [AssignOperation, ...AssignOperation[]];

function callsByKey(assignments: readonly AssignOperation[]): Iterable<KeyCalls> {
  const groups = new Map<string, KeyCalls>();
  for (const operation of assignments) {
    const { booking_id, idempotency_key } = operation.input;
    if (idempotency_key === null) continue;
    const name = `${booking_id} ${idempotency_key}`;
    const group = groups.get(name);
    if (group) group.push(operation);
    else groups.set(name, [operation]);
  }
  return groups.values();
}

function judgeKey(evidence: Evidence, calls: KeyCalls, onBooking: readonly BookingCall[]): FoundViolation[] {
  const { time } = evidence.effects;
  const released = onBooking.filter(isRelease);
  const apart = released.every((release) =>
    calls.every((call) => time.before(call, release) || time.before(release, call)),
  );
  if (!apart) return [];
  const between = released.filter(
    (release) =>
      !calls.every((call) => time.before(call, release)) &&
      !calls.every((call) => time.before(release, call)),
  );
  if (between.length > 0) return afterUndo(evidence, calls, between, onBooking);
  return [
    ...twoAnswers(calls),
    ...refusedForNothing(evidence, calls),
    ...movedBack(evidence, calls, onBooking),
  ];
}

/** Acknowledged calls of one key that name other tables, or were answered otherwise, than the first. */
function twoAnswers(calls: KeyCalls): FoundViolation[] {
  const [first, ...others] = calls.filter(({ type }) => type === 'ok');
  if (!first) return [];
  for (const other of others) {
    if (tablesOf(other) !== tablesOf(first)) {
      return [
        found(
          'one key was acknowledged for two sets of tables',
          first,
          other,
          'the second must be refused with P0003',
        ),
      ];
    }
    if (answerOf(other) !== answerOf(first)) {
      return [
        found(
          'one key was answered in two ways',
          first,
          other,
          `first ${answerOf(first)}; then ${answerOf(other)}`,
        ),
      ];
    }
  }
  return [];
}

/** P0003 says that the key was used for another set: there must be a call which may have done so. */
function refusedForNothing({ effects }: Evidence, calls: KeyCalls): FoundViolation[] {
  const refused = calls.filter(({ code }) => code === 'P0003');
  const unfounded = refused.find(
    (call) =>
      !calls.some(
        (other) =>
          other.type !== 'fail' && tablesOf(other) !== tablesOf(call) && !effects.time.before(call, other),
      ),
  );
  if (!unfounded) return [];
  const text = `${nameOf(unfounded.input.booking_id)} was refused with P0003, though its key was not used for other tables`;
  return [{ title: text, steps: [step(unfounded), remark(text)], operations: [unfounded], rows: [] }];
}

/** A repetition after another call had moved the window must leave it where it is. */
function movedBack(
  { run, effects }: Evidence,
  calls: KeyCalls,
  onBooking: readonly BookingCall[],
): FoundViolation[] {
  const [first] = calls;
  const replay = calls.at(-1);
  const moves = onBooking.filter((call) => isAssignment(call) && !calls.includes(call));
  const [move] = moves;
  const { time } = effects;
  if (replay?.type !== 'ok' || first.type !== 'ok' || moves.length !== 1 || !move || !isAssignment(move))
    return [];
  if (move.type !== 'ok' || !time.before(first, move) || !time.before(move, replay)) return [];
  if (onBooking.some(isRelease) || calls.some((call) => call !== first && !time.before(move, call)))
    return [];
  const wanted = requestedWindow(run, move);
  const tables = new Set(move.input.table_ids);
  const row = run.finalState?.assignments.find(
    ({ booking_id, table_id }) => booking_id === first.input.booking_id && tables.has(table_id),
  );
  if (!wanted || !row?.window || sameWindow(row.window, wanted)) return [];
  const text = `repeating a call moved ${nameOf(row.table_id)} of ${nameOf(row.booking_id)} to ${formatWindow(row.window)}`;
  return [
    {
      title: text,
      steps: [
        step(first, '', requestedWindow(run, first)),
        step(move, 'it moved the window', wanted),
        step(replay, 'the same call again, which must change nothing'),
        remark(`in the final state the window is ${formatWindow(row.window)}`),
      ],
      operations: [first, move, replay],
      rows: [row.row],
    },
  ];
}

/** What is acknowledged after an undo must be there. */
function afterUndo(
  { run, effects }: Evidence,
  calls: KeyCalls,
  between: readonly BookingCall[],
  onBooking: readonly BookingCall[],
): FoundViolation[] {
  const { time } = effects;
  const replay = calls.at(-1);
  if (replay?.type !== 'ok' || !run.finalState) return [];
  const undone = between.filter((release) => release.type === 'ok' && time.before(release, replay));
  const isLast = onBooking.every((call) => call === replay || time.before(call, replay));
  if (undone.length === 0 || !isLast) return [];
  const { booking_id, table_ids } = replay.input;
  const there = new Set(
    run.finalState.assignments.filter((row) => row.booking_id === booking_id).map((row) => row.table_id),
  );
  const missing = [...new Set(table_ids)].filter((table) => !there.has(table));
  if (missing.length === 0) return [];
  const text = `${nameOf(booking_id)} was acknowledged ${namesOf(missing)} after an undo, and has nothing`;
  return [
    {
      title: text,
      steps: [
        step(calls[0]),
        ...undone.map((release) => step(release, 'it gave the tables back')),
        step(replay, 'success, though nothing was assigned'),
        remark(`in the final state ${nameOf(booking_id)} does not have ${namesOf(missing)}`),
      ],
      operations: [calls[0], ...undone, replay],
      rows: [],
    },
  ];
}

function tablesOf({ input }: AssignOperation): string {
  return [...new Set(input.table_ids)].sort().join();
}

/** An answer in one spelling: the same instants may be written in several ways. */
function answerOf({ value }: AssignOperation): string {
  const rows = (Array.isArray(value) ? value : []) as AssignedRow[];
  const lines = rows.map(({ table_id, start_at, end_at, merge_group_id }) => {
    const window = windowFrom(start_at, end_at);
    const group = merge_group_id === null ? '' : ` in group ${merge_group_id}`;
    return `${table_id === null ? 'null' : nameOf(table_id)} for ${window ? formatWindow(window) : 'no window'}${group}`;
  });
  return lines.length === 0 ? 'nothing' : lines.sort().join(' and ');
}

function found(what: string, first: AssignOperation, other: AssignOperation, why: string): FoundViolation {
  return {
    title: `${nameOf(first.input.booking_id)}: ${what}`,
    steps: [step(first), step(other, why), remark(`both have the key ${first.input.idempotency_key}`)],
    operations: [first, other],
    rows: [],
  };
}
