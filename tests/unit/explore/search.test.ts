import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Action, explore, type Programs } from './simulated.ts';

/** Calls of so many steps each, the commit among them, that have nothing to do with each other. */
function idle(...steps: number[]): Programs {
  return steps.map((count) => Array.from({ length: count - 1 }, (): Action => ({ nothing: true })));
}

function choose(n: number, k: number): number {
  let value = 1;
  for (let i = 1; i <= k; i += 1) value = (value * (n - k + i)) / i;
  return Math.round(value);
}

/** Orders of two calls with a and b steps with at most so many preemptions: by the numbers of their blocks. */
function boundedOrders(a: number, b: number, preemptions: number): number {
  let count = 0;
  for (let blocksOfA = 1; blocksOfA <= a; blocksOfA += 1) {
    for (let blocksOfB = 1; blocksOfB <= b; blocksOfB += 1) {
      // Blocks alternate; the last switch but one is away from a call that has ended.
      const starts = blocksOfA === blocksOfB ? 2 : Math.abs(blocksOfA - blocksOfB) === 1 ? 1 : 0;
      if (blocksOfA + blocksOfB - 2 > preemptions) continue;
      count += starts * choose(a - 1, blocksOfA - 1) * choose(b - 1, blocksOfB - 1);
    }
  }
  return count;
}

describe('without reduction', () => {
  it.each([
    [1, 1],
    [3, 3],
    [2, 5],
    [4, 4],
  ])('two calls of %i and %i steps have as many schedules as there are orders', (a, b) => {
    const { schedules } = explore(idle(a, b), { reduce: false, bound: Number.POSITIVE_INFINITY });
    expect(schedules).toHaveLength(choose(a + b, a));
    expect(new Set(schedules).size).toBe(schedules.length);
  });

  it('three calls too', () => {
    const { schedules } = explore(idle(2, 2, 3), { reduce: false, bound: Number.POSITIVE_INFINITY });
    expect(schedules).toHaveLength(choose(7, 2) * choose(5, 2));
    expect(new Set(schedules).size).toBe(schedules.length);
  });

  it.each([0, 1, 2, 3])('up to %i preemptions there are as many as block structures', (bound) => {
    const { schedules } = explore(idle(4, 5), { reduce: false, bound });
    expect(schedules).toHaveLength(boundedOrders(4, 5, bound));
  });
});

describe('with reduction', () => {
  it('calls that have nothing to do with each other need one schedule for each first call', () => {
    const { schedules, search } = explore(idle(6, 6), { reduce: true, bound: 5 });
    expect(schedules).toHaveLength(2);
    expect(search.exhausted).toBe(true);
  });

  it('a check and an insert meet in few schedules', () => {
    const claim: Action[] = [{ read: 0 }, { nothing: true }, { write: 0 }];
    const whole = explore([claim, claim], { reduce: false, bound: Number.POSITIVE_INFINITY });
    const reduced = explore([claim, claim], { reduce: true, bound: Number.POSITIVE_INFINITY });
    expect(reduced.outcomes).toEqual(whole.outcomes);
    expect(reduced.schedules.length).toBeLessThan(whole.schedules.length / 3);
  });

  it('finds the deadlock of opposite orders', () => {
    const { outcomes } = explore(
      [
        [{ write: 0 }, { write: 1 }],
        [{ write: 1 }, { write: 0 }],
      ],
      { reduce: true, bound: 1 },
    );
    expect([...outcomes].some((outcome) => outcome.includes('deadlock'))).toBe(true);
  });

  const action = fc.oneof(
    fc.record({ read: fc.integer({ min: 0, max: 2 }) }),
    fc.record({ write: fc.integer({ min: 0, max: 2 }) }),
    fc.constant({ nothing: true as const }),
  );
  const programs = (sessions: number, steps: number) =>
    fc.array(fc.array(action, { minLength: 1, maxLength: steps }), {
      minLength: sessions,
      maxLength: sessions,
    });

  it('two calls: the outcomes are those of all orders', () => {
    fc.assert(
      fc.property(programs(2, 4), (drawn) => {
        const bound = Number.POSITIVE_INFINITY;
        const reduced = explore(drawn, { reduce: true, bound });
        expect(reduced.search.exhausted).toBe(true);
        expect(reduced.outcomes).toEqual(explore(drawn, { reduce: false, bound }).outcomes);
      }),
      { numRuns: 400, seed: 1 },
    );
  });

  it.each([0, 1, 2])('two calls: up to %i preemptions no outcome is lost', (bound) => {
    fc.assert(
      fc.property(programs(2, 5), (drawn) => {
        const reduced = explore(drawn, { reduce: true, bound }).outcomes;
        for (const outcome of explore(drawn, { reduce: false, bound }).outcomes) {
          expect(reduced).toContain(outcome);
        }
      }),
      { numRuns: 300, seed: 2 },
    );
  });

  it.each([0, 1, 2])('three calls: up to %i preemptions no outcome is lost', (bound) => {
    fc.assert(
      fc.property(programs(3, 3), (drawn) => {
        const reduced = explore(drawn, { reduce: true, bound }).outcomes;
        for (const outcome of explore(drawn, { reduce: false, bound }).outcomes) {
          expect(reduced).toContain(outcome);
        }
      }),
      { numRuns: 150, seed: 3 },
    );
  });
});
