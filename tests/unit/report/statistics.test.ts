import { describe, expect, it } from 'vitest';
import { distribution, percentile } from '../../../contracts/percentile.ts';
import { randomStream } from '../../../plan/random.ts';
import {
  bucketAt,
  bucketLength,
  bucketMiddle,
  bucketsEnd,
  bucketsOf,
} from '../../../report/statistics/buckets.ts';
import { contradictionOf } from '../../../report/statistics/contradiction.ts';
import { latencyHeat } from '../../../report/statistics/latency-heat.ts';
import {
  concurrencyOverTime,
  latencyOverTime,
  rateOverTime,
  roundSpreads,
} from '../../../report/statistics/over-time.ts';
import type { PlacedCall } from '../../../report/statistics/scenario-timeline.ts';
import { call } from './fixture.ts';

const random = randomStream(7, 'report');
const rounds = Array.from({ length: 100 }, (_, round) => round);

const placed = (start: number, end: number): PlacedCall => ({
  operation: call('x', 0, 0, start, end),
  start,
  end,
});

describe('percentile', () => {
  it.each([
    [[5], 0.5, 5],
    [[1, 2], 0.5, 1],
    [[1, 2, 3, 4], 0.95, 4],
    [Array.from({ length: 100 }, (_, index) => index + 1), 0.95, 95],
    [Array.from({ length: 100 }, (_, index) => index + 1), 0.99, 99],
  ])('%j at %d is %d', (values, p, expected) => expect(percentile(values, p)).toBe(expected));

  it('is the smallest value with at least that share at or below it', () => {
    for (const _ of rounds) {
      const values = Array.from({ length: random.integer(1, 60) }, () => random.integer(0, 30));
      const share = random.pick([50, 95, 99, 100]);
      const enough = values.filter(
        (value) => values.filter((other) => other <= value).length * 100 >= share * values.length,
      );
      expect(
        percentile(
          [...values].sort((a, b) => a - b),
          share / 100,
        ),
      ).toBe(Math.min(...enough));
    }
  });

  it('is nothing for nothing', () => {
    expect(distribution([])).toBeNull();
    expect(() => percentile([], 0.5)).toThrow(RangeError);
  });
});

describe('buckets', () => {
  it.each([
    [217, null, 10, 22],
    [7080, null, 200, 35],
    [7080, 150, 300, 24],
    [600_000, 250, 20_000, 30],
    [0, null, 1, 1],
    [100, 60_000, 60_000, 1],
  ])('%d ms with rhythm %s: width %d, %d of them', (span, rhythm, width, count) => {
    expect(bucketsOf(span, rhythm)).toMatchObject({ width, count });
  });

  it('never has more than a picture can show, and each moment lies in the slice that holds it', () => {
    for (const _ of rounds) {
      const span = random.integer(0, random.pick([100, 10_000, 10_000_000]));
      const rhythm = random.pick([null, random.integer(1, 5000)]);
      const buckets = bucketsOf(span, rhythm);
      expect(buckets.count).toBeLessThanOrEqual(40);
      expect(bucketsEnd(buckets)).toBeGreaterThanOrEqual(span);
      const time = random.integer(0, span);
      const index = bucketAt(buckets, time);
      const half = bucketLength(buckets, index) / 2;
      expect(Math.abs(time - bucketMiddle(buckets, index))).toBeLessThanOrEqual(half);
    }
  });
});

describe('over time', () => {
  it('agrees with a count for each slice', () => {
    for (const _ of rounds) {
      const calls = Array.from({ length: random.integer(1, 40) }, () => {
        const start = random.integer(0, 900);
        return placed(start, start + random.integer(0, 100));
      });
      const buckets = bucketsOf(1000, random.pick([null, 130]));
      const rates = rateOverTime(calls, buckets);
      const latencies = latencyOverTime(calls, buckets);
      const busiest = concurrencyOverTime(calls, buckets);
      for (let index = 0; index < buckets.count; index += 1) {
        const own = calls.filter(({ end }) => bucketAt(buckets, end) === index);
        expect(((rates[index] ?? 0) * bucketLength(buckets, index)) / 1000).toBeCloseTo(own.length, 9);
        expect(latencies[index]?.count ?? 0).toBe(own.length);
        const longest = Math.max(...own.map(({ start, end }) => end - start));
        if (own.length > 0) expect(latencies[index]?.max).toBe(longest);
        expect(busiest[index]).toBe(mostAtOnce(calls, buckets, index));
      }
    }
  });

  it('measures how far apart the starts of each round are', () => {
    const of = (round: number, start: number): PlacedCall => {
      const one = placed(start, start + 1);
      return { ...one, operation: { ...one.operation, round: { round, slot: 'a', scheduled: 0 } } };
    };
    expect(roundSpreads([of(1, 50), of(0, 3), of(0, 1), of(1, 58), placed(5, 6)])).toEqual([
      { round: 0, contenders: 2, spread: 2 },
      { round: 1, contenders: 2, spread: 8 },
    ]);
  });
});

/** Tries every moment of the slice; whole milliseconds suffice, as all calls begin and end at such. */
function mostAtOnce(
  calls: readonly PlacedCall[],
  buckets: ReturnType<typeof bucketsOf>,
  index: number,
): number {
  let most = 0;
  for (let time = 0; time <= 1000; time += 1) {
    if (bucketAt(buckets, time) !== index) continue;
    most = Math.max(most, calls.filter(({ start, end }) => start <= time && time <= end).length);
  }
  return most;
}

describe('heat of latencies', () => {
  it('counts each call once, in the row that it belongs to', () => {
    for (const _ of rounds) {
      const calls = Array.from({ length: random.integer(1, 80) }, () => {
        const start = random.integer(0, 3000);
        return placed(start, start + 10 ** random.integer(-2, 4) * random.integer(1, 9));
      });
      const buckets = bucketsOf(Math.max(...calls.map(({ end }) => end)));
      const heat = latencyHeat(calls, buckets);
      if (!heat) throw new Error('there are calls');
      expect(heat.counts.flat().reduce((sum, count) => sum + count, 0)).toBe(calls.length);
      expect(heat.most).toBe(Math.max(...heat.counts.flat()));
      expect(heat.edges.length).toBeLessThanOrEqual(25);
      const byRow = heat.edges.slice(1).map((edge, row) => {
        const least = row === 0 ? 0 : (heat.edges[row] ?? 0);
        return calls.filter(({ start, end }) => end - start >= least && end - start < edge).length;
      });
      const counted = byRow.map((__, row) =>
        heat.counts.reduce((sum, column) => sum + (column[row] ?? 0), 0),
      );
      expect(counted).toEqual(byRow);
    }
  });

  it('is nothing for nothing', () => expect(latencyHeat([], bucketsOf(1))).toBeNull());
});

describe('contradiction', () => {
  const step = (operation: string | null, contradiction?: true) => ({
    at: null,
    operation,
    text: 'it is so',
    ...(contradiction ? { contradiction } : {}),
  });

  it.each([
    [
      'the last step, and the call before it',
      [step('a'), step('b'), step(null)],
      { step: 2, operation: 'b' },
    ],
    ['the marked step', [step('a', true), step('b')], { step: 0, operation: 'a' }],
    ['a step without a call', [step(null), step(null)], { step: 1, operation: null }],
  ])('is %s', (_, steps, expected) => expect(contradictionOf({ steps })).toEqual(expected));
});
