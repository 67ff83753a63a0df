import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Draws, normalQuantile, poissonQuantile } from '../../../../capacity/forecast/draws.ts';
import {
  callsPerBooking,
  expectedBookings,
  minuteOf,
  timeOf,
} from '../../../../capacity/forecast/intensity.ts';
import { histogramOf, quantileRange } from '../../../../capacity/forecast/quantiles.ts';
import { simulatePeaks } from '../../../../capacity/forecast/simulate.ts';
import { flatProfile, usual } from './profile.ts';

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);

/** Distribution function by adding up probabilities, in logarithms so that none vanishes. */
function poissonUpTo(count: number, mean: number): number {
  let log = -mean;
  let total = Math.exp(log);
  for (let k = 1; k <= count; k += 1) {
    log += Math.log(mean / k);
    total += Math.exp(log);
  }
  return total;
}

describe('draws', () => {
  it('have the quantiles of a Poisson distribution', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.0001, max: 600, noNaN: true }),
        fc.double({ min: 0.001, max: 0.9999, noNaN: true }),
        (mean, share) => {
          const found = poissonQuantile(share, mean);
          const slack = mean < 40 ? 0 : 1;
          expect(poissonUpTo(found + slack, mean)).toBeGreaterThanOrEqual(share - 1e-9);
          if (found - slack > 0) expect(poissonUpTo(found - slack - 1, mean)).toBeLessThan(share + 1e-9);
        },
      ),
      { numRuns: 500, seed: 3 },
    );
  });

  it.each([
    [0.5, 0],
    [0.975, 1.959963985],
    [0.001, -3.090232306],
    [0.9999, 3.719016485],
  ])('have the quantile %d of the normal distribution', (share, value) => {
    expect(normalQuantile(share)).toBeCloseTo(value, 7);
  });

  it.each([0.1, 0.3, 1, 1.7])(
    'of a gamma distribution have mean 1 and standard deviation %d',
    (variation) => {
      const draws = new Draws(4, 'gamma');
      const values = Array.from({ length: 20_000 }, () => draws.gamma(variation));
      const mean = sum(values) / values.length;
      const deviation = Math.sqrt(sum(values.map((value) => (value - mean) ** 2)) / values.length);
      expect(mean).toBeCloseTo(1, 1);
      expect(deviation / variation).toBeCloseTo(1, 1);
      expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
      expect(new Draws(4, 'gamma').gamma(0)).toBe(1);
    },
  );

  it('of the highest of many follow the distribution of a highest', () => {
    const one = new Draws(1, 'highest');
    const rounds = 4000;
    const direct = new Draws(2, 'each');
    const short = sum(Array.from({ length: rounds }, () => one.highestPoisson(2, 60))) / rounds;
    const long =
      sum(
        Array.from({ length: rounds }, () =>
          Math.max(...Array.from({ length: 60 }, () => direct.poisson(2))),
        ),
      ) / rounds;
    expect(Math.abs(short - long)).toBeLessThan(0.1);
  });
});

describe('expected bookings', () => {
  it('are as many in all as the profile says, whatever curve, window and last minutes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 9, noNaN: true }), { minLength: 1, maxLength: 20 }),
        fc.double({ min: 0.25, max: 100, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (weights, booked_within_hours, share) => {
          fc.pre(weights.some((weight) => weight > 0));
          const profile = flatProfile({
            services: [{ name: 'dinner', starts_at: '18:30', booked_within_hours, arrival_curve: weights }],
            last_minute: { share, minutes: 25 },
          });
          const expected = expectedBookings(profile, { name: 'x', bookings_factor: 2 });
          expect(sum(expected)).toBeCloseTo(2880, 5);
          expect(Math.min(...expected)).toBeGreaterThanOrEqual(0);
        },
      ),
      { numRuns: 200, seed: 5 },
    );
  });

  it('lie where the curve and the last minutes put them', () => {
    const profile = flatProfile({
      services: [{ name: 'dinner', starts_at: '18:00', booked_within_hours: 2, arrival_curve: [1, 3] }],
      last_minute: { share: 0.5, minutes: 10 },
    });
    const expected = expectedBookings(profile, usual);
    expect(expected[minuteOf('15:59')]).toBe(0);
    expect(expected[minuteOf('16:00')]).toBeCloseTo(180 / 60);
    expect(expected[minuteOf('17:00')]).toBeCloseTo(540 / 60);
    expect(expected[minuteOf('17:55')]).toBeCloseTo(540 / 60 + 72);
    expect(expected[minuteOf('18:00')]).toBe(0);
  });

  it('have a spot on top that falls exponentially', () => {
    const spot = { at: '23:50', bookings: 1000, decay_minutes: 10 };
    const [without, expected] = [usual, { ...usual, spot }].map((each) =>
      expectedBookings(flatProfile(), each),
    );
    const extra = [...(expected ?? [])].map((value, minute) => value - (without?.[minute] ?? 0));
    expect(sum(extra)).toBeCloseTo(1000, 3);
    expect(extra[minuteOf('23:50')]).toBeCloseTo(1000 * (1 - Math.exp(-0.1)), 6);
    expect((extra[0] ?? 0) / (extra[minuteOf('23:50')] ?? 1)).toBeCloseTo(Math.exp(-1), 6);
  });

  it('make calls by assignments and retries', () => {
    const profile = flatProfile({ assignments_per_booking: 1.5, conflicts: { share: 0.2, retries: 2 } });
    expect(callsPerBooking(profile)).toBeCloseTo(2.1);
    expect(timeOf(minuteOf('07:05'))).toBe('07:05');
  });
});

