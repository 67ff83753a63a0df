import { describe, expect, it } from 'vitest';
import { idRange, tagPattern } from '../../../plan/identity.ts';
import { worldTables } from '../../../plan/world.ts';
import { planOf, tag } from './plans.ts';

/** The rules of the application's tables: a world that breaks one cannot be seeded. */
const plan = planOf();
const { world } = plan;

const duplicates = (values: readonly string[]): string[] =>
  values.filter((value, index) => values.indexOf(value) !== index);
const ids = (rows: readonly { id: string }[]): Set<string> => new Set(rows.map((row) => row.id));

it('every table has rows', () => {
  for (const table of worldTables) expect(world[table].length, table).toBeGreaterThan(0);
});

describe('ids', () => {
  const { restaurants, zones, table_inventory, customers, bookings } = world;
  const all = [restaurants, zones, table_inventory, customers, bookings].flatMap((rows) => [...ids(rows)]);

  it('are unique over all tables', () => expect(duplicates(all)).toEqual([]));
  it('carry the tag and fall into its range', () => {
    const { from, to } = idRange(tag);
    for (const id of all) {
      expect(id).toMatch(new RegExp(`^${tagPattern(tag)}`));
      expect(from <= id && id <= to, id).toBe(true);
    }
  });
});

it('every row carries the tag, so that it can be found', () => {
  for (const table of worldTables) {
    for (const row of world[table]) expect(JSON.stringify(row)).toMatch(new RegExp(tagPattern(tag)));
  }
});

describe('references', () => {
  const restaurantOf = new Map(
    [...world.zones, ...world.table_inventory, ...world.customers].map((row) => [row.id, row.restaurant_id]),
  );
  const tables = new Map(world.table_inventory.map((table) => [table.id, table]));

  it('point at rows of the same restaurant', () => {
    const restaurants = ids(world.restaurants);
    for (const row of [...world.zones, ...world.customers]) {
      expect(restaurants.has(row.restaurant_id)).toBe(true);
    }
    for (const row of world.table_inventory) expect(restaurantOf.get(row.zone_id)).toBe(row.restaurant_id);
    for (const row of world.bookings) expect(restaurantOf.get(row.customer_id)).toBe(row.restaurant_id);
  });

  it('of neighbours point at two tables of a zone, once and in order', () => {
    for (const { table_a, table_b } of world.table_adjacencies) {
      expect(table_a < table_b).toBe(true);
      expect(tables.get(table_a)?.zone_id).toBe(tables.get(table_b)?.zone_id);
    }
    expect(duplicates(world.table_adjacencies.map((pair) => pair.table_a + pair.table_b))).toEqual([]);
  });

  it('of capacities are met', () => {
    const allowed = new Set(world.allowed_capacities.map((row) => `${row.restaurant_id} ${row.capacity}`));
    expect(allowed.size).toBe(world.allowed_capacities.length);
    for (const table of world.table_inventory) {
      expect(allowed.has(`${table.restaurant_id} ${table.capacity}`)).toBe(true);
      expect(table.min_party_size).toBeLessThanOrEqual(table.max_party_size);
    }
  });
});

it.each([
  ['slugs', world.restaurants.map((row) => row.slug)],
  ['table numbers', world.table_inventory.map((row) => `${row.restaurant_id} ${row.table_number}`)],
  ['zone names', world.zones.map((row) => `${row.restaurant_id} ${row.name}`)],
  ['e-mails', world.customers.map((row) => `${row.restaurant_id} ${row.email}`)],
  ['phones', world.customers.map((row) => `${row.restaurant_id} ${row.phone.replace(/\D/g, '')}`)],
  ['references', world.bookings.map((row) => row.reference)],
])('%s are unique', (_, values) => expect(duplicates(values)).toEqual([]));

it('texts have the form that the application checks', () => {
  for (const { slug } of world.restaurants) expect(slug).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  for (const { email, phone } of world.customers) {
    expect(email).toMatch(/^[a-z0-9-]+@example\.com$/);
    expect(phone.length).toBeGreaterThanOrEqual(7);
    expect(phone.length).toBeLessThanOrEqual(20);
  }
});

it("a booking's times of arrival and departure fit its status, its guest is the customer", () => {
  const customers = new Map(world.customers.map((customer) => [customer.id, customer]));
  const seen = new Set<string>();
  for (const booking of world.bookings) {
    seen.add(booking.status);
    const arrived = booking.status === 'checked_in' || booking.status === 'completed';
    expect(booking.checked_in_at !== null).toBe(arrived);
    expect(booking.checked_out_at !== null).toBe(booking.status === 'completed');
    expect(booking.party_size).toBeGreaterThan(0);
    const { full_name, email, phone } = customers.get(booking.customer_id) ?? {};
    expect([booking.customer_name, booking.customer_email, booking.customer_phone]).toEqual([
      full_name,
      email,
      phone,
    ]);
  }
  expect([...seen].sort()).toEqual(['cancelled', 'checked_in', 'completed', 'no_show', 'pending']);
});
