import { describe, expect, it } from 'vitest';
import { interpolated } from '../../../runners/durations.ts';
import { crossedThresholds } from '../../../runners/thresholds.ts';

const tenToHundred = Float64Array.from([10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
const measured = (dropped = 0) => ({ durations: new Map([['assign_duration', tenToHundred]]), dropped });
const threshold = (...conditions: string[]) => [{ metric: 'assign_duration', conditions, at_least: 10 }];

it.each([
  [0, 10],
  [0.5, 55],
  [0.9, 91],
  [0.95, 95.5],
  [1, 100],
])('the place %d lies at %d, as k6 computes it', (share, value) => {
  expect(interpolated(tenToHundred, share)).toBeCloseTo(value, 9);
});

describe('thresholds over all load generators', () => {
  it.each([
    ['p(95)<95.6', true],
    ['p(95)<95.4', false],
    ['p(99.9) <= 99.92', true],
    ['max<100', false],
    ['max<=100', true],
    ['min>=10', true],
    ['med==55', true],
    ['med===55', true],
    ['avg!=55', false],
    ['avg>54', true],
    ['count>9', true],
    ['count>=11', false],
  ])('%s holds: %s', (condition, holds) => {
    const crossed = crossedThresholds(threshold(condition), measured());
    expect(crossed).toEqual(holds ? [] : [`assign_duration ${condition}`]);
  });

  it('are crossed by too few samples, and by arrivals that were dropped', () => {
    const few = { durations: new Map([['assign_duration', tenToHundred.slice(0, 3)]]), dropped: 2 };
    expect(crossedThresholds(threshold('max<100'), few)).toEqual([
      'assign_samples count>=10',
      'dropped_iterations count==0',
    ]);
    expect(crossedThresholds(threshold('max<100'), { durations: new Map(), dropped: 0 })).toEqual([
      'assign_samples count>=10',
    ]);
  });

  it.each(['rate<1', 'value<1'])('refuse %s, which a duration has not', (condition) => {
    expect(() => crossedThresholds(threshold(condition), measured())).toThrow(`${condition} is no threshold`);
  });
});
