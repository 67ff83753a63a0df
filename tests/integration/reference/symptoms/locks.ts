import { expect } from 'vitest';
import { assign } from '../calls.ts';
import { isAssignmentWaiting, outcome, tally, until } from '../database.ts';
import { makeWorld } from '../world.ts';
import type { Symptom } from './symptom.ts';

export const lockSymptoms: Record<string, Symptom> = {
  async 'upgrade-lock-on-restaurant'({ sql }, world) {
    const [one, other] = (await world.tables(2)) as [string, string];
    const [first, second] = (await world.bookings(2)) as [string, string];
    const outcomes: string[] = [];
    const transaction = sql.begin(async (tx) => {
      // Its foreign key locks the restaurant, so that the rival gets as far as the capacity check and waits there.
      await tx`INSERT INTO zones (restaurant_id, name) VALUES (${world.restaurantId}, 'three')`;
      const rival = outcome(assign(sql, first, [one]));
      await until(() => isAssignmentWaiting(sql));
      outcomes.push(await outcome(assign(tx, second, [other])), await rival);
    });
    await transaction.catch((error: unknown) => {
      if (outcomes.length === 0) throw error;
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
    const codes: string[] = [];
    for (const booking of await world.bookings(64)) {
      const call = sql.begin(async (tx) => {
        await tx`SET LOCAL statement_timeout = '2s'`;
        return assign(tx, booking, [await world.table()]);
      });
      codes.push((await outcome(call)).slice(0, 5));
      if (codes.at(-1) === '57014') break;
    }
    expect(codes).toContain('57014');
  },
};
