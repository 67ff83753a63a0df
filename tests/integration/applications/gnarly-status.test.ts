import type postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { assign, refresh, rowsOf, setStatus, tableStatus, unassign } from '../reference/calls.ts';
import { outcome, tally } from '../reference/database.ts';
import { type Application, startApplication } from './application.ts';
import { makeWorld, type World } from './world.ts';

/** The gnarly application's status rule, and its locks. */

const contenders = 10;
let application: Application;
let sql: postgres.Sql;
let world: World;
let table: string;

beforeAll(async () => {
  application = await startApplication('gnarly');
  sql = await application.connect(contenders);
});
afterAll(() => application?.stop());
beforeEach(async () => {
  world = await makeWorld(application, 'Asia/Kathmandu');
  table = await world.table();
});

const always = { from: '2020-01-01Z', to: '2040-01-01Z' };
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

const matrix: [string, Claim[], string][] = [
  ['nothing', [], 'available'],
  ['a window to come', [{ window: future, booking: 'confirmed' }], 'available'],
  ['a window that ended', [{ window: past, booking: 'checked_in' }], 'available'],
  ['a window under way', [{ window: now, booking: 'confirmed' }], 'reserved'],
  ['guests at the table', [{ window: now, booking: 'checked_in' }], 'occupied'],
  [
    'guests of an earlier window',
    [
      { window: past, booking: 'checked_in' },
      { window: now, booking: 'pending' },
    ],
    'reserved',
  ],
  ['maintenance', [{ window: now, maintenance: true }], 'out_of_service'],
  ['maintenance that ended', [{ window: past, maintenance: true }], 'available'],
  ['a shadow', [{ window: now, booking: 'confirmed', shadow: true }], 'available'],
];

async function claim({ window: [from, to], booking, maintenance, shadow }: Claim): Promise<void> {
  const checked_in_at = booking === 'checked_in' ? new Date() : null;
  const bookingId = booking ? await world.booking({ status: booking, checked_in_at }) : null;
  await sql`
    insert into allocations (booking_id, restaurant_id, resource_type, resource_id, "window", is_maintenance, shadow)
    values (${bookingId}, ${world.restaurantId}, 'table', ${table},
      tstzrange(now() + ${from}::text::interval, now() + ${to}::text::interval),
      ${maintenance ?? false}, ${shadow ?? false})`;
}

describe('refresh_table_status', () => {
  it.each(matrix)('%s', async (_, claims, expected) => {
    for (const one of claims) await claim(one);
    for (const stored of ['available', 'reserved', 'occupied', 'out_of_service']) {
      await sql`update table_inventory set status = ${stored} where id = ${table}`;
      await refresh(sql, table);
      const byHand = stored === 'out_of_service' && !claims.some((one) => one.maintenance);
      expect([stored, await tableStatus(sql, table)]).toEqual([stored, byHand ? stored : expected]);
    }
  });

  it('counts the first instant of a window and not the last', async () => {
    const [booking, other] = [await world.booking(), await world.table()];
    const read = await sql.begin(async (tx) => {
      await tx`
        insert into allocations (booking_id, restaurant_id, resource_type, resource_id, "window")
        values (${booking}, ${world.restaurantId}, 'table', ${table}, tstzrange(now(), now() + interval '1 hour')),
          (${booking}, ${world.restaurantId}, 'table', ${other}, tstzrange(now() - interval '1 hour', now()))`;
      return [await tableStatus(tx, table), await tableStatus(tx, other)];
    });
    expect(read).toEqual(['reserved', 'available']);
  });
});

describe('triggers', () => {
  it('follow a visit, and maintenance', async () => {
    const booking = await world.booking();
    expect(await outcome(setStatus(sql, booking, 'confirmed'))).toMatch(/^23514 .*no assigned table/);
    await assign(sql, booking, [table], always);
    const seen = [await tableStatus(sql, table)];
    for (const status of ['confirmed', 'checked_in', 'completed']) {
      await setStatus(sql, booking, status);
      seen.push(await tableStatus(sql, table));
    }
    expect(seen).toEqual(['reserved', 'reserved', 'occupied', 'available']);
    const id = await world.maintenance(table, new Date().toISOString(), '2040-01-01');
    expect(await tableStatus(sql, table)).toBe('out_of_service');
    await sql`delete from allocations where id = ${id}`;
    expect(await tableStatus(sql, table)).toBe('available');
  });

  it.each(['cancelled', 'no_show'])('free the tables of a booking that is %s', async (status) => {
    const booking = await world.booking();
    await assign(sql, booking, [table, await world.table()], { key: 'k', ...always });
    await setStatus(sql, booking, status);
    expect(await rowsOf(sql, booking)).toEqual({ tables: 0, groups: 0, assignments: 0, ledger: 0 });
    expect(await tableStatus(sql, table)).toBe('available');
  });

  it('derive windows from local time', async () => {
    const id = await world.booking({ start_time: '23:00', end_time: '01:00' });
    const [row] = await sql`select start_at, end_at from bookings where id = ${id}`;
    expect(row).toEqual({ start_at: new Date('2031-03-01T17:15Z'), end_at: new Date('2031-03-01T19:15Z') });
  });
});

describe('races', () => {
  const race = async (call: (index: number) => PromiseLike<unknown>) =>
    tally(await Promise.all(Array.from({ length: contenders }, (_, index) => outcome(call(index)))));

  it('have one winner', async () => {
    const tables = await world.tables(3);
    const bookings = await world.bookings(contenders);
    for (let round = 0; round < 5; round += 1) {
      const span = { from: `2031-04-1${round}T18:00:00Z`, to: `2031-04-1${round}T20:00:00Z` };
      const outcomes = await race((index) => {
        const set = [tables[1], tables[index % 2 ? 0 : 2]] as string[];
        return assign(sql, bookings[index] as string, index % 2 ? set : set.toReversed(), span);
      });
      expect(outcomes).toEqual({ ok: 1, P0001: contenders - 1 });
      for (const booking of bookings) await unassign(sql, booking);
    }
  });

  it('of holds and assignments have one winner, and no deadlock', async () => {
    const tables = await world.tables(4);
    const bookings = await world.bookings(contenders);
    // The hold's window, which is in UTC.
    const span = { from: '2031-03-01T18:00:00Z', to: '2031-03-01T20:00:00Z' };
    const outcomes = await race((index) =>
      index % 2
        ? world.hold(index % 3 ? tables : tables.toReversed(), { booking_id: bookings[index] })
        : assign(sql, bookings[index] as string, tables, span),
    );
    expect(outcomes).toEqual({ ok: 1, P0001: contenders - 1 });
  });

  it('of one key have one effect and one answer', async () => {
    const [booking, tables] = [await world.booking(), await world.tables(2)];
    const answers = await Promise.all(
      Array.from({ length: contenders }, () => assign(sql, booking, tables, { key: 'k' })),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await rowsOf(sql, booking)).toEqual({ tables: 2, groups: 1, assignments: 2, ledger: 1 });
  });
});
