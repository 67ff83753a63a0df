import { expect } from 'vitest';
import { assign } from '../calls.ts';
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
};
