import { describe, expect, it } from 'vitest';
import { describeLoad, leastCalls } from '../../../plan/load.ts';
import { planSchema } from '../../../plan/schema.ts';
import type { SteppedBoundaries } from '../../../plan/stepped-boundaries.ts';
import { stopsAcross } from '../../../plan/stepped-schedule.ts';
import { awkwardAnchors, planOf, smallProfile } from './plans.ts';

const settings = smallProfile.scenarios['window-boundary'];
const steppedOf = (anchor?: string): SteppedBoundaries => {
  const more = anchor === undefined ? {} : { anchor: Date.parse(anchor) };
  const plan = planOf({ scenarios: ['window-boundary'], clock: 'virtual', ...more });
  expect(planSchema.safeParse(JSON.parse(JSON.stringify(plan))).success).toBe(true);
  const stepped = plan.scenarios['window-boundary']?.stepped;
  if (!stepped) throw new Error('nothing to step across');
  return stepped;
};
const at = (instant: string): number => Date.parse(instant);

it('replaces what is polled, where the clock is virtual', () => {
  const plan = planOf({ scenarios: ['window-boundary'], clock: 'virtual' });
  expect(plan.scenarios['window-boundary']?.watched).toEqual([]);
  expect(planOf().scenarios['window-boundary']?.stepped).toBeNull();
});

describe.each([undefined, ...awkwardAnchors])('windows planned at %s', (anchor) => {
  const stepped = steppedOf(anchor);

  it('are as many as wanted, for tables of each policy', () => {
    expect(stepped.tables.map(({ windows }) => windows.length)).toEqual(Array.from({ length: 9 }, () => 4));
    for (const policy of ['none', 'on-read', 'every']) {
      expect(stepped.tables.filter((table) => table.policy === policy)).toHaveLength(3);
    }
  });

  it('of one table never overlap, and lie between assigning and the end', () => {
    for (const { windows } of stepped.tables) {
      let last = at(stepped.from);
      for (const { start_at, end_at } of windows) {
        expect(at(start_at)).toBeGreaterThanOrEqual(last);
        expect(at(end_at)).toBeGreaterThan(at(start_at));
        last = at(end_at);
      }
      expect(last).toBeLessThan(at(stepped.until));
    }
  });

  it('begin less than one interval of the job after a half hour, all at one instant', () => {
    for (const { start_at, end_at } of stepped.tables.flatMap(({ windows }) => windows)) {
      // Kathmandu's half hours are quarters in UTC.
      for (const instant of [start_at, end_at]) {
        expect(at(instant) % 900_000).toBeLessThan(settings.refresh_every_ms);
      }
    }
  });

  it('have their guests sit down within them', () => {
    const windows = stepped.tables.flatMap((table) => table.windows);
    for (const { start_at, end_at, check_in_at } of windows) {
      if (check_in_at === null) continue;
      expect(at(check_in_at)).toBeGreaterThan(at(start_at));
      expect(at(check_in_at)).toBeLessThan(at(end_at));
    }
    expect(windows.some(({ check_in_at }) => check_in_at === null)).toBe(true);
    expect(windows.some(({ check_in_at }) => check_in_at !== null)).toBe(true);
  });
});

describe('the instants that the clock is set to', () => {
  const stepped = steppedOf();
  const stops = stopsAcross(stepped, settings);
  const find = (microseconds: number) => stops.find((stop) => stop.at === microseconds);

  it('are in order, each once', () => {
    const instants = stops.map((stop) => stop.at);
    expect(instants).toEqual([...new Set(instants)].sort((a, b) => a - b));
  });

  it('are a microsecond before each boundary, the boundary, and a microsecond after it', () => {
    for (const { table_id, windows } of stepped.tables) {
      for (const instant of windows.flatMap(({ start_at, end_at }) => [at(start_at), at(end_at)])) {
        for (const offset of [-1, 0, 1]) expect(find(instant * 1000 + offset)?.reads).toContain(table_id);
      }
    }
  });

  it('are every run of the job from the last before a boundary until it must have shown', () => {
    const interval = settings.refresh_every_ms * 1000;
    const phase = at(stepped.from) * 1000;
    for (const { table_id, policy, windows } of stepped.tables) {
      for (const { end_at } of windows) {
        const end = at(end_at) * 1000;
        const runs = stops.filter(
          (stop) =>
            stop.job && stop.at > end - interval && stop.at <= end + settings.tail_ms * 1000 + interval,
        );
        if (policy !== 'every') continue;
        expect(runs.length).toBeGreaterThanOrEqual(settings.tail_ms / settings.refresh_every_ms + 1);
        for (const run of runs) {
          expect((run.at - phase) % interval).toBe(0);
          expect(run.reads).toContain(table_id);
          expect(run.reads_after_job).toContain(table_id);
        }
      }
    }
  });

  it('are when guests sit down, and the end, when all is looked at', () => {
    const seated = stops.flatMap((stop) => stop.check_ins);
    const guests = stepped.tables.flatMap(({ windows }) =>
      windows.flatMap(({ booking_id, check_in_at }) => (check_in_at === null ? [] : [booking_id])),
    );
    expect(seated.toSorted()).toEqual(guests.toSorted());
    expect(stops.at(-1)?.reads).toHaveLength(9);
  });
});

it('its load is one call for each window and guest, and one for each instant', () => {
  const plan = planOf({ scenarios: ['window-boundary'], clock: 'virtual' });
  const stepped = plan.scenarios['window-boundary']?.stepped as SteppedBoundaries;
  const stops = stopsAcross(stepped, settings);
  const guests = stops.flatMap((stop) => stop.check_ins).length;
  const [load] = describeLoad(plan).scenarios;
  expect(load).toMatchObject({
    requests: 36 + guests + stops.length,
    requests_per_second: null,
    virtual_users: 3,
  });
  expect(leastCalls(plan, 'window-boundary')).toBe(36);
  expect(describeLoad(plan).rows.added_total).toBe(36 * 2);
  const slow = planOf({ scenarios: ['window-boundary'], clock: 'virtual', max_requests_per_second: 10 });
  expect(describeLoad(slow).scenarios[0]).toMatchObject({ requests_per_second: 10 });
});
