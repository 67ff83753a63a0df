import type postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { assign, refresh, rowsOf, setStatus, tableStatus } from './calls.ts';
import { outcome, type Reference, startReference, until } from './database.ts';
import { makeWorld, type World } from './world.ts';

let reference: Reference;
let sql: postgres.Sql;
let world: World;
let table: string;

beforeAll(async () => {
  reference = await startReference();
  sql = reference.sql;
});
afterAll(() => reference?.stop());
beforeEach(async () => {
  world = await makeWorld(sql, 'Asia/Kathmandu');
  table = await world.table();
});

const statuses = ['available', 'reserved', 'occupied', 'out_of_service'];
const [past, now, future] = [
  ['-2 hours', '-1 hour'],
  ['-1 hour', '1 hour'],
  ['1 hour', '2 hours'],
] as const;

interface Claim {
  window: readonly [string, string];
  booking?: string;
  maintenance?: boolean;
  shadow?: boolean;
}

const cases: { name: string; claims: Claim[]; expected: string }[] = [
  { name: 'nothing', claims: [], expected: 'available' },
  { name: 'a window to come', claims: [{ window: future, booking: 'confirmed' }], expected: 'available' },
  { name: 'a window that ended', claims: [{ window: past, booking: 'checked_in' }], expected: 'available' },
  { name: 'a window under way', claims: [{ window: now, booking: 'confirmed' }], expected: 'reserved' },
  { name: 'guests at the table', claims: [{ window: now, booking: 'checked_in' }], expected: 'occupied' },
  {
    name: 'a checked-in window that ended, and another under way',
    claims: [
      { window: past, booking: 'checked_in' },
      { window: now, booking: 'confirmed' },
    ],
    expected: 'reserved',
  },
  { name: 'maintenance', claims: [{ window: now, maintenance: true }], expected: 'out_of_service' },
  { name: 'maintenance that ended', claims: [{ window: past, maintenance: true }], expected: 'available' },
  { name: 'maintenance to come', claims: [{ window: future, maintenance: true }], expected: 'available' },
  {
    name: 'maintenance that ended, and guests',
    claims: [
      { window: past, maintenance: true },
      { window: now, booking: 'checked_in' },
    ],
    expected: 'occupied',
  },
  {
    name: 'a shadow beside nothing',
    claims: [{ window: now, booking: 'confirmed', shadow: true }],
    expected: 'available',
  },
  {
    name: 'a shadow of maintenance beside a booking',
    claims: [
      { window: now, maintenance: true, shadow: true },
      { window: now, booking: 'confirmed' },
    ],
    expected: 'reserved',
  },
];

async function claim({ window: [from, to], booking, maintenance, shadow }: Claim): Promise<void> {
  const checked_in_at = booking === 'checked_in' ? new Date() : null;
  const bookingId = booking ? await world.booking({ status: booking, checked_in_at }) : null;
  await sql`
    INSERT INTO allocations (booking_id, restaurant_id, resource_type, resource_id, "window", is_maintenance, shadow)
    VALUES (${bookingId}, ${world.restaurantId}, 'table', ${table},
      tstzrange(now() + ${from}::text::interval, now() + ${to}::text::interval),
      ${maintenance ?? false}, ${shadow ?? false})`;
}

