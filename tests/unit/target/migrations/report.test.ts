import { expect, it } from 'vitest';
import {
  describeFailure,
  describeSkipped,
  type FailedMigration,
  shorten,
  summarise,
} from '../../../../target/migrations/report.ts';

const failure: FailedMigration = {
  file: '1_a.sql',
  line: 3,
  column: 7,
  text: 'select x',
  statement: 'select x',
  message: 'column "x" does not exist',
  code: '42703',
  detail: null,
  hint: null,
  where: null,
  kept: 0,
};

it('a failure is told in as many lines as it has something to say', () => {
  expect(describeFailure(failure)).toEqual([
    '1_a.sql, line 3, column 7, failed: column "x" does not exist (42703)',
    '  select x',
  ]);
  const more = { detail: 'd', hint: 'h', where: 'one\ntwo', kept: 2, column: null, code: null, text: '' };
  const because = { object: 'column x', file: '0_z.sql', line: 9 };
  expect(describeFailure({ ...failure, ...more, because })).toEqual([
    '1_a.sql, line 3, failed: column "x" does not exist',
    '  detail: d',
    '  hint: h',
    '  where: one\n    two',
    '  because: column x was to come from 0_z.sql, line 9',
    '  it cannot run in one transaction: 2 statements before it stay',
  ]);
});

it('lines left out for one reason are told together', () => {
  const at = (file: string, line: number, reason: string) => ({ file, line, statement: '', reason });
  const skipped = [at('a.sql', 1, 'r'), at('a.sql', 2, 's'), at('a.sql', 3, 'r'), at('b.sql', 4, 'r')];
  expect(describeSkipped({ skipped })).toEqual([
    'a.sql: r (line 1, 3)',
    'a.sql: s (line 2)',
    'b.sql: r (line 4)',
  ]);
});

it.each([
  [[], [], 0, '0 migrations applied'],
  [['a'], [], 1, '1 migration applied, 1 statement skipped'],
  [['a', 'b'], [failure], 2, '2 migrations applied, 1 failed, 2 statements skipped'],
])('%j applied, %j failed, %i skipped', (applied, failed, count, text) => {
  const skipped = Array.from({ length: count }, () => ({ file: '', line: 1, statement: '', reason: '' }));
  expect(summarise({ folder: '', applied, failed, skipped, notes: [] })).toBe(text);
});

it('a long statement is cut between characters', () => {
  expect(shorten('  select\n\t1  ')).toBe('select 1');
  expect([...shorten('🍽'.repeat(200))]).toHaveLength(120);
});
