import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerOf } from '../../../capacity/search/answer.ts';
import { decide, type Run } from '../../../capacity/search/decide.ts';
import { between, roundRate } from '../../../capacity/search/rates.ts';
import { nextStep } from '../../../capacity/search/search.ts';
import { searchOn, settings, type Target, targetOf } from './simulated.ts';

const rateOf = (target: Target): number => answerOf(searchOn(target).runs).sustainable?.rate ?? 0;

describe('on a target without noise', () => {
  it('finds its limit to the precision, whatever it is', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 990, noNaN: true }), (limit) => {
        const { runs, ending } = searchOn(targetOf(limit));
        const { sustainable, bound } = answerOf(runs);
        expect(ending).toBe('found');
        expect(bound).toBe('measured');
        expect(sustainable?.rate).toBeLessThanOrEqual(limit);
        expect(sustainable?.high).toBeGreaterThan(limit);
        // Rounding leaves twentieths at low rates.
        expect((sustainable?.high ?? 0) / (sustainable?.rate ?? 1)).toBeLessThanOrEqual(
          1.1 + 0.06 / limit + 0.05 / limit,
        );
        expect(sustainable).toMatchObject({ low: sustainable?.rate, held: sustainable?.runs });
        expect(sustainable?.runs).toBeGreaterThanOrEqual(settings.repeats);
      }),
    );
  });

  it('takes few steps', () => {
    for (const limit of [3, 12, 47, 160, 700]) {
      expect(searchOn(targetOf(limit)).runs.length).toBeLessThanOrEqual(24);
    }
  });

  it('grows, bisects and confirms', () => {
    const { runs, phases } = searchOn(targetOf(50));
    expect(runs.map(({ rate }) => rate)).toEqual([10, 20, 40, 80, 56.6, 47.6, 47.6, 51.9, 51.9, 47.6]);
    expect(phases).toEqual([
      'grow',
      'grow',
      'grow',
      'grow',
      'bisect',
      'bisect',
      'repeat',
      'bisect',
      'repeat',
      'confirm',
    ]);
  });
});

describe('on a noisy target', () => {
  it('always ends, and comes near', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 2, max: 900, noNaN: true }),
        fc.double({ min: 0, max: 0.08, noNaN: true }),
        fc.nat(),
        (limit, noise, seed) => {
          const { runs } = searchOn(targetOf(limit, noise, seed));
          const { sustainable } = answerOf(runs);
          expect(runs.length).toBeLessThan(60);
          expect(sustainable?.rate).toBeGreaterThan(limit * (1 - 5 * noise) * 0.8);
          expect(sustainable?.rate).toBeLessThan(limit * (1 + 5 * noise) * 1.1);
          expect(sustainable?.low).toBeLessThanOrEqual(sustainable?.rate ?? 0);
          expect(sustainable?.high).toBeGreaterThanOrEqual(sustainable?.rate ?? 0);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('agrees with itself within 15 % nearly always, where runs differ by 4 %', () => {
    const apart = Array.from({ length: 300 }, (_, seed) => {
      const [one, other] = [rateOf(targetOf(100, 0.04, seed)), rateOf(targetOf(100, 0.04, seed + 1000))];
      return Math.abs(Math.log(one / other));
    }).filter((difference) => difference > Math.log(1.15)).length;
    expect(apart).toBeLessThanOrEqual(6);
  });

  it('is not misled by a single slow run far below the limit', () => {
    let first = true;
    const steady = targetOf(100);
    const target: Target = (rate) => {
      if (rate !== 20 || !first) return steady(rate);
      first = false;
      // A pause of the machine: not far from the limit, so it does not decide alone.
      return { holds: false, clear: false, violation: false, generator_limited: false };
    };
    expect(rateOf(target)).toBeGreaterThan(90);
  });
});

it('stops early where the SLO clearly holds at the highest rate', () => {
  const { runs, ending } = searchOn(targetOf(5000), { max_rate: 80 });
  expect(ending).toBe('held-at-max');
  expect(runs.map(({ rate }) => rate)).toEqual([10, 20, 40, 80, 80]);
  expect(answerOf(runs)).toMatchObject({ bound: 'at-least', sustainable: { rate: 80, high: 80 } });
});

it('never goes beyond the highest rate', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1, max: 500, noNaN: true }),
      fc.double({ min: 10, max: 300, noNaN: true }),
      (limit, most) => {
        const { runs } = searchOn(targetOf(limit, 0.05, 1), { max_rate: most });
        for (const { rate } of runs) expect(rate).toBeLessThanOrEqual(roundRate(most));
      },
    ),
  );
});