describe('refresh_table_status', () => {
  it.each(cases)('$name: $expected, whatever was stored', async ({ claims, expected }) => {
    for (const one of claims) await claim(one);
    for (const stored of statuses) {
      await sql`UPDATE table_inventory SET status = ${stored} WHERE id = ${table}`;
      await refresh(sql, table);
      // What staff did by hand is theirs to undo.
      const byHand = stored === 'out_of_service' && !claims.some((one) => one.maintenance && !one.shadow);
      expect([stored, await tableStatus(sql, table)]).toEqual([stored, byHand ? stored : expected]);
    }
  });

  it('counts the first instant of a window and not the last', async () => {
    const [booking, other] = [await world.booking(), await world.table()];
    const read = await sql.begin(async (tx) => {
      // now() stands still in a transaction, so both windows touch it exactly.
      for (const [id, from, to] of [
        [table, '0', '1 hour'],
        [other, '-1 hour', '0'],
      ] as const) {
        await tx`
          INSERT INTO allocations (booking_id, restaurant_id, resource_type, resource_id, "window")
          VALUES (${booking}, ${world.restaurantId}, 'table', ${id},
            tstzrange(now() + ${from}::text::interval, now() + ${to}::text::interval))`;
      }
      return [await tableStatus(tx, table), await tableStatus(tx, other)];
    });
    expect(read).toEqual(['reserved', 'available']);
  });

  it('writes only what changes, and ignores an unknown table', async () => {
    const version = async () => (await sql`SELECT ctid FROM table_inventory WHERE id = ${table}`)[0]?.ctid;
    const before = await version();
    await refresh(sql, table);
    expect(await version()).toBe(before);
    expect(await outcome(refresh(sql, world.restaurantId))).toBe('ok');
  });

  it('waits for a writer and then sees what it wrote', async () => {
    const [writer, reader] = [await reference.connect(1), await reference.connect(1)];
    const booking = await world.booking();
    let refreshed: Promise<string> | undefined;
    await writer.begin(async (tx) => {
      await assign(tx, booking, [table], { from: '2020-01-01Z', to: '2040-01-01Z' });
      await tx`UPDATE table_inventory SET status = 'available' WHERE id = ${table}`;
      refreshed = outcome(refresh(reader, table));
      await until(async () => {
        const [row] = await sql`SELECT count(*)::int AS waiting FROM pg_locks WHERE NOT granted`;
        return row?.waiting > 0;
      });
    });
    expect(await refreshed).toBe('ok');
    expect(await tableStatus(sql, table)).toBe('reserved');
  });
});

describe('triggers', () => {
  it('follow maintenance as it is written, moved and deleted', async () => {
    const other = await world.table();
    const id = await world.maintenance(table, '2020-01-01', '2040-01-01');
    expect(await tableStatus(sql, table)).toBe('out_of_service');
    await sql`UPDATE allocations SET resource_id = ${other} WHERE id = ${id}`;
    expect([await tableStatus(sql, table), await tableStatus(sql, other)]).toEqual([
      'available',
      'out_of_service',
    ]);
    await sql`DELETE FROM allocations WHERE id = ${id}`;
    expect(await tableStatus(sql, other)).toBe('available');
  });

  it('follow a visit from booking to leaving', async () => {
    const booking = await world.booking();
    const seen: string[] = [];
    const tables = [table, await world.table()].sort();
    await assign(sql, booking, tables, { from: '2020-01-01Z', to: '2040-01-01Z' });
    seen.push(await tableStatus(sql, table));
    for (const status of ['confirmed', 'checked_in', 'completed']) {
      await setStatus(sql, booking, status);
      seen.push(await tableStatus(sql, table));
    }
    expect(seen).toEqual(['reserved', 'reserved', 'occupied', 'available']);
    // What was used stays on record, and the table is free at once.
    expect(await rowsOf(sql, booking)).toEqual({ tables: 2, groups: 1, assignments: 2, ledger: 0 });
    const next = assign(sql, await world.booking(), [table], { from: '2030-01-01Z', to: '2031-01-01Z' });
    expect(await outcome(next)).toBe('ok');
  });

  it.each(['cancelled', 'no_show'])('free the tables of a booking that is %s', async (status) => {
    const booking = await world.booking();
    await assign(sql, booking, [table], { key: 'k', from: '2020-01-01Z', to: '2040-01-01Z' });
    await setStatus(sql, booking, status);
    expect(await rowsOf(sql, booking)).toEqual({ tables: 0, groups: 0, assignments: 0, ledger: 0 });
    expect(await tableStatus(sql, table)).toBe('available');
  });

  it('free the table of a booking that is completed before its window, or deleted', async () => {
    const [early, deleted] = (await world.bookings(2)) as [string, string];
    await assign(sql, early, [table]);
    await setStatus(sql, early, 'completed');
    expect(await rowsOf(sql, early)).toEqual({ tables: 0, groups: 0, assignments: 0, ledger: 0 });
    await assign(sql, deleted, [table], { from: '2020-01-01Z', to: '2040-01-01Z' });
    await sql`DELETE FROM bookings WHERE id = ${deleted}`;
    expect(await tableStatus(sql, table)).toBe('available');
  });
});
