import { expect, it } from 'vitest';
import { nameOf } from '../../../plan/identity.ts';
import { lastEffects } from '../../../replay/checks/last-effects.ts';
import { stepsOf } from '../../../replay/sessions.ts';
import { recordedRun } from './recorded.ts';

/** What must be left, for instance `booking 1, table 1: A2`; a release has a minus sign. */
function left(script: string): string[] {
  return lastEffects(stepsOf(recordedRun(script).history.operations)).map(
    ({ booking_id, table_id, claims, releases }) =>
      `${nameOf(booking_id)}, ${nameOf(table_id)}: ${[...claims.map(({ name }) => name), ...releases.map(({ name }) => `-${name}`)].join(' ')}`.replaceAll(
        'hot-table/',
        '',
      ),
  );
}

it.each([
  [
    'a later assignment moves it',
    'p0 0..1 assign b1 t1 -> ok\np0 2..3 assign b1 t1 @70-80 -> ok',
    ['booking 1, table 1: A2'],
  ],
  [
    'two at once may each be last',
    'p0 0..9 assign b1 t1 -> ok\np1 2..3 assign b1 t1 @70-80 -> ok',
    ['booking 1, table 1: A1 B1'],
  ],
  [
    'a release takes it away',
    'p0 0..1 assign b1 t1 -> ok\np0 2..3 unassign b1 -> ok',
    ['booking 1, table 1: -A2'],
  ],
  [
    'of some tables only',
    'p0 0..1 assign b1 t1,t2 -> ok\np0 2..3 unassign b1 t2 -> ok',
    ['booking 1, table 1: A1', 'booking 1, table 2: -A2'],
  ],
  ['a release at the same time leaves it open', 'p0 0..9 assign b1 t1 -> ok\np1 2..3 unassign b1 -> ok', []],
  [
    'a repetition under its key changes nothing',
    'p0 0..1 assign b1 t1 key=k -> ok\np0 2..3 assign b1 t1 @70-80 -> ok\np0 4..5 assign b1 t1 key=k -> ok',
    ['booking 1, table 1: A2'],
  ],
  [
    'but it may after an undo',
    'p0 0..1 assign b1 t1 key=k -> ok\np0 2..3 unassign b1 -> ok\np0 4..5 assign b1 t1 key=k -> ok',
    ['booking 1, table 1: A3'],
  ],
  [
    'a cancellation takes all away',
    'p0 0..1 assign b1 t1 -> ok\np0 2..3 transition b1 cancelled -> ok',
    ['booking 1, table 1: -A2'],
  ],
  [
    'a completion is up to the application',
    'p0 0..1 assign b1 t1 -> ok\np0 2..3 transition b1 completed -> ok',
    [],
  ],
])('%s', (_, script, expected) => {
  expect(left(script)).toEqual(expected);
});
