import { describe, expect, it } from 'vitest';
import type { InvariantId } from '../../../contracts/verdict.ts';
import type { ChosenCalls } from '../../../replay/arrange.ts';
import { chooseCalls } from '../../../replay/choose-calls.ts';
import { recordedRun, violationOf } from './recorded.ts';

/** All choices but the last resort, which has all tables of the zone. */
function chosen(script: string, invariant: InvariantId): ChosenCalls[] {
  return choices(script, invariant).filter(({ zones }) => !zones);
}

function choices(script: string, invariant: InvariantId): ChosenCalls[] {
  const run = recordedRun(script);
  const choice = chooseCalls(run, violationOf(run, invariant));
  if ('refused' in choice) throw new Error(choice.refused);
  return choice.chosen;
}

/** Calls in short: function, process, and the begin in milliseconds. */
const short = (calls: ChosenCalls['calls']): string[] =>
  calls.map(({ f, process, t0 }) => `${f} p${process} ${t0 / 1e6}`);

describe('calls of a violation', () => {
  it('are tried alone first, then with those on the same bookings, then with those of rivals', () => {
    const all = chosen(
      `
      p3 0..1 assign b5 t1 -> ok
      p3 2..3 unassign b5 t1 -> ok
      p4 4..5 assign b1 t3 -> ok
      p0 10..30 assign b1 t1 -> ok
      p1 15..32 assign b2 t1 -> ok
      final b1 t1
      final b1 t3
      final b2 t1
      `,
      'no-double-booking',
    );
    expect(all.map(({ earlier, calls }) => [short(earlier), short(calls)])).toEqual([
      [[], ['assign p0 10', 'assign p1 15']],
      [['assign p4 4'], ['assign p0 10', 'assign p1 15']],
      [
        ['assign p3 0', 'unassign p3 2', 'assign p4 4'],
        ['assign p0 10', 'assign p1 15'],
      ],
    ]);
  });

  it('leave out what was refused, and claims on the same table at another time', () => {
    const all = chosen(
      `
      p2 0..1 assign b3 t1 @200-260 -> ok
      p2 2..3 assign b1 t1 -> P0001 overlap
      p0 10..30 assign b1 t1 -> ok
      p1 15..32 assign b2 t1 -> ok
      final b1 t1
      final b2 t1
      final b3 t1 @200-260
      `,
      'no-double-booking',
    );
    expect(all.map(({ earlier }) => short(earlier))).toEqual([[]]);
  });

  it('of a further session join in, as long as there are three at most', () => {
    const all = chosen(
      `
      p0 10..30 assign b1 t1 -> ok
      p1 15..32 assign b2 t1 -> ok
      p2 16..17 assign b1 t4 -> ok
      p3 18..19 assign b2 t5 -> ok
      final b1 t1
      final b1 t4
      final b2 t1
      final b2 t5
      `,
      'no-double-booking',
    );
    expect(all.map(({ calls }) => short(calls))).toEqual([
      ['assign p0 10', 'assign p1 15'],
      ['assign p0 10', 'assign p1 15', 'assign p2 16'],
    ]);
  });

  it('are those on the bookings of its rows, where it names rows alone', () => {
    const all = chosen(
      `
      p0 0..9 assign b1 t1 -> ok
      p0 10..19 assign b2 t2 -> ok
      final b1 t1
      final b2 t2 alone
      `,
      'linked',
    );
    expect(all.map(({ calls }) => short(calls))).toEqual([['assign p0 10']]);
  });

  it('come with all before them, where the plan expects an answer that follows from those', () => {
    const all = chosen(
      `
      p0 0..9 assign b1 t1 key=k -> ok
      p0 10..19 assign b1 t2 key=k expect=P0003 -> ok
      final b1 t1
      final b1 t2
      `,
      'mapped-errors',
    );
    expect(all.map(({ earlier, calls }) => [short(earlier), short(calls)])).toEqual([
      [['assign p0 0'], ['assign p0 10']],
    ]);
  });

  it('are tried last with holds that had lapsed, and the time that it takes', () => {
    const all = chosen(
      `
      p0 0..5 hold h1 b1 t1 until=2 -> ok
      p3 100..101 assign b3 t1 @70-80 -> P0001 hold_conflict
      p1 3000..3020 assign b2 t1 -> ok
      p2 3010..3020 assign b4 t1 -> ok
      final b2 t1
      final b4 t1
      `,
      'no-double-booking',
    );
    expect(all.map(({ earlier, settling }) => [short(earlier), settling])).toEqual([
      [[], 0],
      [['hold p0 0'], 2000],
    ]);
  });

  it('are tried as the last call after all others, and then among all tables of the zone', () => {
    const all = choices(
      `
      p0 0..10 assign b1 t1 key=once -> ok
      p1 20..30 assign b1 t2 key=once -> ok
      p2 22..24 assign b1 t3 -> ok
      final b1 t1
      final b1 t2
      final b1 t3
      `,
      'idempotent-replay',
    );
    expect(all.map(({ earlier, calls, zones }) => [short(earlier), short(calls), zones])).toEqual([
      [[], ['assign p0 0', 'assign p1 20'], false],
      [[], ['assign p0 0', 'assign p1 20', 'assign p2 22'], false],
      [['assign p0 0'], ['assign p1 20', 'assign p2 22'], false],
      [['assign p0 0'], ['assign p1 20', 'assign p2 22'], true],
    ]);
  });

  it('are joined by those that went on once a deadlock had ended', () => {
    const all = chosen(
      `
      p2 1..900 assign b3 t3 -> ok
      p0 5..1000 assign b1 t1 -> 40P01 deadlock
      p3 6..1200 assign b4 t4 -> ok
      p1 7..1004 assign b2 t2 -> ok
      final b2 t2
      final b3 t3
      final b4 t4
      `,
      'progress',
    );
    expect(all.map(({ calls }) => short(calls))).toEqual([
      ['assign p0 5', 'assign p1 7'],
      ['assign p0 5', 'assign p3 6', 'assign p1 7'],
      ['assign p0 5'],
    ]);
  });

  it('keep their pauses where a hold lapses meanwhile', () => {
    const script = (until: number): string => `
      p0 0..5 hold h1 b1 t1 until=${until} -> ok
      p1 3000..3020 assign b2 t1 -> P0001 hold_conflict
    `;
    const [lapsing] = chosen(`${script(2)}`, 'justified-rejection');
    expect(lapsing).toMatchObject({ paused: true });
    const refused = `${script(300)}\n p0 10..11 release h1 -> ok`;
    expect(chosen(refused, 'justified-rejection').map(({ paused }) => paused)).not.toContain(true);
  });
});

describe('refused, with the reason, is what', () => {
  const winners = Array.from(
    { length: 4 },
    (_, index) => `p${index} 0..9 assign b${index} t1 round=0/all -> ok`,
  );
  it.each([
    ['comes from more than three sessions', 'one-winner', winners.join('\n'), /4 sessions, and 3 at most/],
    [
      'depends on the moment of a refresh',
      'status-rule',
      'matrix to-come available=reserved available',
      /depends on the moment/,
    ],
  ] as const)('%s', (_, invariant, script, reason) => {
    const run = recordedRun(`p0 100..109 assign b9 t7 -> ok\nfinal b9 t7\n${script}`);
    expect(chooseCalls(run, violationOf(run, invariant))).toEqual({
      refused: expect.stringMatching(reason),
    });
  });

  it('takes longer than a try may last, because a hold lapses', () => {
    const run = recordedRun(`
      p0 0..5 hold h1 b1 t1 until=20 -> ok
      p1 30000..30020 assign b2 t1 -> P0001 hold_conflict
    `);
    expect(chooseCalls(run, violationOf(run, 'justified-rejection'))).toEqual({
      refused: 'a hold lapses meanwhile, and its calls take 30.0 s',
    });
  });
});
