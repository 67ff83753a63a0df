import { expect } from 'vitest';
import { assign, confirmHold, rowsOf } from '../calls.ts';
import { outcome } from '../database.ts';
import type { Symptom } from './symptom.ts';

export const holdSymptoms: Record<string, Symptom> = {
  async 'hold-ignored'({ sql }, world) {
    const table = await world.table();
    await world.hold([table], { expires_at: '2031-01-01T00:00:00Z' });
    expect(await outcome(assign(sql, await world.booking(), [table]))).toBe('ok');
  },

  async 'hold-never-expires'({ sql }, world) {
    const table = await world.table();
    await world.hold([table], { expires_at: '2020-01-01T00:00:00Z' });
    expect(await outcome(assign(sql, await world.booking(), [table]))).toMatch(/^P0001 hold conflict/);
  },

  async 'release-keeps-hold'({ sql }, world) {
    const table = await world.table();
    const hold = await world.hold([table]);
    await sql`UPDATE table_holds SET status = 'cancelled' WHERE id = ${hold}`;
    expect(await outcome(assign(sql, await world.booking(), [table]))).toMatch(/^P0001 hold conflict/);
  },

  async 'first-hold-only'({ sql }, world) {
    const [one, other] = (await world.tables(2)) as [string, string];
    await world.hold([other]);
    expect(await outcome(assign(sql, await world.booking(), [one, other]))).toBe('ok');
  },

  async 'confirm-not-written'({ sql }, world) {
    const [table, booking] = [await world.table(), await world.booking()];
    const hold = await world.hold([table], { booking_id: booking });
    expect(await confirmHold(sql, hold, booking)).toHaveLength(1);
    expect(await rowsOf(sql, booking)).toMatchObject({ tables: 0, assignments: 0 });
  },
};
