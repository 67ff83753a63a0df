import { describe, expect, it } from 'vitest';
import type { InvariantId } from '../../../contracts/verdict.ts';
import { judgeRun } from '../../../verify/verify.ts';
import { roundsOf } from '../../rounds.ts';
import { parseRun } from './script.ts';
import { overlapping, type Simulated, type SimulatedCall, scriptOf, simulate } from './simulate.ts';

const ROUNDS = roundsOf(3000);

/** The promises that the simulated calls can break. */
const watched: InvariantId[] = [
  'no-double-booking',
  'acked-is-durable',
  'no-phantom',
  'justified-rejection',
  'linked',
  'mapped-errors',
];

function broken(run: Simulated): InvariantId[] {
  const verdict = judgeRun(parseRun(scriptOf(run)));
  return verdict.invariants
    .filter((result) => watched.includes(result.id) && result.verdict === 'fail')
    .map((result) => result.id);
}

describe('a correct application in memory', () => {
  it(`breaks no promise in ${ROUNDS} seeded rounds`, () => {
    for (let seed = 0; seed < ROUNDS; seed += 1) {
      const run = simulate(seed);
      expect(broken(run), `seed ${seed}:\n${scriptOf(run)}`).toEqual([]);
    }
  });
});

/** Damages a run so that the promise is broken by plain reasoning, or returns null when this run offers no place. */
const damages: { expected: InvariantId; damage: (run: Simulated) => Simulated | null }[] = [
  {
    expected: 'acked-is-durable',
    // The row of a booking and table on which every call was acknowledged disappears.
    damage: (run) => {
      const row = run.final.find(({ booking, table }) =>
        ofPair(run, booking, table).every((call) => call.answer !== 'info'),
      );
      if (!row) return null;
      // An acknowledged release that overlaps the assignment would explain the loss.
      const calls = ofPair(run, row.booking, row.table);
      if (calls.some((call) => call.kind === 'unassign')) return null;
      return { ...run, final: run.final.filter((other) => other !== row) };
    },
  },
  {
    expected: 'no-phantom',
    damage: (run) => ({ ...run, final: [...run.final, { booking: 9, table: 3, slot: 0 }] }),
  },
  {
    expected: 'no-double-booking',
    // Another booking, whose call nobody could release, gets the same table and window.
    damage: (run) => {
      const [row] = run.final;
      if (!row) return null;
      const call: SimulatedCall = {
        process: 99,
        t0: 900,
        t1: 910,
        kind: 'assign',
        booking: 8,
        tables: [row.table],
        slot: row.slot,
        answer: 'ok',
      };
      return { calls: [...run.calls, call], final: [...run.final, { ...row, booking: 8 }] };
    },
  },
  {
    expected: 'justified-rejection',
    // After everything else, a booking is refused a window that nobody's claim touches.
    damage: (run) => {
      const slot = [0, 1, 2, 3].find(
        (candidate) =>
          !run.calls.some(
            (call) =>
              call.kind === 'assign' && call.answer !== 'conflict' && overlapping[call.slot]?.[candidate],
          ),
      );
      if (slot === undefined) return null;
      const call: SimulatedCall = {
        process: 99,
        t0: 900,
        t1: 910,
        kind: 'assign',
        booking: 8,
        tables: [1],
        slot,
        answer: 'conflict',
      };
      return { ...run, calls: [...run.calls, call] };
    },
  },
];

describe.each(damages)('a run damaged for $expected', ({ expected, damage }) => {
  it('is caught in every seeded round that offers a place', () => {
    let tried = 0;
    for (let seed = 0; seed < roundsOf(1000); seed += 1) {
      const run = damage(simulate(seed));
      if (!run) continue;
      tried += 1;
      expect(broken(run), `seed ${seed}:\n${scriptOf(run)}`).toContain(expected);
    }
    expect(tried).toBeGreaterThan(50);
  });
});

function ofPair(run: Simulated, booking: number, table: number): SimulatedCall[] {
  return run.calls.filter((call) => call.booking === booking && call.tables.includes(table));
}
