import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Request } from './application.ts';
import { searchScript } from './searched.ts';
import { type PlannedCall, perform, type SimulatedRun, scriptOf } from './simulate.ts';

const habits = fc.record({
  forgetsKeys: fc.boolean(),
  keepsNoLedger: fc.boolean(),
  refusesHolds: fc.boolean(),
  afterwards: fc.constantFrom('kept' as const, 'gone' as const, 'shortened' as const),
  endsHolds: fc.boolean(),
  confirmsByKey: fc.boolean(),
});

const window = fc.constantFrom([60, 120], [90, 150], [120, 180]);
const tables = fc.constantFrom([1], [2], [1, 2]);
const base = fc.record({
  booking: fc.integer({ min: 1, max: 3 }),
  tables,
  window,
  key: fc.constantFrom('', 'k'),
  hold: fc.integer({ min: 1, max: 2 }),
  until: fc.constantFrom(60, 100_000),
  status: fc.constantFrom('cancelled', 'completed'),
});
const request = fc
  .tuple(
    fc.constantFrom(
      'assign' as const,
      'unassign' as const,
      'hold' as const,
      'release' as const,
      'confirm' as const,
      'transition' as const,
    ),
    base,
  )
  .map(
    ([
      kind,
      {
        window: [start = 60, end = 120],
        ...rest
      },
    ]): Request => {
      // A confirmation names what its hold claims.
      const held = kind === 'hold' || kind === 'confirm';
      return {
        ...rest,
        kind,
        start: held ? 60 : start,
        end: held ? 120 : end,
        tables: held ? [rest.hold] : rest.tables,
      };
    },
  );

/** Calls of a process: pauses and lengths in milliseconds, and when within its time, in percent, a call takes effect. */
const turn = fc.record({
  parsed: request,
  pause: fc.integer({ min: 1, max: 20 }),
  length: fc.integer({ min: 0, max: 30 }),
  percent: fc.integer({ min: 0, max: 100 }),
  answered: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, fc.constant(false)),
});

const run = fc
  .tuple(habits, fc.array(fc.array(turn, { maxLength: 4 }), { minLength: 1, maxLength: 4 }))
  .map(([chosen, processes]) =>
    perform(
      chosen,
      processes.flatMap((turns, process) => {
        let clock = 20;
        return turns.map(({ parsed, pause, length, percent, answered }, index): PlannedCall => {
          const begin = clock + pause;
          clock = begin + length;
          const at = begin + (length * percent) / 100;
          const name = answered ? process : 10 + process * 10 + index;
          const runner = 'hot-table';
          return { runner, process: name, begin, end: clock, at, since: begin, answered, parsed };
        });
      }),
      { runners: new Map([['hot-table', 0]]), database: 0 },
    ),
  );

const isExplained = (of: SimulatedRun): boolean => searchScript(scriptOf(of)).contradictions.length === 0;

describe('linearizability', () => {
  it('explains every run of a correct application', () => {
    fc.assert(
      fc.property(run, (of) => {
        expect(isExplained(of), scriptOf(of)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('explains a run with less known of it, if it explains the run', () => {
    const vaguer = fc.tuple(
      run,
      fc.nat(),
      fc.constantFrom('unanswered', 'longer'),
      fc.integer({ min: 0, max: 9 }),
    );
    fc.assert(
      fc.property(vaguer, ([of, which, how, by]) => {
        const changed = of.calls.map((call, index) => {
          if (index !== which % of.calls.length) return call;
          return how === 'longer'
            ? { ...call, t0: call.t0 - by, t1: call.t1 + by }
            : { ...call, answer: 'info' };
        });
        const less = { ...of, calls: changed };
        expect(isExplained(less), scriptOf(less)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('does not depend on the order in which calls were recorded', () => {
    fc.assert(
      fc.property(run, fc.nat(), (of, turns) => {
        const at = of.calls.length === 0 ? 0 : turns % of.calls.length;
        const calls = [...of.calls.slice(at), ...of.calls.slice(0, at)];
        expect(isExplained({ ...of, calls })).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
