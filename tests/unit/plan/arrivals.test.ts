import { describe, expect, it } from 'vitest';
import { arrivalTimes, serviceStages } from '../../../plan/arrivals.ts';
import { drawByPopularity } from '../../../plan/popularity.ts';
import { randomStream } from '../../../plan/random.ts';

describe('arrivals', () => {
  it('of a steady rate are evenly spaced', () => {
    const times = arrivalTimes(10, [{ rate_per_s: 10, duration_s: 1 }]);
    expect(times).toHaveLength(10);
    times.forEach((time, index) => {
      expect(time).toBeCloseTo((index + 1) * 100, 6);
    });
  });

  it('of a rising rate come when its integral reaches a whole number', () => {
    // The rate at t seconds is t, its integral t² / 2.
    const times = arrivalTimes(0, [{ rate_per_s: 4, duration_s: 4 }]);
    expect(times.map((time) => time / 1000)).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8].map((n) => expect.closeTo(Math.sqrt(2 * n), 9)),
    );
  });

  it.each([
    [12, 3, 6],
    [10, 1, 30],
    [0.5, 20, 60],
  ])(
    'of a service with %d a second, a peak of %d times and %d s ascend and stay within it',
    (rate, peak, seconds) => {
      const { start_rate_per_s, stages } = serviceStages({
        rate_per_s: rate,
        peak_factor: peak,
        duration_s: seconds,
      });
      const times = arrivalTimes(start_rate_per_s, stages);
      const expected =
        rate * seconds * (0.25 + 0.15 * ((1 + peak) / 2) + 0.35 * peak + 0.25 * ((1 + peak) / 2));
      expect(times.length).toBe(Math.floor(expected + 1e-9));
      expect([...times].sort((a, b) => a - b)).toEqual(times);
      expect(times.at(-1)).toBeLessThanOrEqual(seconds * 1000 + 1e-6);
      // The busiest second is in the peak.
      const perSecond = Array.from(
        { length: seconds },
        (_, s) => times.filter((t) => Math.floor(t / 1000) === s).length,
      );
      expect(Math.max(...perSecond)).toBeLessThanOrEqual(Math.ceil(rate * peak) + 1);
    },
  );
});

describe('popularity', () => {
  const items = Array.from({ length: 20 }, (_, index) => index);

  it('draws so many different items', () => {
    const random = randomStream(1, 'popularity');
    for (let round = 0; round < 200; round += 1) {
      const drawn = drawByPopularity(random, items, 1.1, 5);
      expect(new Set(drawn).size).toBe(5);
    }
    expect(drawByPopularity(random, [1, 2], 1, 5)).toHaveLength(2);
    expect(drawByPopularity(random, [], 1, 5)).toEqual([]);
  });

  it('follows Zipf: the first item is wanted so many times as often as the second', () => {
    const random = randomStream(7, 'popularity');
    const counts = items.map(() => 0);
    for (let round = 0; round < 20_000; round += 1) {
      const [first = 0] = drawByPopularity(random, items, 1, 1);
      counts[first] = (counts[first] ?? 0) + 1;
    }
    const total = items.reduce((sum, index) => sum + 1 / (index + 1), 0);
    for (const index of [0, 1, 4, 9]) {
      const expected = 20_000 / (index + 1) / total;
      expect(counts[index]).toBeGreaterThan(expected * 0.85);
      expect(counts[index]).toBeLessThan(expected * 1.15);
    }
  });

  it('without an exponent all are alike', () => {
    const random = randomStream(3, 'popularity');
    const counts = items.map(() => 0);
    for (let round = 0; round < 10_000; round += 1) {
      const [first = 0] = drawByPopularity(random, items, 0, 1);
      counts[first] = (counts[first] ?? 0) + 1;
    }
    for (const count of counts) expect(count).toBeGreaterThan(350);
  });
});
