import { expect } from 'vitest';
import { assign } from '../calls.ts';
import { isAssignmentWaiting, outcome, until } from '../database.ts';
import { bothGetIt } from './rivals.ts';
import type { Symptom } from './symptom.ts';

const moved = { from: '2031-03-01T18:15:00Z', to: '2031-03-01T20:15:00Z' };

/** What a transaction sees of another that is not over yet. */
export const isolationSymptoms: Record<string, Symptom> = {
  'check-in-old-snapshot': bothGetIt(),
  'write-skew-over-holds': bothGetIt(),

  async 'lost-window-update'(reference, world) {
    const rivals = await reference.connect(2);
    const [one = '', other = ''] = await world.tables(2);
    const booking = await world.booking();
    await assign(rivals, booking, [one]);
    const rival = await rivals.begin(async (tx) => {
      await assign(tx, booking, [one], moved);
      const call = outcome(assign(rivals, booking, [other]));
      await until(() => isAssignmentWaiting(reference.sql));
      return { call };
    });
    expect(await rival.call).toBe('ok');
    const [row] = await reference.sql`
      SELECT start_at FROM booking_table_assignments WHERE booking_id = ${booking} AND table_id = ${one}`;
    expect(row?.start_at).toEqual(new Date('2031-03-01T18:00:00Z'));
  },
};
