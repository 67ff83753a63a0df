import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Plan } from '../../../plan/plan.ts';
import { instantsOf, offsetAt } from './local-clock.ts';
import { awkwardAnchors, planOf } from './plans.ts';

/** The application derives each window from a date and two local times: it must come to what the plan says. */

/** What is wrong with the windows of a plan's bookings, in words. */
function faults(plan: Plan): string[] {
  const timezones = new Map(plan.world.restaurants.map(({ id, timezone }) => [id, timezone]));
  return plan.world.bookings.flatMap((booking) => {
    const timezone = timezones.get(booking.restaurant_id) ?? 'none';
    const found = [booking.start_time, booking.end_time].map((time) =>
      instantsOf(booking.booking_date, time, timezone).map((instant) => new Date(instant).toISOString()),
    );
    const problems = [
      booking.start_time >= booking.end_time && 'it does not end later on the same day',
      booking.start_at >= booking.end_at && 'it is empty',
      found.some((instants) => instants.length !== 1) && 'a local time of it has not one meaning',
      found[0]?.[0] !== booking.start_at && `it starts at ${found[0]}`,
      found[1]?.[0] !== booking.end_at && `it ends at ${found[1]}`,
    ].filter((problem) => problem !== false);
    return problems.map((problem) => `${timezone} ${JSON.stringify(booking)}: ${problem}`);
  });
}

it.each(awkwardAnchors)('planned at %s, every window is what its local times mean', (anchor) => {
  for (const seed of [1, 2]) expect(faults(planOf({ seed, anchor: Date.parse(anchor) }))).toEqual([]);
});

it('planned at any time with any seed, every window is what its local times mean', () => {
  const anchors = fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2031-01-01') });
  fc.assert(
    fc.property(anchors, fc.nat(), (anchor, seed) => {
      expect(faults(planOf({ anchor, seed }))).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

it('in the days around the changes of the clocks too', () => {
  const hours = fc.integer({ min: -72, max: 24 });
  const changes = fc.constantFrom(
    '2026-03-29T01:00Z',
    '2026-10-25T01:00Z',
    '2026-11-01T06:00Z',
    '2026-04-04T15:00Z',
  );
  fc.assert(
    fc.property(changes, hours, fc.integer({ min: 0, max: 59 }), fc.nat(), (change, hour, minute, seed) => {
      const anchor = Date.parse(change) + hour * 3_600_000 + minute * 60_000;
      expect(faults(planOf({ anchor, seed }))).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

it('background bookings lie before, around and after now, and across a change of the clocks', () => {
  const plan = planOf({ scenarios: [] });
  const now = Date.parse(plan.anchor);
  const timezones = new Map(plan.world.restaurants.map(({ id, timezone }) => [id, timezone]));
  const windows = plan.world.bookings.map((booking) => ({
    start: Date.parse(booking.start_at),
    end: Date.parse(booking.end_at),
    timezone: timezones.get(booking.restaurant_id) ?? '',
  }));
  expect(windows.some(({ end }) => end < now)).toBe(true);
  expect(windows.some(({ start, end }) => start <= now && now < end)).toBe(true);
  expect(windows.some(({ start }) => start > now)).toBe(true);
  const across = windows.filter(
    ({ start, end, timezone }) => offsetAt(start, timezone) !== offsetAt(end, timezone),
  );
  expect(across.map(({ timezone }) => timezone).sort()).toEqual([
    'America/New_York',
    'America/St_Johns',
    'Australia/Lord_Howe',
    'Europe/London',
    'Pacific/Auckland',
  ]);
});