describe('simulated peaks', () => {
  const options = { seed: 1, name: 'usual', rounds: 200 };

  it('are the expected rate where it is high and nothing varies but chance', () => {
    const profile = flatProfile({ restaurants: 6000 });
    const { minute, second } = simulatePeaks(profile, expectedBookings(profile, usual), options);
    // 6,000 a minute with a standard deviation of 77, the highest of 1,440: about 3.2 of them above.
    const middle = minute[100] ?? 0;
    expect(middle).toBeGreaterThan(100 * (1 + (2.9 * 77.5) / 6000));
    expect(middle).toBeLessThan(100 * (1 + (3.6 * 77.5) / 6000));
    // 100 a second with a standard deviation of 10, the highest of 86,400: 4.2 to 4.5 of them above.
    expect(second[100]).toBeGreaterThan(140);
    expect(second[100]).toBeLessThan(150);
  });

  it('grow with the bookings, with variation, and each month by the growth alone', () => {
    const rate = (more: Parameters<typeof flatProfile>[0], month = 0): number => {
      const profile = flatProfile({ restaurants: 600, ...more });
      const { minute } = simulatePeaks(profile, expectedBookings(profile, usual), { ...options, month });
      return sum(minute) / minute.length;
    };
    const base = rate({});
    expect(rate({ restaurants: 1200 }) / base).toBeGreaterThan(1.8);
    expect(rate({ variation: { day: 0, minute: 0.3 } })).toBeGreaterThan(1.5 * base);
    expect(rate({ growth: { per_month: 0.5, spread: 0 } }, 2) / base).toBeCloseTo(2.25, 0);
    expect(rate({ growth: { per_month: 0.5, spread: 0 } }, 0)).toBe(base);
  });

  it('of the day vary as the profile says', () => {
    const profile = flatProfile({ restaurants: 60_000, variation: { day: 0.3, minute: 0 } });
    const { minute } = simulatePeaks(profile, expectedBookings(profile, usual), { ...options, rounds: 600 });
    const mean = sum(minute) / minute.length;
    const deviation = Math.sqrt(sum(minute.map((value) => (value - mean) ** 2)) / minute.length);
    expect(deviation / mean).toBeCloseTo(0.3, 1);
  });

  it('are the same for the same seed, others for another, and seconds are never below minutes', () => {
    const profile = flatProfile({ restaurants: 50 });
    const expected = expectedBookings(profile, usual);
    const [one, same, other] = [1, 1, 2].map((seed) =>
      simulatePeaks(profile, expected, { ...options, seed }),
    );
    expect(one).toEqual(same);
    expect(one?.minute).not.toEqual(other?.minute);
    one?.minute.forEach((value, index) => {
      expect(one.second[index]).toBeGreaterThanOrEqual(value);
    });
  });
});

it('a quantile has the error of its simulation, which falls with the number of days', () => {
  const values = (count: number) => Float64Array.from({ length: count }, (_, index) => index / count);
  const [few, many] = [100, 10_000].map((count) => quantileRange(values(count), 0.95));
  expect(many?.value).toBeCloseTo(0.95, 3);
  const width = (range: typeof few): number => (range?.high ?? 0) - (range?.low ?? 0);
  expect(width(few)).toBeGreaterThan(5 * width(many));
  expect(many?.low).toBeCloseTo(0.95 - 1.96 * Math.sqrt((0.95 * 0.05) / 10_000), 3);
});

it('a histogram holds every day once, in bins of as many possible values', () => {
  const values = Float64Array.from({ length: 500 }, (_, index) => 10 + (index % 100)).sort();
  const bins = histogramOf(values, 1);
  expect(bins.length).toBeLessThanOrEqual(24);
  expect(sum(bins.map(({ days }) => days))).toBe(500);
  expect(new Set(bins.slice(0, -1).map(({ days }) => days)).size).toBe(1);
  expect(histogramOf(Float64Array.from([3, 3]), 1)).toEqual([{ from: 2.5, to: 3.5, days: 2 }]);
});
