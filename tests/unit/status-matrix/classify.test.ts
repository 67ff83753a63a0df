import { describe, expect, it } from 'vitest';
import { randomStream } from '../../../plan/random.ts';
import { type Behaviour, correct, readings, storedBy } from '../../../status-matrix/behaviour.ts';
import { classify, type Observed } from '../../../status-matrix/classify.ts';
import { later, type Situation } from '../../../status-matrix/situation.ts';
import { combinations, type Deviation, deviations } from '../../../status-matrix/variants.ts';
import { possibleCells } from './situations.ts';

const cells = possibleCells();

function seen(behaviour: Behaviour, situations: readonly Situation[] = cells): Observed[] {
  return situations.map((situation) => ({
    situation,
    stored: storedBy(behaviour, situation),
    elapsed_us: [300, 900],
  }));
}

const changed = (...set: readonly Deviation[]): Behaviour =>
  Object.assign({}, correct, ...set.map(({ change }) => change));

describe('classify', () => {
  it.each(readings)('calls the correct function correct, however it reads what is open: %j', (byHand) => {
    expect(classify(seen({ ...correct, byHand }))).toMatchObject({
      names: ['correct'],
      alternatives: [],
      clock: 'standing',
    });
  });

  it.each(deviations)('names $name by what it does alone: $change', (deviation) => {
    expect(classify(seen(changed(deviation)))).toMatchObject({ names: [deviation.name], alternatives: [] });
  });

  it('names every mixture of two that can be told from a single one', () => {
    for (const pair of combinations(2)) {
      const { names, alternatives } = classify(seen(changed(...pair)));
      expect(alternatives).toEqual([]);
      // What is never written hides every other mistake.
      const hidden = pair.some(({ name }) => name === 'never-refreshed');
      const expected = hidden ? ['never-refreshed'] : [...new Set(pair.map(({ name }) => name))];
      expect([...names].sort()).toEqual(expected.sort());
    }
  });

  it('explains seeded random mixtures, and never by more than they were made of', () => {
    let exact = 0;
    const rounds = 120;
    for (let seed = 0; seed < rounds; seed += 1) {
      const random = randomStream(seed, 'mixtures');
      const sets = [...combinations(random.integer(1, 3))];
      const set = sets[random.integer(0, sets.length - 1)] ?? [];
      const byHand = readings[random.integer(0, readings.length - 1)] ?? correct.byHand;
      const { names, alternatives } = classify(seen({ ...changed(...set), byHand }));
      const made = new Set(set.map(({ name }) => name));
      expect(names.length, `seed ${seed}`).toBeGreaterThan(0);
      expect(names.length, `seed ${seed}`).toBeLessThanOrEqual(made.size);
      const explanations = [names, ...alternatives];
      if (
        explanations.some(
          (each) => each.length === made.size && each.every((name) => made.has(name as never)),
        )
      )
        exact += 1;
    }
    expect(exact).toBeGreaterThan(rounds * 0.75);
  });

  it('is not misled by a clock that goes on within the transaction', () => {
    for (const behaviour of [correct, changed(deviations[0] as Deviation)]) {
      const observed = cells.map((situation): Observed => {
        const moving = later(situation, 600);
        return { situation, stored: storedBy(behaviour, moving), elapsed_us: [300, 900] };
      });
      expect(classify(observed)).toMatchObject({
        names: [behaviour === correct ? 'correct' : 'legacy'],
        clock: behaviour === correct ? 'moving' : expect.anything(),
      });
    }
  });

  it('says what the observed cases do not rule out', () => {
    const without = cells.filter(({ previous }) => previous === 'available');
    const { names, alternatives, text } = classify(seen(correct, without));
    expect(names).toEqual(['correct']);
    expect(alternatives).toEqual([['sticky-out-of-service'], ['sticky-occupied'], ['forgets-by-hand']]);
    expect(text).toContain('and so would: sticky-out-of-service; sticky-occupied; forgets-by-hand');
  });

  it('calls unknown what no mixture of up to three explains, and names the closest', () => {
    const observed = seen(correct).map((each, index) =>
      index % 7 === 3 ? { ...each, stored: 'occupied' as const } : each,
    );
    expect(classify(observed)).toMatchObject({ names: [], alternatives: [] });
    expect(classify(observed).text).toMatch(
      /^an unknown variant: closest is correct, from which \d+ of 228 /,
    );
  });

  it('explains no call that raised an error', () => {
    const observed = seen(correct).map((each, index) => (index === 5 ? { ...each, stored: null } : each));
    expect(classify(observed).names).toEqual([]);
  });

  it('names nothing when nothing was observed', () => {
    expect(classify([])).toMatchObject({ names: [], text: 'nothing was observed' });
  });
});
