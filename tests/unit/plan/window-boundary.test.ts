import { expect, it } from 'vitest';
import { planOf, smallProfile } from './plans.ts';

const plan = planOf({ scenarios: ['window-boundary'] });
const settings = smallProfile.scenarios['window-boundary'];
const watched = plan.scenarios['window-boundary']?.watched ?? [];

it('gives each process its number of tables', () => {
  expect(watched.map((tables) => tables.length)).toEqual([2, 2, 2]);
});

it('watches each table and books it once', () => {
  const tables = watched.flat();
  for (const key of ['table_id', 'booking_id', 'idempotency_key'] as const) {
    expect(new Set(tables.map((table) => table[key])).size).toBe(tables.length);
  }
});

it('each booking is of the restaurant of its table', () => {
  const restaurants = new Map(
    [...plan.world.bookings, ...plan.world.table_inventory].map((row) => [row.id, row.restaurant_id]),
  );
  for (const { table_id, booking_id } of watched.flat()) {
    expect(restaurants.get(table_id)).toBeDefined();
    expect(restaurants.get(booking_id)).toBe(restaurants.get(table_id));
  }
});

it('windows begin within one poll after the lead and have the planned length', () => {
  const { lead_ms, poll_interval_ms, window_ms } = settings;
  for (const { start_offset_ms, end_offset_ms } of watched.flat()) {
    expect(start_offset_ms).toBeGreaterThanOrEqual(lead_ms);
    expect(start_offset_ms).toBeLessThanOrEqual(lead_ms + poll_interval_ms);
    expect(end_offset_ms - start_offset_ms).toBe(window_ms);
  }
  expect(new Set(watched.flat().map((table) => table.start_offset_ms)).size).toBeGreaterThan(1);
});

it('some guests check in and some never arrive', () => {
  const visits = watched.flat().map((table) => table.visit);
  expect(visits.filter((visit) => visit === 'checks-in')).toHaveLength(3);
  expect(visits.filter((visit) => visit === 'never-arrives')).toHaveLength(3);
});
