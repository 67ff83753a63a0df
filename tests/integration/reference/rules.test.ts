import { randomUUID } from 'node:crypto';
import type postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { assign, setStatus } from './calls.ts';
import { outcome, type Reference, startReference } from './database.ts';
import { makeWorld, type Row, type World } from './world.ts';

let reference: Reference;
let sql: postgres.Sql;
let world: World;

beforeAll(async () => {
  reference = await startReference();
  sql = reference.sql;
});
afterAll(() => reference?.stop());
beforeEach(async () => {
  world = await makeWorld(sql, 'Europe/London');
});

describe('bookings', () => {
  const cases: { name: string; columns: Row; start: string; end: string }[] = [
    {
      name: 'in summer time',
      columns: { booking_date: '2031-07-01' },
      start: '2031-07-01T17:00:00.000Z',
      end: '2031-07-01T19:00:00.000Z',
    },
    {
      name: 'past midnight',
      columns: { start_time: '22:30', end_time: '00:30' },
      start: '2031-03-01T22:30:00.000Z',
      end: '2031-03-02T00:30:00.000Z',
    },
    {
      name: 'through the night when clocks go forward',
      columns: { booking_date: '2031-03-29', start_time: '23:00', end_time: '02:00' },
      start: '2031-03-29T23:00:00.000Z',
      end: '2031-03-30T01:00:00.000Z',
    },
  ];
  it.each(cases)('derive their window $name', async ({ columns, start, end }) => {
    const id = await world.booking(columns);
    const [row] = await sql`SELECT start_at, end_at FROM bookings WHERE id = ${id}`;
    expect([row?.start_at.toISOString(), row?.end_at.toISOString()]).toEqual([start, end]);
  });

  it('get a reference, or keep the one that is given', async () => {
    const ids = [await world.booking(), await world.booking({ reference: `R-${world.zoneId}` })];
    const rows = await sql`SELECT reference FROM bookings WHERE id = ANY (${ids}) ORDER BY created_at`;
    expect(rows[0]?.reference).toMatch(/^[0-9A-F]{16}$/);
    expect(rows[1]?.reference).toBe(`R-${world.zoneId}`);
  });

  it('are confirmed only with a table, but may be inserted confirmed', async () => {
    const booking = await world.booking();
    expect(await outcome(setStatus(sql, booking, 'confirmed'))).toMatch(/^23514 .*no assigned table/);
    await assign(sql, booking, [await world.table()]);
    expect(await outcome(setStatus(sql, booking, 'confirmed'))).toBe('ok');
    expect(await outcome(world.booking({ status: 'confirmed' }))).toBe('ok');
  });

  it.each(['checked_in', 'completed'])('need the time of arrival to be %s', async (status) => {
    const booking = await world.booking();
    const update = sql`UPDATE bookings SET status = ${status} WHERE id = ${booking}`;
    expect(await outcome(update)).toMatch(/^23514 .*bookings_lifecycle_timestamps/);
  });
});

describe('the floor', () => {
  it('has neighbours within one zone only', async () => {
    const [one, two] = [await world.table(), await world.table({ zone_id: world.otherZoneId })];
    expect(await outcome(sql`INSERT INTO table_adjacencies VALUES (${one}, ${two})`)).toMatch(
      /^23514 .*zone/,
    );
  });

  it('has no table of a capacity that is not allowed', async () => {
    expect(await outcome(world.table({ capacity: 99 }))).toMatch(/^23503 .*table_inventory_allowed_capacity/);
  });

  it('keeps a zone that has tables', async () => {
    await world.table();
    expect(await outcome(sql`DELETE FROM zones WHERE id = ${world.zoneId}`)).toMatch(/^23(001|503) /);
  });
});

describe('customers', () => {
  const cases: [string, Row, RegExp][] = [
    ['an address in capitals', { email: 'Bob@example.test' }, /^23514 .*customers_email_lower/],
    ['a known address', { email: ' ada@example.test ' }, /^23505 .*customers_restaurant_email_key/],
    [
      'a known number, written otherwise',
      { phone: '44-1234-567890' },
      /^23505 .*customers_restaurant_phone_key/,
    ],
    ['a short number', { phone: '123456' }, /^23514 .*customers_phone_length/],
  ];
  it.each(cases)('are refused with %s', async (_, columns, expected) => {
    const row = {
      restaurant_id: world.restaurantId,
      full_name: 'Bob',
      email: 'bob@example.test',
      phone: '1234567',
      ...columns,
    };
    expect(await outcome(sql`INSERT INTO customers ${sql(row)}`)).toMatch(expected);
  });
});

describe('writes past the RPC', () => {
  it('take a world in bulk, with running allocations', async () => {
    const tables = await world.tables(60);
    const bookings = await world.bookings(60, { status: 'confirmed' });
    const allocations = tables.map((resource_id, index) => ({
      booking_id: bookings[index] as string,
      restaurant_id: world.restaurantId,
      resource_type: 'table',
      resource_id,
      window: '[2020-01-01,2040-01-01)',
    }));
    await sql`INSERT INTO allocations ${sql(allocations)}`;
    const rows =
      await sql`SELECT status, count(*)::int FROM table_inventory WHERE id = ANY (${tables}) GROUP BY 1`;
    expect([...rows]).toEqual([{ status: 'reserved', count: 60 }]);
    await sql`UPDATE bookings SET status = 'cancelled' WHERE id = ANY (${bookings})`;
    const [left] =
      await sql`SELECT count(*)::int FROM allocations WHERE restaurant_id = ${world.restaurantId}`;
    expect(left).toEqual({ count: 0 });
  });

  it('meet the constraints', async () => {
    const table = await world.table();
    const booking = await world.booking();
    await assign(sql, booking, [table]);
    const allocation = { restaurant_id: world.restaurantId, resource_type: 'table', resource_id: table };
    const write = (window: string, booking_id: string | null) =>
      outcome(sql`INSERT INTO allocations ${sql({ ...allocation, window, booking_id })}`);
    expect(await write('[2031-03-01 19:00Z,2031-03-01 21:00Z)', null)).toMatch(
      /^23P01 .*allocations_no_overlap/,
    );
    expect(await write('[2032-03-01,2032-03-02)', booking)).toMatch(
      /^23505 .*allocations_booking_resource_key/,
    );
    expect(await write('[2032-03-01,2032-03-02]', null)).toMatch(/^23514 .*allocations_window/);
    expect(await write('[2032-03-01,)', null)).toMatch(/^23514 .*allocations_window/);
  });

  it('leave an audit trail that outlives the rows', async () => {
    const booking = await world.booking({ id: randomUUID() });
    await assign(sql, booking, [await world.table()]);
    await sql`DELETE FROM bookings WHERE id = ${booking}`;
    const rows = await sql`
      SELECT table_name, action FROM audit_log
      WHERE row_id = ${booking} OR payload->>'booking_id' = ${booking} ORDER BY id`;
    expect(rows.map((row) => `${row.table_name} ${row.action}`)).toEqual([
      'bookings INSERT',
      'allocations INSERT',
      'bookings DELETE',
      'allocations DELETE',
    ]);
  });
});
