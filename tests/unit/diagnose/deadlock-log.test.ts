import { expect, it } from 'vitest';
import { deadlocksOf } from '../../../diagnose/deadlock-log.ts';

const prefix = (pid: number, second = 35) =>
  `2026-11-26 20:40:${second}.393 UTC [${pid}] authenticator@postgres PostgREST 12.0.2 `;
const deadlock = (pid: number, ...context: string[]) =>
  [
    `${prefix(pid)}ERROR:  deadlock detected`,
    `${prefix(pid)}DETAIL:  Process ${pid} waits for ShareLock on transaction 879; blocked by process 9.`,
    '\tProcess 9 waits for ShareLock on transaction 877; blocked by process 1.',
    `${prefix(pid)}HINT:  See server log for query details.`,
    `${prefix(pid)}CONTEXT:  ${context.join('\n\t')}`,
  ].join('\n');

it('a deadlock has the row, the statement over its lines, and the place that it came from, innermost first', () => {
  const log = deadlock(
    1,
    'while locking tuple (0,4) in relation "restaurants"',
    'SQL statement "SELECT 1',
    '  FROM restaurants r FOR UPDATE"',
    'PL/pgSQL function check_capacity_rules(uuid,tstzrange) line 6 at PERFORM',
    'SQL statement "SELECT check_capacity_rules(v_booking.restaurant_id, v_window)"',
    'PL/pgSQL function assign_tables_atomic_v2(uuid) line 174 at PERFORM',
  );
  expect(deadlocksOf(log)).toEqual([
    {
      at_ms: Date.parse('2026-11-26T20:40:35.393Z'),
      relation: 'restaurants',
      statement: 'SELECT 1 FROM restaurants r FOR UPDATE',
      place: 'check_capacity_rules line 6',
    },
  ]);
});

it('lines of other processes in between belong to those', () => {
  const [head = '', ...rest] = deadlock(1, 'while locking tuple (0,4) in relation "restaurants"').split('\n');
  const other = [
    `${prefix(2)}LOG:  process 2 still waiting for ShareLock on transaction 9 after 1000.056 ms`,
    `${prefix(2)}CONTEXT:  while locking tuple (0,16) in relation "table_inventory"`,
    '\tSQL statement "SELECT 2"',
  ];
  expect(deadlocksOf([head, ...other, ...rest].join('\n'))).toMatchObject([
    { relation: 'restaurants', statement: null },
  ]);
});

it('other errors are none, and a log without contexts says less', () => {
  expect(
    deadlocksOf(
      `${prefix(1)}ERROR:  canceling statement\n${prefix(1)}CONTEXT:  while locking tuple (0,1) in relation "x"`,
    ),
  ).toEqual([]);
  expect(deadlocksOf('')).toEqual([]);
  expect(deadlocksOf(`${prefix(1)}ERROR:  deadlock detected`)).toMatchObject([
    { relation: null, place: null },
  ]);
});
