import { expect, it } from 'vitest';
import { planOf } from './plans.ts';

const plan = planOf();
const { rush, soak } = plan.scenarios;
if (!rush || !soak) throw new Error('a scenario was not planned');
const tables = new Map(plan.world.table_inventory.map((table) => [table.id, table]));
const bookings = new Map(plan.world.bookings.map((booking) => [booking.id, booking]));

it('every diner has a booking of their own, choices that fit the party, and pauses', () => {
  expect(new Set(rush.diners.map((diner) => diner.booking_id)).size).toBe(rush.diners.length);
  for (const { booking_id, choices, backoff_ms } of rush.diners) {
    const party = bookings.get(booking_id)?.party_size ?? 0;
    expect(choices.length).toBeGreaterThan(0);
    expect(choices.length).toBeLessThanOrEqual(rush.settings.tries);
    for (const set of choices) {
      const seats = set.reduce((sum, id) => sum + (tables.get(id)?.capacity ?? 0), 0);
      expect(seats).toBeGreaterThanOrEqual(party);
      for (const id of set)
        expect(tables.get(id)?.restaurant_id).toBe(bookings.get(booking_id)?.restaurant_id);
    }
    expect(backoff_ms.length).toBeGreaterThan(rush.settings.tries);
    for (const pause of backoff_ms) expect(pause).toBeGreaterThan(0);
  }
});

it('large parties sit at two tables, and some diners change their minds', () => {
  const large = rush.diners.filter(({ booking_id }) => (bookings.get(booking_id)?.party_size ?? 0) > 6);
  expect(large.length).toBeGreaterThan(0);
  for (const { choices } of large) for (const set of choices) expect(set).toHaveLength(2);
  expect(rush.diners.some((diner) => diner.changes_mind)).toBe(true);
});

it('diners arrive in order, within the service', () => {
  const times = rush.diners.map((diner) => diner.arrival_ms);
  expect([...times].sort((a, b) => a - b)).toEqual(times);
  expect(times.at(-1)).toBeLessThanOrEqual(rush.settings.duration_s * 1000);
});

it('visits of a soak share their tables', () => {
  expect(soak.visits).toHaveLength(soak.settings.bookings);
  const used = new Set(soak.visits.flatMap((visit) => visit.table_ids));
  expect(used.size).toBeLessThanOrEqual(soak.settings.tables);
  expect(used.size).toBeLessThan(soak.visits.length);
});
