import { expect, it } from 'vitest';
import { callsInTurn, policiesOf } from '../../../plan/scenarios/window-boundary.ts';
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

it('windows begin within one interval of the job after the lead and have the planned length', () => {
  const { lead_ms, refresh_every_ms, window_ms } = settings;
  for (const { start_offset_ms, end_offset_ms } of watched.flat()) {
    expect(start_offset_ms).toBeGreaterThanOrEqual(lead_ms);
    expect(start_offset_ms).toBeLessThanOrEqual(lead_ms + refresh_every_ms);
    expect(end_offset_ms - start_offset_ms).toBe(window_ms);
  }
  expect(new Set(watched.flat().map((table) => table.start_offset_ms)).size).toBeGreaterThan(1);
});

it('has guests who check in and guests who never arrive under each policy', () => {
  const kinds = watched.flat().map(({ policy, visit }) => `${policy} ${visit}`);
  expect(kinds.sort()).toEqual([
    'every checks-in',
    'every never-arrives',
    'none checks-in',
    'none never-arrives',
    'on-read checks-in',
    'on-read never-arrives',
  ]);
});

it('gives the refresher no more tables than it can take care of; the rest is only read', () => {
  const count = (refreshed_tables: number, policy: string): number =>
    policiesOf({ ...settings, processes: 4, tables_per_process: 3, refreshed_tables })
      .flat()
      .filter((own) => own === policy).length;
  expect([10, 4, 3, 1].map((tables) => count(tables, 'every'))).toEqual([4, 4, 3, 1]);
  expect([10, 4, 3, 1].map((tables) => count(tables, 'none'))).toEqual([4, 4, 5, 7]);
  expect([10, 4, 3, 1].map((tables) => count(tables, 'on-read'))).toEqual([4, 4, 4, 4]);
});

it('a turn is one read of what is only read, and two calls for each other table', () => {
  expect(callsInTurn(['none', 'every', 'every'])).toBe(1);
  expect(callsInTurn(['none', 'on-read'])).toBe(3);
  expect(callsInTurn(['on-read', 'on-read'])).toBe(4);
});
