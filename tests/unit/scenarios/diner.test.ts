import { afterEach, expect, it, vi } from 'vitest';
import { type Diner, RETRIES } from '../../../plan/scenarios/rush.ts';
import { seat } from '../../../scenarios/lib/diner.ts';
import { requests } from './k6.ts';
import { id, json, refused, timedOut, virtualUser } from './virtual-user.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

const conflict = refused('P0001', 'allocations_no_overlap');
const deadlock = refused('40P01', 'deadlock detected', 500);
const seated = json([]);
const round = { round: 7, slot: null, scheduled: 0 };

function diner(more: Partial<Diner> = {}): Diner {
  return {
    booking_id: id(1),
    arrival_ms: 0,
    choices: [[id(2)], [id(3)], [id(4), id(5)]],
    idempotency_key: 'key',
    backoff_ms: Array.from({ length: 10 }, () => 5),
    changes_mind: false,
    ...more,
  };
}

/** Which tables were asked for under which key, and whether as a repetition. */
function asked(answers: Parameters<typeof virtualUser>, more: Partial<Diner> = {}) {
  const { calls, written } = virtualUser(...answers);
  seat(calls, diner(more), round);
  return written().map((record) =>
    record.f === 'assign'
      ? [
          record.input.table_ids.map((table) => table.at(-1)).join(),
          record.input.idempotency_key,
          record.retry,
        ]
      : record.f,
  );
}

it('who gets the first choice asks for no other', () => {
  expect(asked([seated])).toEqual([['2', 'key-0', 0]]);
});

it('after a conflict the next choice is asked for, under another key', () => {
  expect(asked([conflict, conflict, seated])).toEqual([
    ['2', 'key-0', 0],
    ['3', 'key-1', 0],
    ['4,5', 'key-2', 0],
  ]);
});

it('after a transient error or a lost answer the same call is repeated under the same key', () => {
  expect(asked([deadlock, timedOut, seated])).toEqual([
    ['2', 'key-0', 0],
    ['2', 'key-0', 1],
    ['2', 'key-0', 2],
  ]);
});

it('nobody repeats for ever: then the next choice is tried, and in the end the diner goes', () => {
  const tries = 3 * (RETRIES + 1);
  expect(asked(Array.from({ length: tries }, () => deadlock))).toHaveLength(tries);
  expect(requests()).toHaveLength(tries);
});

it('who changes their mind gives the table back', () => {
  expect(asked([seated, json([])], { changes_mind: true })).toEqual([['2', 'key-0', 0], 'unassign']);
});

it('who got no table has none to give back', () => {
  expect(asked([conflict, conflict, conflict], { changes_mind: true })).toHaveLength(3);
});

it('every call tells which diner it was', () => {
  const { calls, written } = virtualUser(conflict, seated);
  seat(calls, diner(), round);
  expect(written().map((record) => record.round)).toEqual([round, round]);
});
