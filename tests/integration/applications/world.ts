import { randomUUID } from 'node:crypto';
import { fillRows } from '../../../seed/fill.ts';
import type { Application } from './application.ts';

export type Row = Record<string, unknown>;

/** A restaurant with two zones, and rows on demand. */
export interface World {
  readonly restaurantId: string;
  readonly zoneId: string;
  readonly otherZoneId: string;
  /** Ids in the order in which they are locked. */
  tables(count: number, columns?: Row): Promise<string[]>;
  table(columns?: Row): Promise<string>;
  /** By default 18:00 to 20:00 local time, far in the future. */
  bookings(count: number, columns?: Row): Promise<string[]>;
  booking(columns?: Row): Promise<string>;
  hold(tableIds: string[], columns?: Row): Promise<string>;
  maintenance(tableId: string, from: string, to: string): Promise<string>;
}

/** Makes a restaurant of its own. Columns that only this application requires are filled as seeding fills them. */
export async function makeWorld(application: Application, timezone = 'UTC'): Promise<World> {
  const { sql } = application;
  const insert = async (table: string, rows: Row[]): Promise<void> => {
    await sql`insert into ${sql(table)} ${sql(await fitted(application, table, rows))}`;
  };
  const restaurantId = randomUUID();
  await insert('restaurants', [{ id: restaurantId, name: 'Test', slug: `test-${restaurantId}`, timezone }]);
  const zones = ['one', 'two'].map((name) => ({ id: randomUUID(), restaurant_id: restaurantId, name }));
  await insert('zones', zones);
  await insert('allowed_capacities', [{ restaurant_id: restaurantId, capacity: 4 }]);
  const [zoneId, otherZoneId] = zones.map((zone) => zone.id) as [string, string];
  const person = { id: randomUUID(), full_name: 'Ada', email: 'ada@example.test', phone: '+44 1234 567890' };
  await insert('customers', [{ ...person, restaurant_id: restaurantId }]);

  const world: World = {
    restaurantId,
    zoneId,
    otherZoneId,
    async tables(count, columns = {}) {
      const rows = Array.from({ length: count }, () => {
        const id = randomUUID();
        const place = { restaurant_id: restaurantId, zone_id: zoneId, table_number: id.slice(0, 8) };
        return { id, ...place, capacity: 4, ...columns };
      });
      await insert('table_inventory', rows);
      return rows.map((row) => row.id).sort();
    },
    table: async (columns) => (await world.tables(1, columns))[0] as string,
    async bookings(count, columns = {}) {
      const rows = Array.from({ length: count }, () => ({
        id: randomUUID(),
        restaurant_id: restaurantId,
        customer_id: person.id,
        booking_date: '2031-03-01',
        start_time: '18:00',
        end_time: '20:00',
        party_size: 2,
        customer_name: person.full_name,
        customer_email: person.email,
        customer_phone: person.phone,
        // Derived by a trigger; given here because the columns are required.
        start_at: '2000-01-01T00:00:00Z',
        end_at: '2000-01-02T00:00:00Z',
        ...columns,
      }));
      await insert('bookings', rows);
      return rows.map((row) => row.id);
    },
    booking: async (columns) => (await world.bookings(1, columns))[0] as string,
    async hold(tableIds, columns = {}) {
      const id = randomUUID();
      const span = { start_at: '2031-03-01T18:00:00Z', end_at: '2031-03-01T20:00:00Z' };
      const row = {
        id,
        restaurant_id: restaurantId,
        ...span,
        expires_at: '2031-01-01T00:00:00Z',
        ...columns,
      };
      const members = tableIds.map((table_id) => ({ hold_id: id, table_id }));
      await sql.begin(async (tx) => {
        await tx`insert into table_holds ${tx(row)}`;
        await tx`insert into table_hold_members ${tx(members)}`;
      });
      return id;
    },
    async maintenance(tableId, from, to) {
      const id = randomUUID();
      await sql`
        insert into allocations (id, restaurant_id, resource_type, resource_id, "window", is_maintenance)
        values (${id}, ${restaurantId}, 'table', ${tableId}, tstzrange(${from}, ${to}), true)`;
      return id;
    },
  };
  return world;
}

async function fitted({ sql, description }: Application, name: string, rows: Row[]): Promise<Row[]> {
  const table = description.tables.find((candidate) => candidate.name === name);
  if (!table) throw new Error(`no table ${name}`);
  const lookups = new Map<string, unknown>();
  for (const { references } of table.columns) {
    if (!references) continue;
    const [row] = await sql`select ${sql(references.column)} as value from ${sql(references.table)} limit 1`;
    lookups.set(`${references.table}.${references.column}`, row?.value);
  }
  const existing = (reference: { table: string; column: string }) =>
    lookups.get(`${reference.table}.${reference.column}`);
  return fillRows(table, rows, { tag: 'abcdef01', seed: 1, existing }).rows;
}
