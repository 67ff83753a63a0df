import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { percentileInterval } from '../../../capacity/statistics/percentile-interval.ts';
import { findTrend } from '../../../capacity/statistics/trend.ts';
import { batchMeans, findWarmUp } from '../../../capacity/statistics/warm-up.ts';
import { noiseOf } from './simulated.ts';

describe('warm-up', () => {
  it('is found where it was put, give or take a few batches', () => {
    const errors = Array.from({ length: 60 }, (_, seed) => {
      const noise = noiseOf(seed);
      const begin = 40 + (seed % 5) * 20;
      const values = Array.from({ length: 400 }, (_, index) =>
        index < begin ? 200 - index / 2 + 10 * noise() : 50 + 10 * noise(),
      );
      const { truncated, steady } = findWarmUp(values);
      expect(steady).toBe(true);
      return Math.abs(truncated - begin);
    });
    errors.sort((a, b) => a - b);
    expect(errors[30]).toBeLessThanOrEqual(15);
    expect(errors[57]).toBeLessThanOrEqual(80);
  });

  it('is, of a decline to the level, the part above it', () => {
    const values = Array.from({ length: 400 }, (_, index) => 50 + 300 * Math.exp(-index / 15) + (index % 7));
    const { truncated } = findWarmUp(values);
    expect(truncated).toBeGreaterThan(25);
    expect(truncated).toBeLessThan(120);
  });

  it('leaves nothing out of what only grows, and says so', () => {
    const values = Array.from({ length: 400 }, (_, index) => index * 3);
    expect(findWarmUp(values)).toEqual({ truncated: 0, steady: false });
  });

  it.each([[[]], [[1]], [Array.from({ length: 39 }, () => 1)]])('finds none in too few values', (values) => {
    expect(findWarmUp(values)).toEqual({ truncated: 0, steady: true });
  });

  it('seldom leaves anything out of what is steady', () => {
    const cuts = Array.from({ length: 200 }, (_, seed) => {
      const noise = noiseOf(seed);
      const { truncated, steady } = findWarmUp(
        Array.from({ length: 400 }, () => Math.log(50) + 0.3 * noise()),
      );
      return steady ? truncated : 200;
    }).sort((a, b) => a - b);
    expect(cuts[100]).toBeLessThanOrEqual(20);
    expect(cuts[190]).toBeLessThanOrEqual(150);
  });

  it('keeps all of what is the same all the time', () => {
    expect(findWarmUp(Array.from({ length: 200 }, () => 30))).toEqual({ truncated: 0, steady: true });
  });

  it('gives the truncation of the textbook formula', () => {
    const latencies = fc.array(fc.double({ min: 0, max: 1e4, noNaN: true }), {
      minLength: 40,
      maxLength: 300,
    });
    fc.assert(
      fc.property(latencies, (values) => {
        const means = batchMeans(values, 5);
        const middle = Math.floor(means.length / 2);
        const marginal = (cut: number): number => {
          const rest = means.slice(cut);
          const mean = rest.reduce((sum, each) => sum + each, 0) / rest.length;
          return rest.reduce((sum, each) => sum + (each - mean) ** 2, 0) / rest.length ** 2;
        };
        const least = Math.min(...Array.from({ length: middle + 1 }, (_, cut) => marginal(cut)));
        const { truncated, steady } = findWarmUp(values);
        const cut = steady ? truncated / 5 : middle;
        expect(marginal(cut)).toBeLessThanOrEqual(least * (1 + 1e-6) + 1e-6);
      }),
    );
  });
});

describe('trend', () => {
  it('is found in a queue that grows, with its size', () => {
    const noise = noiseOf(1);
    const { significant, change } = findTrend(
      Array.from({ length: 24 }, (_, index) => 50 + index * 10 + 20 * noise()),
    );
    expect(significant).toBe(true);
    expect(change).toBeGreaterThan(200);
    expect(change).toBeLessThan(260);
  });

  it('is seldom found where there is none', () => {
    const alarms = Array.from({ length: 400 }, (_, seed) => {
      const noise = noiseOf(seed);
      return findTrend(Array.from({ length: 24 }, () => 50 + 20 * noise())).significant;
    }).filter(Boolean).length;
    expect(alarms).toBeLessThanOrEqual(14);
  });

  it('is not found in too few values', () => {
    expect(findTrend([1, 2, 3, 4, 5, 6, 7])).toEqual({ significant: false, change: 0 });
  });
});

describe('interval of a percentile', () => {
  it.each([0.5, 0.95])('holds the true one in about 95 of 100 samples: p = %d', (p) => {
    let inside = 0;
    for (let seed = 0; seed < 1000; seed += 1) {
      const noise = noiseOf(seed, 'uniform');
      const sorted = Float64Array.from({ length: 200 }, () => noise()).sort();
      const { low, high, value } = percentileInterval(sorted, p);
      expect(low).toBeLessThanOrEqual(value);
      expect(high).toBeGreaterThanOrEqual(value);
      if (low <= p && p <= high) inside += 1;
    }
    expect(inside).toBeGreaterThan(930);
  });

  it('has no bound from above where the sample is too small', () => {
    const sample = (count: number) => Float64Array.from({ length: count }, (_, index) => index);
    expect(percentileInterval(sample(60), 0.95).high).toBe(Number.POSITIVE_INFINITY);
    expect(percentileInterval(sample(80), 0.95).high).toBe(79);
    expect(percentileInterval(sample(300), 0.99).high).toBe(Number.POSITIVE_INFINITY);
    expect(percentileInterval(sample(1), 0.5)).toMatchObject({ value: 0, low: 0 });
  });
});
