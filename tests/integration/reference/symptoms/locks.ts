import { expect } from 'vitest';
import { assign } from '../calls.ts';
import { outcome, tally, until } from '../database.ts';
import { makeWorld } from '../world.ts';
import { crossing } from './rivals.ts';
import type { Symptom } from './symptom.ts';

export const lockSymptoms: Record<string, Symptom> = {
  async 'caller-order-locks'({ sql }, world) {
    const [lower, upper] = (await world.tables(2)) as [string, string];
    const [first, second, third] = (await world.bookings(3)) as [string, string, string];
    const outcomes = await crossing(sql, {
      first: (tx) => assign(tx, first, [lower]),
      rival: () => assign(sql, second, [upper, lower]),
      next: (tx) => assign(tx, third, [upper]),
    });
    expect(Object.keys(tally(outcomes))).toContain('40P01');
  },

  async 'upgrade-lock-on-restaurant'({ sql }, world) {
    const [one, other] = (await world.tables(2)) as [string, string];
    const [first, second] = (await world.bookings(2)) as [string, string];
    const outcomes = await crossing(sql, {
      // Its foreign key locks the restaurant, so that the rival gets as far as the capacity check and waits there.
      first: (tx) => tx`INSERT INTO zones (restaurant_id, name) VALUES (${world.restaurantId}, 'three')`,
      rival: () => assign(sql, first, [one]),
      next: (tx) => assign(tx, second, [other]),
    });
    expect(Object.keys(tally(outcomes)).sort()).toEqual(['40P01', 'ok']);
  },

  async 'one-global-lock'(reference, world) {
    const sql = await reference.connect(2);
    const tables = await world.tables(2);
    const bookings = await world.bookings(2);
    await sql.begin(async (tx) => {
      // Of another restaurant: nothing but a lock of the whole application is shared.
      const far = await makeWorld(reference.sql);
      await assign(tx, bookings[0] as string, [tables[0] as string]);
      const [waits] = await Promise.all([
        outcome(
          sql.begin(async (rival) => {
            await rival`SET LOCAL lock_timeout = '300ms'`;
            return assign(rival, await far.booking(), [await far.table()]);
          }),
        ),
      ]);
      expect(waits).toMatch(/^55P03 /);
    });
  },

  async 'sleep-under-lock'(reference, world) {
    const sql = await reference.connect(1);
    const sleepers = () => reference.sql`
      SELECT pg_cancel_backend(pid) FROM pg_stat_activity
      WHERE wait_event = 'PgSleep' AND query LIKE '%assign_tables_atomic_v2%'`;
    const outcomes: string[] = [];
    // One in sixteen sleeps: that none of so many does would be a chance of one in ten millions.
    for (const booking of await world.bookings(256)) {
      let isOver = false;
      const call = outcome(assign(sql, booking, [await world.table()])).finally(() => {
        isOver = true;
      });
      await until(async () => isOver || (await sleepers()).length > 0);
      outcomes.push(await call);
      if (outcomes.at(-1) !== 'ok') break;
    }
    expect(outcomes.at(-1)).toMatch(/^57014 /);
  },
};
