import { expect } from 'vitest';
import { assign } from '../calls.ts';
import { outcome, tally, until } from '../database.ts';
import type { Symptom } from './symptom.ts';

export const lockSymptoms: Record<string, Symptom> = {
  async 'upgrade-lock-on-restaurant'({ sql }, world) {
    const [one, other] = (await world.tables(2)) as [string, string];
    const [first, second] = (await world.bookings(2)) as [string, string];
    const waiting = () => sql`
      SELECT FROM pg_stat_activity
      WHERE wait_event_type = 'Lock' AND query LIKE '%assign_tables_atomic_v2%' AND pid <> pg_backend_pid()`;
    const outcomes: string[] = [];
    const transaction = sql.begin(async (tx) => {
      // Its foreign key locks the restaurant, so that the rival gets as far as the capacity check and waits there.
      await tx`INSERT INTO zones (restaurant_id, name) VALUES (${world.restaurantId}, 'three')`;
      const rival = outcome(assign(sql, first, [one]));
      await until(async () => (await waiting()).length > 0);
      outcomes.push(await outcome(assign(tx, second, [other])), await rival);
    });
    await transaction.catch((error: unknown) => {
      if (outcomes.length === 0) throw error;
    });
    expect(Object.keys(tally(outcomes)).sort()).toEqual(['40P01', 'ok']);
  },
};