it('goes down where the first rate breaks, and says when nothing holds', () => {
  expect(rateOf(targetOf(2.3))).toBeGreaterThan(2);
  const { runs, ending } = searchOn(targetOf(0.01));
  expect(ending).toBe('breaks-at-lowest');
  expect(answerOf(runs)).toEqual({ sustainable: null, bound: 'measured' });
});

it('ends at a violation, which no rate makes up for', () => {
  const target: Target = (rate) => ({ ...targetOf(100)(rate), violation: rate >= 40 });
  const { runs, ending } = searchOn(target);
  expect(ending).toBe('violation');
  expect(runs.at(-1)?.rate).toBe(40);
  expect(answerOf(runs).sustainable?.rate).toBe(20);
});

it('takes a limit of the load generator for no limit of the target', () => {
  const target: Target = (rate) => ({ ...targetOf(50)(rate), generator_limited: rate > 50 });
  expect(answerOf(searchOn(target).runs).bound).toBe('at-least');
});

it('does not count what holds above a rate that breaks', () => {
  const target: Target = (rate) => ({
    holds: rate < 30 || rate === 80,
    clear: true,
    violation: false,
    generator_limited: false,
  });
  const { sustainable } = answerOf(searchOn(target).runs);
  expect(sustainable?.rate).toBeLessThan(30);
});

describe('when time runs short', () => {
  const runs = searchOn(targetOf(47)).runs.slice(0, 4);

  it('what holds is confirmed before the bracket becomes narrower', () => {
    expect(nextStep(settings, runs, 3)).toMatchObject({ phase: 'bisect' });
    expect(nextStep(settings, runs, 2)).toMatchObject({ phase: 'confirm', rate: 40 });
    const once = runs.concat({ ...(runs[2] as Run) });
    expect(nextStep(settings, once, 1)).toMatchObject({ phase: 'confirm', rate: 40 });
    const confirmed = once.concat({ ...(runs[2] as Run) });
    expect(nextStep(settings, confirmed, 1)).toMatchObject({ phase: 'bisect' });
  });
});

describe('cut short after any step', () => {
  const { runs } = searchOn(targetOf(47, 0.05, 7));

  it('has an answer that fits what was seen so far', () => {
    for (let count = 0; count <= runs.length; count += 1) {
      const so = runs.slice(0, count);
      const { sustainable } = answerOf(so);
      const held = so.filter(({ holds }) => holds).map(({ rate }) => rate);
      if (sustainable === null) expect(held.length).toBeLessThanOrEqual(2);
      else {
        expect(so.some(({ rate }) => rate === sustainable.rate)).toBe(true);
        expect(sustainable.high).toBeGreaterThanOrEqual(sustainable.rate);
        expect(sustainable.runs).toBe(so.filter(({ rate }) => rate === sustainable.rate).length);
      }
    }
  });

  it('goes on where it was, from the steps alone', () => {
    for (let count = 0; count < runs.length; count += 1) {
      expect(nextStep(settings, runs.slice(0, count))).toMatchObject({
        kind: 'measure',
        rate: runs[count]?.rate,
      });
    }
  });
});

it.each<[string, [boolean, boolean][], string]>([
  ['nothing', [], 'open'],
  ['one that is clear', [[true, true]], 'holds'],
  ['one that is not', [[true, false]], 'open'],
  [
    'two that agree',
    [
      [false, false],
      [false, false],
    ],
    'breaks',
  ],
  [
    'two that do not',
    [
      [true, true],
      [false, true],
    ],
    'open',
  ],
  [
    'two of three',
    [
      [true, true],
      [false, true],
      [true, false],
    ],
    'holds',
  ],
  [
    'a tie',
    [
      [true, true],
      [false, true],
      [true, true],
      [false, true],
    ],
    'breaks',
  ],
])('%s decides as it should', (_, runs, expected) => {
  const made = runs.map(
    ([holds, clear]): Run => ({ rate: 1, holds, clear, violation: false, generator_limited: false }),
  );
  expect(decide(made)).toBe(expected);
});

it('rates are whole numbers of arrivals in a minute', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.05, max: 10_000, noNaN: true }), (rate) => {
      const rounded = roundRate(rate);
      expect(rounded * 60).toBeCloseTo(Math.round(rounded * 60), 6);
      expect(roundRate(rounded)).toBe(rounded);
      expect(Math.abs(rounded - rate)).toBeLessThanOrEqual(Math.max(0.05, rate * 0.05));
    }),
  );
  expect(between(10, 10.1)).toBeNull();
  expect(between(40, 80)).toBe(56.6);
});
