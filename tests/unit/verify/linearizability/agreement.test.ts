import { describe, expect, it } from 'vitest';
import { type Call, excuse } from '../../../../verify/linearizability/call.ts';
import { OneOrder } from '../../../../verify/linearizability/one-order.ts';
import { Precedence } from '../../../../verify/linearizability/precedence.ts';
import { twoClaims } from '../../../../verify/linearizability/two-claims.ts';
import { findWitness } from '../../../../verify/linearizability/witness.ts';
import { roundsOf } from '../../../rounds.ts';
import { damaged, damageNames } from './damage.ts';
import { hasOrder } from './exhaustive.ts';
import { searchScript } from './searched.ts';
import { type SizeName, scriptOf, simulate, sizes } from './simulate.ts';

const effort = { attempt: { steps: 20_000, configurations: 5_000 }, steps: 1_000_000 };

const names = Object.keys(sizes) as SizeName[];

describe('a correct application, whatever its habits', () => {
  it.each(names)('always has an order: %s', (name) => {
    for (let seed = 0; seed < roundsOf(1000); seed += 1) {
      const script = scriptOf(simulate(seed, sizes[name]));
      expect(searchScript(script).contradictions, `seed ${seed}:\n${script}`).toEqual([]);
    }
  });
});

/** With many calls, trying all orders takes too long. */
describe.each(names.slice(0, -1))('trying all orders agrees with the search: %s', (name) => {
  const size = sizes[name];
  const rounds = roundsOf(240);

  it('on good runs', () => {
    for (let seed = 0; seed < rounds; seed += 1) {
      const script = scriptOf(simulate(seed, size));
      const { calls, time } = searchScript(script);
      expect(hasOrder(calls, time), `seed ${seed}:\n${script}`).not.toBe(false);
    }
  });

  it('on damaged runs', () => {
    const found = { order: 0, none: 0, undecided: 0 };
    for (const damage of damageNames) {
      for (let seed = 0; seed < rounds; seed += 1) {
        const script = scriptOf(damaged(simulate(seed, size), damage, seed));
        const { calls, time, contradictions } = searchScript(script);
        const expected = hasOrder(calls, time);
        if (expected === null) found.undecided += 1;
        else {
          expect(contradictions.length === 0, `${damage}, seed ${seed}:\n${script}`).toBe(expected);
          found[expected ? 'order' : 'none'] += 1;
        }
      }
    }
    expect(found.order).toBeGreaterThan(rounds);
    expect(found.none).toBeGreaterThan(rounds);
    expect(found.undecided).toBeLessThan(rounds);
  });
});

describe.each(names)('looking for one order: %s', (name) => {
  const size = sizes[name];

  /** Parts on one clock, each with whether an order was found. */
  const looked = (script: string) => {
    const { parts, time, contradictions } = searchScript(script);
    const broken = new Set(contradictions.map(({ part }) => part));
    return parts.flatMap((part: Call[]) => {
      const precedence = new Precedence(part, time);
      if (!precedence.oneClock) return [];
      return [{ part, time, found: new OneOrder(part, precedence).find(), broken: broken.has(part) }];
    });
  };

  it('finds one in good runs', () => {
    let [all, missed] = [0, 0];
    for (let seed = 0; seed < roundsOf(300); seed += 1) {
      for (const { found } of looked(scriptOf(simulate(seed, size)))) {
        all += 1;
        if (!found) missed += 1;
      }
    }
    expect(all).toBeGreaterThan(100);
    expect(missed / all).toBeLessThan(0.01);
  });

  it('finds none where there is none', () => {
    let none = 0;
    for (const damage of damageNames) {
      for (let seed = 0; seed < 80; seed += 1) {
        const script = scriptOf(damaged(simulate(seed, size), damage, seed));
        for (const { part, time, found, broken } of looked(script)) {
          // Two different searches, and where there are not too many, all orders.
          if (found) expect(broken || hasOrder(part, time, 20_000) === false, script).toBe(false);
          else none += 1;
        }
      }
    }
    expect(none).toBeGreaterThan(20);
  });
});

describe('looking for two claims that no order explains', () => {
  const found = { good: 0, damaged: 0 };

  it.each(names)('finds them only where there is no order: %s', (name) => {
    for (let seed = 0; seed < roundsOf(240); seed += 1) {
      const good = simulate(seed, sizes[name]);
      for (const damage of [null, ...damageNames]) {
        const script = scriptOf(damage === null ? good : damaged(good, damage, seed));
        const { parts, effects, contradictions } = searchScript(script);
        const broken = new Set(contradictions.map(({ part }) => part));
        for (const part of parts) {
          if (twoClaims(part, effects, effort.attempt) === null) continue;
          expect(broken, `${damage}, seed ${seed}:\n${script}`).toContain(part);
          found[damage === null ? 'good' : 'damaged'] += 1;
        }
      }
    }
  });

  it('finds some', () => {
    expect(found.good).toBe(0);
    expect(found.damaged).toBeGreaterThan(20);
  });
});

describe('a witness', () => {
  it.each(damageNames)(
    'contradicts itself whatever the other calls did, and needs each of its own: %s',
    (damage) => {
      let checked = 0;
      for (let seed = 0; seed < 80; seed += 1) {
        const script = scriptOf(damaged(simulate(seed, sizes['few calls']), damage, seed));
        const { time, contradictions } = searchScript(script);
        for (const { part, found } of contradictions) {
          const { kept, minimal } = findWitness(part, found, time, effort);
          const without = (excused: (typeof part)[number] | null) =>
            part.flatMap((call) => (kept.includes(call) && call !== excused ? [call] : excuse(call)));
          expect(hasOrder(without(null), time), `seed ${seed}:\n${script}`).not.toBe(true);
          if (!minimal) continue;
          const needless = kept.filter((call) => kept.length > 1 && hasOrder(without(call), time) === false);
          expect(needless, `seed ${seed}:\n${script}`).toEqual([]);
          checked += 1;
        }
      }
      expect(checked).toBeGreaterThan(0);
    },
  );
});
