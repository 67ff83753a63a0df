import { describe, expect, it } from 'vitest';
import { LiveChecks } from '../../../scripts/run/live-checks.ts';
import { scriptOf, simulate, sizes } from '../verify/linearizability/simulate.ts';
import { parseRun } from '../verify/script.ts';

/** What is seen of a run whose calls are written in the order of their ends. */
function seen(script: string): readonly string[] {
  const checks = new LiveChecks();
  const { operations } = parseRun(script).history;
  for (const operation of operations.toSorted((a, b) => a.t1 - b.t1))
    checks.observe(JSON.stringify(operation));
  return checks.violations;
}

const twice = 'p0 0..10 assign b1 t1 -> ok\np1 0..12 assign b2 t1 -> ok';
const later = 'p2 3000..3010 status t9=available';

describe('violations that show while the load runs', () => {
  it.each([
    [
      'two bookings on one table',
      `${twice}\n${later}`,
      ['a table was acknowledged to two bookings for overlapping windows'],
    ],
    [
      'a raw constraint violation',
      'p0 0..10 assign b1 t1 -> 23P01 overlap',
      ['assign was answered with a raw 23P01'],
    ],
    ['a deadlock', 'p0 0..10 assign b1 t1 -> 40P01 deadlock detected', ['assign ended in a deadlock']],
    [
      'an error that nobody knows',
      'p0 0..10 assign b1 t1 -> XX000 internal',
      ['assign was answered XX000, which the contract does not know'],
    ],
  ])('%s', (_, script, expected) => {
    expect(seen(script)).toEqual(expected);
  });

  it.each([
    ['before records of earlier calls had time to come', twice],
    ['a claim that was given back meanwhile', `${twice}\np3 5..20 unassign b1 t1 -> ok\n${later}`],
    ['a claim that a lost call may have given back', `${twice}\np3 5..20 unassign b1 t1 -> info\n${later}`],
    ['a booking that was cancelled', `p4 0..5 transition b1 cancelled -> ok\n${twice}\n${later}`],
    [
      'windows that touch',
      `p0 0..10 assign b1 t1 @60-120 -> ok\np1 0..12 assign b2 t1 @120-180 -> ok\n${later}`,
    ],
    [
      'a booking that moved',
      `p0 0..10 assign b1 t1 @60-120 -> ok\np0 11..20 assign b1 t1 @120-180 -> ok\np1 21..30 assign b2 t1 @60-120 -> ok\n${later}`,
    ],
  ])('nothing of %s', (_, script) => {
    expect(seen(script)).toEqual([]);
  });

  it('never more than there is: runs that are right by construction show none', () => {
    for (let seed = 0; seed < 300; seed += 1) {
      expect(seen(scriptOf(simulate(seed, sizes['many calls']))), `seed ${seed}`).toEqual([]);
    }
  });

  it('lines that are no calls, or were cut off, say nothing', () => {
    const checks = new LiveChecks();
    for (const line of ['{"anchor":true}', '{"f":"ass', '', '42']) checks.observe(line);
    expect(checks.violations).toEqual([]);
  });
});

describe('records of two load generators', () => {
  const anchor = (runner: string, wall_ms: number): string =>
    JSON.stringify({ v: 1, anchor: true, run: 'abcdef01', runner, wall_ms, error_ms: 0.01 });
  const [mine = '', theirs = ''] = parseRun(`
    runner east error=1
    p0 10..20 assign b1 t1 -> ok
    east:p1 5..10 assign b2 t1 -> ok`)
    .history.operations.toSorted((a, b) => b.t0 - a.t0)
    .map((operation) => JSON.stringify(operation));
  const [later = ''] = parseRun('east:p1 1600..1610 status t9=available').history.operations.map(
    (operation) => JSON.stringify(operation),
  );

  it('are compared on one clock: what settles a suspicion is that time passed, on whosever clock', () => {
    const seenWith = (zeroOfEast: number): number => {
      const checks = new LiveChecks();
      for (const line of [anchor('hot-table', 1000), anchor('east', zeroOfEast), mine, theirs, later])
        checks.observe(line);
      return checks.violations.length;
    };
    // East began 5 s later: its call at 1.6 s is long after both. 0.2 s earlier: records may still come.
    expect([seenWith(6000), seenWith(800)]).toEqual([1, 0]);
  });
});
