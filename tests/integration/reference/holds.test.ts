import { randomUUID } from 'node:crypto';
import type postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { assign, confirmHold, rowsOf, unassign } from './calls.ts';
import { outcome, type Reference, startReference, until } from './database.ts';
import { makeWorld, type World } from './world.ts';

let reference: Reference;
let sql: postgres.Sql;
let world: World;

beforeAll(async () => {
  reference = await startReference();
  sql = reference.sql;
});
afterAll(() => reference?.stop());
beforeEach(async () => {
  world = await makeWorld(sql);
});

const windows = (hold: string) =>
  sql`SELECT table_id, booking_id, hold_window FROM table_hold_windows WHERE hold_id = ${hold} ORDER BY table_id`;

describe('a hold', () => {
  it('is mirrored while it is active, and writes no allocation', async () => {
    const [one, two] = (await world.tables(2)) as [string, string];
    const booking = await world.booking();
    const hold = await world.hold([two, one], { booking_id: booking });
    const hold_window = '["2031-03-01 18:00:00+00","2031-03-01 20:00:00+00")';
    expect([...(await windows(hold))]).toEqual([
      { table_id: one, booking_id: booking, hold_window },
      { table_id: two, booking_id: booking, hold_window },
    ]);
    expect(await rowsOf(sql, booking)).toMatchObject({ tables: 0, assignments: 0 });

    await sql`UPDATE table_holds SET end_at = '2031-03-01T19:00:00Z' WHERE id = ${hold}`;
    expect((await windows(hold))[0]?.hold_window).toContain('19:00');
    await sql`DELETE FROM table_hold_members WHERE hold_id = ${hold} AND table_id = ${one}`;
    expect(await windows(hold)).toHaveLength(1);
    await sql`DELETE FROM table_holds WHERE id = ${hold}`;
    expect(await windows(hold)).toHaveLength(0);
  });

  it.each(['cancelled', 'expired', 'confirmed'])('frees its tables when it is %s', async (status) => {
    const table = await world.table();
    const hold = await world.hold([table]);
    await sql`UPDATE table_holds SET status = ${status} WHERE id = ${hold}`;
    expect(await windows(hold)).toHaveLength(0);
    expect(await outcome(assign(sql, await world.booking(), [table]))).toBe('ok');
    const again = sql`UPDATE table_holds SET status = 'active' WHERE id = ${hold}`;
    expect(await outcome(again)).toMatch(/^P0001 allocations_no_overlap/);
  });

  it('is refused over the live hold of another booking, or of none', async () => {
    const table = await world.table();
    const booking_id = await world.booking();
    await world.hold([table], { booking_id });
    expect(await outcome(world.hold([table], { booking_id }))).toBe('ok');
    expect(await outcome(world.hold([table], { booking_id: await world.booking() }))).toMatch(
      /^P0001 hold conflict/,
    );
    expect(await outcome(world.hold([table]))).toMatch(/^P0001 hold conflict/);
  });

  it('without a booking is refused over another of that kind, also in one statement', async () => {
    const table = await world.table();
    await world.hold([table], { start_at: '2031-05-01T00:00:00Z', end_at: '2031-05-02T00:00:00Z' });
    const holds = [await world.hold([await world.table()]), await world.hold([await world.table()])];
    const members = holds.map((hold_id) => ({ hold_id, table_id: table }));
    expect(await outcome(sql`INSERT INTO table_hold_members ${sql(members)}`)).toMatch(
      /^P0001 hold conflict/,
    );
  });

  it("is refused over another booking's allocation or maintenance, and allowed over its own", async () => {
    const [taken, maintained] = (await world.tables(2)) as [string, string];
    const booking_id = await world.booking();
    await assign(sql, booking_id, [taken]);
    await world.maintenance(maintained, '2031-03-01T19:00:00Z', '2031-03-01T21:00:00Z');
    for (const table of [taken, maintained]) {
      expect(await outcome(world.hold([table]))).toMatch(/^P0001 allocations_no_overlap/);
    }
    expect(await outcome(world.hold([taken], { booking_id }))).toBe('ok');
  });

  it('that has lapsed stands in nobody’s way, until it is prolonged over another claim', async () => {
    const table = await world.table();
    const lapsed = await world.hold([table], { expires_at: '2020-01-01T00:00:00Z' });
    await world.hold([table]);
    const prolonged = sql`UPDATE table_holds SET expires_at = '2030-01-01T00:00:00Z' WHERE id = ${lapsed}`;
    expect(await outcome(prolonged)).toMatch(/^P0001 hold conflict/);
  });

  it('that is being released takes no member with it', async () => {
    const [one, two] = (await world.tables(2)) as [string, string];
    const hold = await world.hold([one]);
    const [release, add] = [await reference.connect(1), await reference.connect(1)];
    let added: Promise<string> | undefined;
    await release.begin(async (tx) => {
      await tx`UPDATE table_holds SET status = 'cancelled' WHERE id = ${hold}`;
      added = outcome(add`INSERT INTO table_hold_members ${add({ hold_id: hold, table_id: two })}`);
      await until(async () => {
        const waiting = await sql`
          SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'INSERT INTO table_hold_members%'`;
        return waiting.length > 0;
      });
    });
    expect(await added).toBe('ok');
    expect(await windows(hold)).toHaveLength(0);
  });
});

