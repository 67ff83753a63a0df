import type postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { assign, confirmHold, refresh, rowsOf, setStatus, tableStatus, unassign } from './calls.ts';
import { outcome, type Reference, startReference, tally } from './database.ts';
import { makeWorld, type World } from './world.ts';

const contenders = 12;

let reference: Reference;
let world: World;
/** One connection for each contender. */
let sql: postgres.Sql;

beforeAll(async () => {
  reference = await startReference();
  sql = await reference.connect(contenders);
});
afterAll(() => reference?.stop());
beforeEach(async () => {
  world = await makeWorld(reference.sql);
});

/** Runs one call for each contender at the same time, and tallies the outcomes. */
async function race(call: (index: number) => PromiseLike<unknown>): Promise<Record<string, number>> {
  return tally(await Promise.all(Array.from({ length: contenders }, (_, index) => outcome(call(index)))));
}

describe('a race', () => {
  it('of bookings for one table has one winner', async () => {
    const table = await world.table();
    const bookings = await world.bookings(contenders);
    const outcomes = await race((index) => assign(sql, bookings[index] as string, [table]));
    expect(outcomes).toEqual({ ok: 1, P0001: contenders - 1 });
  });

  it('of bookings for overlapping sets in opposite orders has no deadlock and no half winner', async () => {
    const tables = await world.tables(4);
    const bookings = await world.bookings(contenders);
    for (let round = 0; round < 10; round += 1) {
      const window = { from: `2031-04-${10 + round}T18:00:00Z`, to: `2031-04-${10 + round}T20:00:00Z` };
      const outcomes = await race((index) => {
        const set = [tables[index % 4], tables[(index + 1) % 4], tables[(index + 2) % 4]] as string[];
        return assign(sql, bookings[index] as string, index % 2 ? set : set.toReversed(), window);
      });
      expect(outcomes).toEqual({ ok: 1, P0001: contenders - 1 });
      for (const booking of bookings) await unassign(sql, booking);
    }
  });

  it('of calls with one idempotency key has one effect and one answer', async () => {
    const tables = await world.tables(2);
    const booking = await world.booking();
    const answers = await Promise.all(
      Array.from({ length: contenders }, () => assign(sql, booking, tables, { key: 'k' })),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await rowsOf(sql, booking)).toEqual({ tables: 2, groups: 1, assignments: 2, ledger: 1 });
  });

  it('of first bookings in one new slot on different tables lets all in', async () => {
    const tables = await world.tables(contenders);
    const bookings = await world.bookings(contenders);
    const outcomes = await race((index) => assign(sql, bookings[index] as string, [tables[index] as string]));
    expect(outcomes).toEqual({ ok: contenders });
    const slots =
      await sql`SELECT DISTINCT slot_id FROM booking_table_assignments WHERE table_id = ANY (${tables})`;
    expect(slots).toHaveLength(1);
  });

  it('in two zones keeps to the capacity rule', async () => {
    await sql`INSERT INTO restaurant_capacity_rules VALUES (${world.restaurantId}, 7)`;
    const here = await world.tables(contenders / 2);
    const there = await world.tables(contenders / 2, { zone_id: world.otherZoneId });
    const bookings = await world.bookings(contenders);
    const tables = [...here, ...there];
    const outcomes = await race((index) => assign(sql, bookings[index] as string, [tables[index] as string]));
    expect(outcomes).toEqual({ ok: 3, P0001: contenders - 3 });
  });

  it('of holds and assignments for one table has one winner', async () => {
    for (let round = 0; round < 5; round += 1) {
      const table = await world.table();
      const bookings = await world.bookings(contenders);
      const outcomes = await race((index) => {
        const booking_id = bookings[index] as string;
        return index % 2 ? world.hold([table], { booking_id }) : assign(sql, booking_id, [table]);
      });
      expect(outcomes).toEqual({ ok: 1, P0001: contenders - 1 });
    }
  });

  it('of bulk holds with members in opposite orders has no deadlock', async () => {
    const tables = await world.tables(5);
    const outcomes = await race((index) => world.hold(index % 2 ? tables : tables.toReversed()));
    expect(outcomes).toEqual({ ok: 1, P0001: contenders - 1 });
  });

  it('of confirmations of one hold has one effect', async () => {
    const tables = await world.tables(2);
    const booking = await world.booking();
    const hold = await world.hold(tables, { booking_id: booking });
    const outcomes = await race(() => confirmHold(sql, hold, booking, 'k'));
    expect(outcomes).toEqual({ ok: contenders });
    expect(await rowsOf(sql, booking)).toEqual({ tables: 2, groups: 1, assignments: 2, ledger: 1 });
  });

  it('of confirmations for bookings that have a table already has no deadlock', async () => {
    for (let round = 0; round < 3; round += 1) {
      const tables = await world.tables(2);
      const [first, second] = tables as [string, string];
      const bookings = await world.bookings(contenders);
      const day = (index: number) => `2031-06-${10 + index}`;
      const holds = await Promise.all(
        bookings.map(async (booking_id, index) => {
          const window = { from: `${day(index)}T10:00:00Z`, to: `${day(index)}T11:00:00Z` };
          if (index % 2) return '';
          await assign(sql, booking_id, [first], window);
          return world.hold([second], { booking_id, start_at: window.from, end_at: window.to });
        }),
      );
      // Confirming locks the second table for the assignment, and both when the status changes.
      const outcomes = await race((index) => {
        const booking = bookings[index] as string;
        const window = { from: `${day(index)}T10:00:00Z`, to: `${day(index)}T11:00:00Z` };
        return index % 2
          ? assign(sql, booking, tables, window)
          : confirmHold(sql, holds[index] as string, booking);
      });
      expect(outcomes).toEqual({ ok: contenders });
    }
  });

  it('between assigning and cancelling leaves nothing behind', async () => {
    for (let round = 0; round < 10; round += 1) {
      const tables = await world.tables(2);
      const booking = await world.booking();
      await race((index) =>
        index === round ? setStatus(sql, booking, 'cancelled') : assign(sql, booking, tables),
      );
      expect(await rowsOf(sql, booking)).toEqual({ tables: 0, groups: 0, assignments: 0, ledger: 0 });
    }
  });

  it('between assigning, giving back and refreshing leaves the status true', async () => {
    const table = await world.table();
    const booking = await world.booking();
    const now = { from: '2020-01-01T00:00:00Z', to: '2040-01-01T00:00:00Z' };
    for (let round = 0; round < 10; round += 1) {
      const outcomes = await race((index) => {
        if (index % 3 === 0) return refresh(sql, table);
        return index % 3 === 1 ? assign(sql, booking, [table], now) : unassign(sql, booking);
      });
      expect(outcomes).toEqual({ ok: contenders });
      const { tables } = (await rowsOf(sql, booking)) as { tables: number };
      expect(await tableStatus(sql, table)).toBe(tables === 1 ? 'reserved' : 'available');
    }
  });
});
