import { expect } from 'vitest';
import { assign } from '../calls.ts';
import { outcome, tally } from '../database.ts';
import type { Symptom } from './symptom.ts';

/** Calls for one table that begin together, the windows of every second an hour and a half later: they overlap. */
function taken(calls: number, later = false): Symptom {
  return async (reference, world) => {
    const sql = await reference.connect(calls);
    const table = await world.table();
    const first = await world.bookings(calls);
    const second = await world.bookings(calls, { start_time: '19:30', end_time: '21:00' });
    const bookings = first.map((booking, index) => (later && index % 2 === 1 ? second[index] : booking));
    const outcomes = await Promise.all(
      bookings.map((booking) => outcome(assign(sql, booking as string, [table]))),
    );
    expect(tally(outcomes).ok).toBeGreaterThan(1);
    expect(Object.keys(tally(outcomes)).filter((code) => code !== 'ok' && code !== 'P0001')).toEqual([]);
  };
}

/** How a call is answered whose table is taken. */
async function conflicting(...[{ sql }, world]: Parameters<Symptom>): Promise<string> {
  const table = await world.table();
  await assign(sql, await world.booking(), [table]);
  return outcome(assign(sql, await world.booking({ start_time: '19:30', end_time: '21:00' }), [table]));
}

const answered =
  (expected: RegExp): Symptom =>
  async (reference, world) =>
    expect(await conflicting(reference, world)).toMatch(expected);

/** What keeps two bookings off one table: locks, the look before the write, the constraint. */
export const exclusionSymptoms: Record<string, Symptom> = {
  'lock-after-check': taken(6),
  'lock-on-customer': async (reference, world) => {
    const sql = await reference.connect(2);
    const table = await world.table();
    const other = await reference.sql<{ id: string }[]>`
      INSERT INTO customers (restaurant_id, full_name, email, phone)
      VALUES (${world.restaurantId}, 'Bo Test', 'bo@example.test', '+44 9876 543210') RETURNING id`;
    const bookings = [await world.booking(), await world.booking({ customer_id: other[0]?.id })];
    const outcomes = await Promise.all(bookings.map((booking) => outcome(assign(sql, booking, [table]))));
    expect(tally(outcomes)).toEqual({ ok: 2 });
  },
  'advisory-lock-only': taken(2, true),
  'constraint-on-start': answered(/^ok/),
  'constraint-within-booking': answered(/^ok/),
  'constraint-on-shadows': answered(/^ok/),
  'exception-swallowed': answered(/^ok/),
  'constraint-deferred': answered(/^23P01/),
  'conflict-as-refusal': answered(/^23514/),
};
