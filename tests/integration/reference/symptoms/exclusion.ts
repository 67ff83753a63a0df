import { expect } from 'vitest';
import { assign } from '../calls.ts';
import { outcome } from '../database.ts';
import { bothGetIt } from './rivals.ts';
import type { Symptom } from './symptom.ts';

/** An hour and a half later than by default: they overlap. */
const later = { start_time: '19:30', end_time: '21:00' };

/** How a call is answered whose table is taken. */
async function conflicting(...[{ sql }, world]: Parameters<Symptom>): Promise<string> {
  const table = await world.table();
  await assign(sql, await world.booking(), [table]);
  return outcome(assign(sql, await world.booking(later), [table]));
}

const answered =
  (expected: RegExp): Symptom =>
  async (reference, world) =>
    expect(await conflicting(reference, world)).toMatch(expected);

/** What keeps two bookings off one table: locks, the look before the write, the constraint. */
export const exclusionSymptoms: Record<string, Symptom> = {
  'lock-after-check': bothGetIt(),
  'no-lock-no-constraint': bothGetIt(),
  'lock-on-customer': async (reference, world) => {
    const other = await reference.sql<{ id: string }[]>`
      INSERT INTO customers (restaurant_id, full_name, email, phone)
      VALUES (${world.restaurantId}, 'Bo Test', 'bo@example.test', '+44 9876 543210') RETURNING id`;
    await bothGetIt({ customer_id: other[0]?.id })(reference, world);
  },
  'advisory-lock-only': bothGetIt(later),
  'constraint-on-start': answered(/^ok/),
  'constraint-within-booking': answered(/^ok/),
  'constraint-on-shadows': answered(/^ok/),
  'exception-swallowed': answered(/^ok/),
  'constraint-deferred': answered(/^23P01/),
  'conflict-as-refusal': answered(/^23514/),
};
