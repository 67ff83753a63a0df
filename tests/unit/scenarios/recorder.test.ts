import { afterEach, expect, it, vi } from 'vitest';
import { operationSchema } from '../../../history/schema.ts';
import type { Calls } from '../../../scenarios/lib/calls.ts';
import { metric } from './k6.ts';
import { id, json, refused, run, timedOut, virtualUser } from './virtual-user.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

const assignInput = {
  booking_id: id(1),
  table_ids: [id(2)],
  idempotency_key: 'key',
  require_adjacency: false,
  start_at: null,
  end_at: null,
};
const unassign = (calls: Calls) => calls.unassign({ booking_id: id(1), table_ids: null });

it('writes a line for each call, as the history wants it', () => {
  const { calls, written } = virtualUser(json([id(2)]));
  const operation = calls.unassign(
    { booking_id: id(1), table_ids: [id(2)] },
    { retry: 2, expect: ['ok'], round: { round: 4, slot: 'all', scheduled: 9 } },
  );
  expect(written()).toEqual([operation]);
  expect(operationSchema.parse(operation)).toEqual({
    v: 1,
    run,
    runner: 'machine-1',
    process: 2,
    index: 0,
    scenario: 'smoke',
    f: 'unassign',
    input: { booking_id: id(1), table_ids: [id(2)] },
    t0: 1_000_000_000,
    t1: 1_001_000_000,
    type: 'ok',
    class: 'ok',
    code: null,
    value: [id(2)],
    http: 200,
    retry: 2,
    round: { round: 4, slot: 'all', scheduled: 9 },
    expect: ['ok'],
  });
});

it('counts on, and goes on as a fresh process once nobody knows what became of a call', () => {
  const gateway = { status: 504, body: '' };
  const lost = refused('57P01', 'terminating connection', 503);
  const certain = refused('40P01', 'deadlock detected', 500);
  const { calls, written } = virtualUser(json([]), certain, timedOut, json([]), gateway, lost, json([]));
  for (let call = 0; call < 7; call += 1) unassign(calls);
  expect(written().map(({ index, process, type }) => [index, process, type])).toEqual([
    [0, 2, 'ok'],
    [1, 2, 'fail'],
    [2, 2, 'info'],
    [3, 12, 'ok'],
    [4, 12, 'info'],
    [5, 22, 'info'],
    [6, 32, 'ok'],
  ]);
});

it('a read that got no answer leaves nothing in doubt', () => {
  const { calls, written } = virtualUser(timedOut, json([]));
  for (let call = 0; call < 2; call += 1) calls.status({ table_ids: [id(2)] });
  expect(written().map(({ process, type, code }) => [process, type, code])).toEqual([
    [2, 'fail', 'k6-1050'],
    [2, 'ok', null],
  ]);
});

it.each([
  ['scalars', [id(2), id(3)], [id(2), id(3)]],
  ['rows', [{ table_id: id(2) }, { table_id: id(3) }], [id(2), id(3)]],
  ['rows named after the function', [{ unassign_tables_atomic: id(2) }], [id(2)]],
  ['a single id', id(2), [id(2)]],
  ['no row', [], []],
  ['nothing', null, []],
])('ids of an unassign come in one shape: %s', (_, body, value) => {
  const { calls } = virtualUser(json(body));
  const operation = unassign(calls);
  expect(operation.value).toEqual(value);
  expect(operationSchema.safeParse(operation).error).toBeUndefined();
});

it("rows of an assign keep the contract's columns and no others", () => {
  const row = { table_id: id(2), start_at: '2026-06-01T12:00:00+00:00', end_at: '2026-06-01T13:00:00+00:00' };
  const { calls } = virtualUser(
    json([
      { ...row, slot_id: 7 },
      { ...row, merge_group_id: id(9) },
    ]),
  );
  const operation = calls.assign(assignInput);
  expect(operation.value).toEqual([
    { ...row, merge_group_id: null },
    { ...row, merge_group_id: id(9) },
  ]);
  expect(operationSchema.safeParse(operation).error).toBeUndefined();
});

it('statuses become a map from table to status', () => {
  const { calls } = virtualUser(json([{ id: id(2), status: 'reserved' }]));
  expect(calls.status({ table_ids: [id(2)] }).value).toEqual({ [id(2)]: 'reserved' });
});

it.each([
  ['P0001', 'allocations_no_overlap', 'conflict', 'fail'],
  ['P0003', 'another set of tables', 'refusal', 'fail'],
  ['57P01', 'terminating connection', 'connection', 'info'],
])('%s is recorded with its code, message and class', (code, message, resultClass, type) => {
  const { calls } = virtualUser(refused(code, message, 500));
  expect(calls.assign(assignInput)).toMatchObject({
    code,
    class: resultClass,
    type,
    http: 500,
    value: { message, details: null, hint: null },
  });
});

it('counts calls that were begun and recorded, and times each kind', () => {
  const { calls } = virtualUser(json([]), { status: 204 });
  unassign(calls);
  calls.refresh(id(2));
  expect(metric('calls_begun')).toEqual([1, 1]);
  expect(metric('unassign_samples')).toEqual([1]);
  expect(metric('refresh_samples')).toEqual([1]);
  expect(metric('unassign_duration')).toEqual([1]);
  expect(metric('refresh_duration')).toEqual([1]);
  expect(metric('assign_samples')).toEqual([]);
});

it('waits before the next call while PostgREST has no database', () => {
  const { calls } = virtualUser(
    refused('PGRST000', 'Database connection error', 503),
    refused('40P01', 'deadlock', 500),
  );
  expect(calls.assign(assignInput).class).toBe('connection');
  const late = calls.assign(assignInput);
  expect(late.t0 / 1e6).toBeGreaterThan(300);
  expect(late.class).toBe('transient');
});

it('a call that the load generator itself breaks off is begun and not recorded', () => {
  const { calls, written } = virtualUser();
  expect(() => unassign(calls)).toThrow(/no answer/);
  expect(metric('calls_begun')).toEqual([1]);
  expect(metric('unassign_samples')).toEqual([]);
  expect(written()).toEqual([]);
});
