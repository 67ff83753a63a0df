import { randomUUID } from 'node:crypto';
import type postgres from 'postgres';

export type Row = Record<string, unknown>;

/** A restaurant with two zones, and rows on demand. */
export interface World {
  readonly restaurantId: string;
  readonly zoneId: string;
  readonly otherZoneId: string;
  readonly customerId: string;
  /** Ids in the order in which they are locked. */
  tables(count: number, columns?: Row): Promise<string[]>;
  table(columns?: Row): Promise<string>;
  /** By default 18:00 to 20:00 in UTC, far in the future. */
  booking(columns?: Row): Promise<string>;
  bookings(count: number, columns?: Row): Promise<string[]>;
  hold(tableIds: string[], columns?: Row): Promise<string>;
  maintenance(tableId: string, from: string, to: string): Promise<string>;
}

/** Makes a restaurant of its own, so that tests in one database do not meet. */
export async function makeWorld(sql: postgres.Sql, timezone = 'UTC'): Promise<World> {
  const restaurantId = randomUUID();
  await sql`INSERT INTO restaurants ${sql({ id: restaurantId, name: 'Test', slug: `test-${restaurantId}`, timezone })}`;
  await sql`INSERT INTO allowed_capacities SELECT ${restaurantId}, g FROM generate_series(1, 12) AS g`;
  const zones = ['one', 'two'].map((name) => ({ id: randomUUID(), restaurant_id: restaurantId, name }));
  await sql`INSERT INTO zones ${sql(zones)}`;
  const [zoneId, otherZoneId] = zones.map((zone) => zone.id) as [string, string];
  const customer = {
    id: randomUUID(),
    restaurant_id: restaurantId,
    full_name: 'Ada Test',
    email: 'ada@example.test',
    phone: '+44 1234 567890',
  };
  await sql`INSERT INTO customers ${sql(customer)}`;

  const world: World = {
    restaurantId,
    zoneId,
    otherZoneId,
    customerId: customer.id,
    async tables(count, columns = {}) {
      const rows = Array.from({ length: count }, () => {
        const id = randomUUID();
        return {
          id,
          restaurant_id: restaurantId,
          zone_id: zoneId,
          table_number: id.slice(0, 8),
          capacity: 4,
          ...columns,
        };
      });
      await sql`INSERT INTO table_inventory ${sql(rows)}`;
      return rows.map((row) => row.id).sort();
    },
    async table(columns = {}) {
      const [id] = await world.tables(1, columns);
      return id as string;
    },
    async bookings(count, columns = {}) {
      const rows = Array.from({ length: count }, () => ({
        id: randomUUID(),
        restaurant_id: restaurantId,
        customer_id: customer.id,
        booking_date: '2031-03-01',
        start_time: '18:00',
        end_time: '20:00',
        party_size: 2,
        customer_name: customer.full_name,
        customer_email: customer.email,
        customer_phone: customer.phone,
        ...columns,
      }));
      await sql`INSERT INTO bookings ${sql(rows)}`;
      return rows.map((row) => row.id);
    },
    async booking(columns = {}) {
      const [id] = await world.bookings(1, columns);
      return id as string;
    },
    async hold(tableIds, columns = {}) {
      const id = randomUUID();
      const row = {
        id,
        restaurant_id: restaurantId,
        start_at: '2031-03-01T18:00:00Z',
        end_at: '2031-03-01T20:00:00Z',
        expires_at: '2031-01-01T00:00:00Z',
        ...columns,
      };
      const members = tableIds.map((table_id) => ({ hold_id: id, table_id }));
      await sql.begin(async (tx) => {
        await tx`INSERT INTO table_holds ${tx(row)}`;
        await tx`INSERT INTO table_hold_members ${tx(members)}`;
      });
      return id;
    },
    async maintenance(tableId, from, to) {
      const id = randomUUID();
      await sql`
        INSERT INTO allocations (id, restaurant_id, resource_type, resource_id, "window", is_maintenance)
        VALUES (${id}, ${restaurantId}, 'table', ${tableId}, tstzrange(${from}, ${to}), true)`;
      return id;
    },
  };
  return world;
}
