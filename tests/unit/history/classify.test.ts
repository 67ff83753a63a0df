import { expect, it } from 'vitest';
import { type Answer, classify, isConflictMessage } from '../../../history/classify.ts';

const answer = (http: number, code: string | null, message = ''): Answer => ({
  http,
  code,
  message,
  readOnly: false,
});

// HTTP statuses as PostgREST gives them; the same code keeps its meaning under any other.
it.each([
  [200, null, '', 'ok', 'ok'],
  [204, null, '', 'ok', 'ok'],
  [400, 'P0001', 'allocations_no_overlap', 'conflict', 'fail'],
  [400, 'P0001', 'allocations_no_overlap: table 3 is taken', 'conflict', 'fail'],
  [400, 'P0001', 'hold conflict: table 3 is held', 'conflict', 'fail'],
  [400, '23P01', 'conflicting key value violates exclusion constraint', 'conflict', 'fail'],
  [409, '23505', 'duplicate key value violates unique constraint', 'conflict', 'fail'],
  [400, 'P0001', 'capacity_exceeded_post_assignment', 'refusal', 'fail'],
  [400, 'P0001', 'something else', 'unexpected', 'fail'],
  [400, '22000', 'the window must start before it ends', 'refusal', 'fail'],
  [400, '22023', 'half a window', 'refusal', 'fail'],
  [409, '23503', 'table belongs to another restaurant', 'refusal', 'fail'],
  [400, '23514', 'tables are not adjacent', 'refusal', 'fail'],
  [500, 'P0002', 'booking not found', 'refusal', 'fail'],
  [500, 'P0003', 'idempotency key was used', 'refusal', 'fail'],
  [500, '40P01', 'deadlock detected', 'transient', 'fail'],
  [500, '40001', 'could not serialize access', 'transient', 'fail'],
  [500, '55P03', 'lock not available', 'transient', 'fail'],
  [500, '57014', 'canceling statement due to statement timeout', 'transient', 'fail'],
  [504, 'PGRST003', 'Timed out acquiring connection', 'overload', 'fail'],
  [503, '53300', 'too many connections', 'overload', 'fail'],
  [500, '53400', 'configuration limit exceeded', 'overload', 'fail'],
  [503, 'PGRST000', 'Could not connect', 'connection', 'info'],
  [503, 'PGRST001', 'Could not connect', 'connection', 'info'],
  [503, 'PGRST002', 'Could not query the schema cache', 'connection', 'info'],
  [503, '57P01', 'terminating connection', 'connection', 'info'],
  [503, '57P02', 'crash shutdown', 'connection', 'info'],
  [503, '57P03', 'the database system is starting up', 'connection', 'info'],
  [503, '08006', 'connection failure', 'connection', 'info'],
  [503, '08P01', 'protocol violation', 'connection', 'info'],
  [406, 'PGRST106', 'The schema must be one of the following', 'setup', 'fail'],
  [404, 'PGRST202', 'Could not find the function', 'setup', 'fail'],
  [300, 'PGRST203', 'Could not choose the best candidate', 'setup', 'fail'],
  [401, 'PGRST301', 'JWT expired', 'setup', 'fail'],
  [401, 'PGRST302', 'Anonymous access is disabled', 'setup', 'fail'],
  [401, 'PGRST303', 'JWT claims validation failed', 'setup', 'fail'],
  [403, '42501', 'permission denied', 'setup', 'fail'],
  [405, '25006', 'read-only transaction', 'unexpected', 'fail'],
  [404, '42883', 'function does not exist', 'unexpected', 'fail'],
  [500, 'XX000', 'internal error', 'unexpected', 'fail'],
  [409, 'PT409', 'raised by an application', 'unexpected', 'fail'],
  [400, 'PGRST102', 'invalid body', 'unexpected', 'fail'],
] as const)('HTTP %i, code %s, "%s" on a write is %s, %s', (http, code, message, resultClass, type) => {
  expect(classify(answer(http, code, message))).toEqual({ class: resultClass, type });
});

it.each([
  ['40P01', 400],
  ['P0002', 404],
  ['57014', 504],
  ['PGRST003', 503],
] as const)('the code %s decides under HTTP %i too', (code, http) => {
  expect(classify(answer(http, code)).type).toBe('fail');
});

// Without a code of PostgreSQL or PostgREST it is a gateway, or nobody, that answered.
const statuses = [
  [0, 'connection', 'info', 'fail'],
  [401, 'setup', 'fail', 'fail'],
  [403, 'setup', 'fail', 'fail'],
  [429, 'overload', 'fail', 'fail'],
  [502, 'overload', 'info', 'fail'],
  [503, 'overload', 'info', 'fail'],
  [504, 'overload', 'info', 'fail'],
  [522, 'overload', 'info', 'fail'],
  [523, 'overload', 'info', 'fail'],
  [524, 'overload', 'info', 'fail'],
  [301, 'unexpected', 'info', 'fail'],
  [500, 'unexpected', 'info', 'fail'],
] as const;

it.each(statuses)('HTTP %i without a code is %s: %s on a write, %s on a read', (http, ...expected) => {
  const [resultClass, write, read] = expected;
  expect(classify(answer(http, null))).toEqual({ class: resultClass, type: write });
  expect(classify({ ...answer(http, null), readOnly: true })).toEqual({ class: resultClass, type: read });
});

it.each(statuses)("HTTP %i with a gateway's own code is %s all the same", (http, ...expected) => {
  const [resultClass, write] = expected;
  expect(classify(answer(http, 'upstream_failure'))).toEqual({ class: resultClass, type: write });
});

it("an answer that is marked as an error is no success, whatever the status and whoever's the code", () => {
  expect(classify(answer(200, 'upstream_failure'))).toEqual({ class: 'unexpected', type: 'info' });
  expect(classify(answer(200, 'PGRST106'))).toEqual({ class: 'setup', type: 'fail' });
});

it.each(['PGRST000', '57P01', '08006'])('a read that failed with %s leaves nothing in doubt', (code) => {
  expect(classify({ ...answer(503, code), readOnly: true })).toEqual({ class: 'connection', type: 'fail' });
});

it.each([
  ['allocations_no_overlap', true],
  ['hold_conflict', true],
  ['Hold conflict on table 4', true],
  ['table 4 conflicts with a hold', true],
  ['conflicting hold', true],
  ['table 4 is held by another booking', true],
  ['capacity_exceeded_post_assignment', false],
  ['the table cannot hold a party of 9', false],
  ['', false],
])('"%s" speaks of another claim: %s', (message, conflict) => {
  expect(isConflictMessage(message)).toBe(conflict);
});
