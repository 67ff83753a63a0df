import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Barrier } from '../../../scenarios/lib/barrier.ts';
import { anchorClock, now, sleepUntil } from '../../../scenarios/lib/clock.ts';
import { pollStatus, refreshOnSchedule } from '../../../scenarios/lib/status-poller.ts';
import k6, { serve, sleep } from './k6.ts';
import { id, json, virtualUser } from './virtual-user.ts';

beforeEach(() => serve());
afterEach(() => {
  vi.restoreAllMocks();
});

it('counts whole nanoseconds', () => {
  sleep(0.000_000_123);
  expect(now()).toBe(1_000_000_123);
});

it.each([
  [1_500_000_000, 1_500_000_000],
  [1_000_000_000, 1_000_000_000],
  [400_000_000, 1_000_000_000],
])('sleeping until %i ends at %i', (instant, end) => {
  sleepUntil(instant);
  expect(now()).toBe(end);
});

it.each([
  [1_780_000_000_000, 1],
  [1_780_000_000_000.75, 1],
  // A wall clock that runs faster leaves the bound of the error wider.
])('finds the wall time of its zero, %f, more exactly than the wall clock shows it', (zero) => {
  vi.spyOn(Date, 'now').mockImplementation(() => Math.floor(zero + k6.instance.currentTestRunDuration));
  const { wall_ms, error_ms } = anchorClock();
  expect(Math.abs(wall_ms - zero)).toBeLessThanOrEqual(error_ms);
  expect(error_ms).toBeLessThan(0.1);
});

it('says so when the wall clock was set meanwhile', () => {
  let reads = 0;
  vi.spyOn(Date, 'now').mockImplementation(() => {
    reads += 1;
    return 1_780_000_000_000 + (reads > 30 ? 5000 : 0);
  });
  expect(anchorClock().error_ms).toBeGreaterThan(2000);
});

it('a barrier lets everybody start at the same instants, and nobody wait for a late one', () => {
  const barrier = new Barrier(1_200_000_000, 100);
  expect(barrier.lateness(0)).toBe(-200_000_000);
  expect(barrier.wait(0)).toBe(1_200_000_000);
  expect(now()).toBe(1_200_000_000);
  sleep(0.25);
  expect(barrier.wait(1)).toBe(1_300_000_000);
  expect(barrier.lateness(1)).toBe(150_000_000);
  expect(barrier.wait(3)).toBe(1_500_000_000);
  expect(now()).toBe(1_500_000_000);
});

it('a poller reads what is only read, then refreshes and reads each other table, in every turn until its deadline', () => {
  const { calls, written } = virtualUser(...Array.from({ length: 15 }, () => json([])));
  const between = vi.fn();
  const tables = { read: [id(1), id(2)], refreshed: [id(3), id(4)] };
  pollStatus(calls, tables, { until: now() + 250e6, interval_ms: 100 }, between);
  const turn = ['status', 'refresh', 'status', 'refresh', 'status'];
  expect(written().map((operation) => operation.f)).toEqual([...turn, ...turn, ...turn]);
  expect(written()[0]?.input).toEqual({ table_ids: [id(1), id(2)] });
  expect(written()[2]?.input).toEqual({ table_ids: [id(3)] });
  const starts = written()
    .filter((_, index) => index % 5 === 0)
    .map((operation) => operation.t0);
  expect(starts).toEqual([1_000_000_000, 1_100_000_000, 1_200_000_000]);
  expect(between).toHaveBeenCalledTimes(3);
});

it('a poller of nothing that is only read makes no read of nothing', () => {
  const { calls, written } = virtualUser(...Array.from({ length: 2 }, () => json([])));
  pollStatus(calls, { read: [], refreshed: [id(1)] }, { until: now() + 50e6, interval_ms: 100 }, () => {});
  expect(written().map((operation) => operation.f)).toEqual(['refresh', 'status']);
});

describe('a refresher', () => {
  it('refreshes all its tables in every interval until its deadline', () => {
    const { calls, written } = virtualUser(...Array.from({ length: 6 }, () => json(null, 204)));
    refreshOnSchedule(calls, [id(1), id(2)], { until: now() + 250e6, interval_ms: 100 });
    expect(written().map(({ f, t0 }) => [f, t0])).toEqual(
      [1000, 1001, 1100, 1101, 1200, 1201].map((ms) => ['refresh', ms * 1e6]),
    );
  });

  it('begins a run that is late at once, and makes up for none', () => {
    const { calls, written } = virtualUser(...Array.from({ length: 6 }, () => json(null, 204)));
    // Each call takes a millisecond: a run takes three, longer than the interval.
    refreshOnSchedule(calls, [id(1), id(2), id(3)], { until: now() + 5e6, interval_ms: 1 });
    expect(written().map(({ t0 }) => t0 / 1e6)).toEqual([1000, 1001, 1002, 1003, 1004, 1005]);
  });
});
