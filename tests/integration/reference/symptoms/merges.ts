import { expect } from 'vitest';
import { assign, rowsOf, unassign } from '../calls.ts';
import { outcome } from '../database.ts';
import type { Symptom } from './symptom.ts';

export const mergeSymptoms: Record<string, Symptom> = {
  async 'partial-merge'({ sql }, world) {
    const booking = await world.booking();
    expect(await assign(sql, booking, await world.tables(3))).toHaveLength(3);
    expect(await rowsOf(sql, booking)).toMatchObject({ assignments: 1 });
  },

  async 'merge-skips-taken-tables'({ sql }, world) {
    const tables = await world.tables(2);
    await assign(sql, await world.booking(), tables.slice(0, 1));
    const booking = await world.booking();
    expect(await outcome(assign(sql, booking, tables))).toBe('ok');
    expect(await rowsOf(sql, booking)).toMatchObject({ assignments: 1 });
  },

  async 'merge-without-group'({ sql }, world) {
    const booking = await world.booking();
    await assign(sql, booking, await world.tables(2));
    expect(await rowsOf(sql, booking)).toMatchObject({ assignments: 2, groups: 0 });
  },

  async 'merge-group-of-first-table'({ sql }, world) {
    const booking = await world.booking();
    await assign(sql, booking, await world.tables(2));
    const rows = await sql`
      SELECT merge_group_id IS NULL AS alone FROM booking_table_assignments WHERE booking_id = ${booking}`;
    expect(rows.map(({ alone }) => alone).sort()).toEqual([false, true]);
  },

  async 'orphan-merge-group'({ sql }, world) {
    const booking = await world.booking();
    await assign(sql, booking, await world.tables(2));
    await unassign(sql, booking);
    expect(await rowsOf(sql, booking)).toMatchObject({ assignments: 0, groups: 1 });
  },
};