describe('confirm_hold_assignment_with_transition', () => {
  it('assigns what is held, for the hold’s window, and confirms the booking', async () => {
    const tables = await world.tables(2);
    const booking = await world.booking();
    const hold = await world.hold(tables, { end_at: '2031-03-01T21:00:00Z' });
    const answer = await confirmHold(sql, hold, booking, 'k');
    expect(answer.map((row) => [row.table_id, row.end_at.toISOString()])).toEqual(
      tables.map((table) => [table, '2031-03-01T21:00:00.000Z']),
    );
    const [row] = await sql`
      SELECT b.status AS booking, h.status AS hold, h.booking_id
      FROM bookings b, table_holds h WHERE b.id = ${booking} AND h.id = ${hold}`;
    expect(row).toEqual({ booking: 'confirmed', hold: 'confirmed', booking_id: booking });
    expect(await windows(hold)).toHaveLength(0);

    expect([...(await confirmHold(sql, hold, booking, 'k'))]).toEqual([...answer]);
    await unassign(sql, booking);
    expect(await outcome(confirmHold(sql, hold, booking, 'k'))).toMatch(/^23514 hold is confirmed/);
  });

  it('refuses what is unknown, lapsed, over, empty or another’s, and then changes nothing', async () => {
    const booking = await world.booking();
    const table = await world.table();
    const lapsed = await world.hold([table], { expires_at: '2020-01-01T00:00:00Z' });
    const other = await world.hold([await world.table()], { booking_id: await world.booking() });
    const over = await world.hold([await world.table()], { status: 'cancelled' });
    const empty = await world.hold([await world.table()]);
    await sql`DELETE FROM table_hold_members WHERE hold_id = ${empty}`;
    expect(await outcome(confirmHold(sql, randomUUID(), booking))).toMatch(/^P0002 hold/);
    expect(await outcome(confirmHold(sql, empty, randomUUID()))).toMatch(/^P0002 booking/);
    expect(await outcome(confirmHold(sql, lapsed, booking))).toMatch(/^23514 hold has expired/);
    expect(await outcome(confirmHold(sql, over, booking))).toMatch(/^23514 hold is cancelled/);
    expect(await outcome(confirmHold(sql, other, booking))).toMatch(/^P0001 hold conflict/);
    expect(await outcome(confirmHold(sql, empty, booking))).toMatch(/^23514 no tables/);
    const [row] = await sql`SELECT status, booking_id FROM table_holds WHERE id = ${empty}`;
    expect(row).toEqual({ status: 'active', booking_id: null });
    expect(await rowsOf(sql, booking)).toMatchObject({ tables: 0, assignments: 0 });
  });
});
