import { describe, expect, it } from 'vitest';
import { Effects } from '../../../../verify/effects.ts';
import { HoldClaims } from '../../../../verify/holds.ts';
import { checkWithin } from '../../../../verify/invariants/linearizable.ts';
import { parseRun } from '../script.ts';

/** Twelve lost calls for one table, and one refusal that any of them explains. */
const script = [
  ...Array.from({ length: 12 }, (_, index) => `p${index} 0..10 assign b${index + 1} t1 @60-120 -> info`),
  'p20 20..30 assign b20 t1 @60-120 -> P0001 overlap',
  'p21 0..10 assign b21 t2 @60-120 -> ok',
  'no final state',
].join('\n');

/** The same, and then somebody gets the table though none of them was released: no order explains that. */
const wrong = script.replace('no final state', 'p22 40..50 assign b22 t1 @60-120 -> ok\nno final state');

function check(text: string, budget: { steps: number; configurations: number }) {
  const run = parseRun(text);
  const effects = new Effects(run);
  return checkWithin(
    { run, effects, holds: new HoldClaims(run, effects.time), orders: null, repro: '' },
    budget,
  );
}

describe('a search', () => {
  it('comes to its end within an ample budget', () => {
    const { undecided, violations, summary } = check(script, { steps: 10_000, configurations: 1_000 });
    expect({ undecided, violations }).toEqual({ undecided: [], violations: [] });
    expect(summary).toBe('14 calls in 2 parts, each with an order that explains every answer');
  });

  it('finds what is wrong within an ample budget', () => {
    const { undecided, violations } = check(wrong, { steps: 10_000, configurations: 1_000 });
    expect(undecided).toEqual([]);
    expect(violations).toHaveLength(1);
  });

  it.each([
    ['steps', { steps: 5, configurations: 1_000 }],
    ['configurations', { steps: 10_000, configurations: 5 }],
  ])('that has spent its %s names the part and what to do, and decides nothing', (what, budget) => {
    const { undecided, violations } = check(wrong, budget);
    expect(violations).toEqual([]);
    expect(undecided).toEqual([
      `the 14 calls on table hot-table/1 (12 with unknown outcome) have more orders than the budget of ${
        budget[what as 'steps']
      } ${what} covers: run with fewer processes, or find out why calls go unanswered`,
    ]);
  });

  it('that has spent its budget still finds two claims that stood at the same time', () => {
    const twice = wrong.replace('no final state', 'p23 60..70 assign b23 t1 @90-150 -> ok\nno final state');
    const { undecided, violations } = check(twice, { steps: 5, configurations: 1_000 });
    expect(undecided).toEqual([]);
    expect(violations.map(({ operations }) => operations.map(({ process }) => process))).toEqual([[22, 23]]);
  });
});
