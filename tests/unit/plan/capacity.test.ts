import { expect, it } from 'vitest';
import type { CapacitySettings } from '../../../contracts/thresholds.ts';
import { describeLoad } from '../../../plan/load.ts';
import type { Plan } from '../../../plan/plan.ts';
import { arrivalRate, capacityArrivals, WATCH_PAUSES_MS } from '../../../plan/scenarios/capacity.ts';
import { awkwardAnchors, planOf, smallProfile } from './plans.ts';

function planned(change: Partial<CapacitySettings> = {}, more: { anchor?: number; seed?: number } = {}) {
  const capacity = { ...smallProfile.scenarios.capacity, rate_per_s: 50, duration_s: 10, ...change };
  const plan = planOf({
    scenarios: ['capacity'],
    profile: { ...smallProfile, scenarios: { ...smallProfile.scenarios, capacity } },
    ...more,
  });
  const part = plan.scenarios.capacity;
  if (!part) throw new Error('capacity was not planned');
  return { plan, arrivals: part.arrivals };
}

const windows = (plan: Plan) => new Map(plan.world.bookings.map((booking) => [booking.id, booking]));

it('has an arrival for each place in the schedule, each with a booking of its own', () => {
  const { arrivals } = planned();
  expect(arrivals).toHaveLength(capacityArrivals({ rate_per_s: 50, duration_s: 10 }));
  expect(new Set(arrivals.map(({ booking_id }) => booking_id)).size).toBe(arrivals.length);
  expect(new Set(arrivals.map(({ idempotency_key }) => idempotency_key)).size).toBe(arrivals.length);
});

it.each([
  { popularity: 'uniform' as const },
  { popularity: 'zipf' as const, restaurants: 1 },
  { merged_share: 1 },
  { tables: 3, merged_share: 0.5 },
])('no two arrivals want one table for overlapping windows, but for rivals: %j', (change) => {
  const { plan, arrivals } = planned(change);
  const known = windows(plan);
  const taken = new Map<string, { start: string; end: string; expect: string[] }[]>();
  for (const { booking_id, table_ids, expect: answers } of arrivals) {
    const booking = known.get(booking_id);
    if (!booking) throw new Error('no booking');
    for (const table of table_ids) {
      const others = taken.get(table) ?? [];
      for (const other of others) {
        const overlap = other.start < booking.end_at && booking.start_at < other.end;
        if (overlap)
          expect([other.expect, answers]).toEqual([
            ['ok', 'P0001'],
            ['ok', 'P0001'],
          ]);
      }
      others.push({ start: booking.start_at, end: booking.end_at, expect: answers });
      taken.set(table, others);
    }
  }
});

it('has the shares that were asked for', () => {
  const { arrivals } = planned({
    duration_s: 60,
    merged_share: 0.3,
    conflict_share: 0.2,
    watched_share: 0.05,
  });
  const part = (of: (arrival: (typeof arrivals)[number]) => boolean) =>
    arrivals.filter(of).length / arrivals.length;
  expect(part(({ watched }) => watched)).toBeLessThanOrEqual(0.05);
  expect(part(({ watched }) => watched)).toBeGreaterThan(0.03);
  // A rival and the one that it disputes with: two for each.
  expect(part(({ expect: answers }) => answers.length > 1)).toBeGreaterThan(0.25);
  expect(part(({ expect: answers }) => answers.length > 1)).toBeLessThan(0.42);
  expect(part(({ table_ids }) => table_ids.length === 2)).toBeGreaterThan(0.2);
  expect(part(({ table_ids }) => table_ids.length === 2)).toBeLessThan(0.4);
  const none = planned({ merged_share: 0, conflict_share: 0, watched_share: 0 }).arrivals;
  expect(
    none.every(
      ({ table_ids, watched, expect: answers }) => table_ids.length === 1 && !watched && answers.length === 1,
    ),
  ).toBe(true);
});

it('popular tables are wanted more often', () => {
  const most = (popularity: 'uniform' | 'zipf'): number => {
    const { arrivals } = planned({
      popularity,
      restaurants: 1,
      tables: 20,
      watched_share: 0,
      duration_s: 30,
    });
    const counts = new Map<string, number>();
    for (const { table_ids } of arrivals)
      for (const table of table_ids) counts.set(table, (counts.get(table) ?? 0) + 1);
    return Math.max(...counts.values()) / arrivals.length;
  };
  expect(most('uniform')).toBeLessThan(0.12);
  expect(most('zipf')).toBeGreaterThan(0.2);
});

it.each(awkwardAnchors)('watched windows contain the moment, at %s too', (anchor) => {
  const at = Date.parse(anchor);
  const { plan, arrivals } = planned({ watched_share: 0.5 }, { anchor: at });
  const known = windows(plan);
  const watched = arrivals.filter((arrival) => arrival.watched);
  expect(watched.length).toBeGreaterThan(10);
  for (const { booking_id } of watched) {
    const booking = known.get(booking_id);
    expect(Date.parse(booking?.start_at ?? '')).toBeLessThanOrEqual(at - 14 * 60_000);
    // A step is over long before.
    expect(Date.parse(booking?.end_at ?? '')).toBeGreaterThan(at + 30 * 60_000);
  }
});

it('the load generator counts whole arrivals in a minute', () => {
  expect(arrivalRate({ rate_per_s: 47.6 })).toBeCloseTo(47.6, 10);
  expect(arrivalRate({ rate_per_s: 0.1 })).toBeCloseTo(0.1, 10);
  expect(arrivalRate({ rate_per_s: 0.001 })).toBeCloseTo(1 / 60, 10);
});

it('forecasts the requests of the watched ones too', () => {
  const { plan, arrivals } = planned({ watched_share: 0.1 });
  const [load] = describeLoad(plan).scenarios;
  const watched = arrivals.filter((arrival) => arrival.watched).length;
  expect(load?.requests).toBe(arrivals.length + watched * WATCH_PAUSES_MS.length);
  expect(load?.requests_per_second).toBeLessThanOrEqual(50 * (1 + 0.1 * WATCH_PAUSES_MS.length) + 1e-9);
});
