import { expect } from 'vitest';
import { assign, rowsOf, unassign } from '../calls.ts';
import { outcome } from '../database.ts';
import type { Symptom } from './symptom.ts';

const key = 'once';
const later = { from: '2031-03-01T20:00:00Z', to: '2031-03-01T22:00:00Z' };

export const keySymptoms: Record<string, Symptom> = {
  async 'key-ignored'({ sql }, world) {
    const table = await world.table();
    const booking = await world.booking();
    await assign(sql, booking, [table], { key });
    await assign(sql, booking, [table], { key: 'moved', ...later });
    await assign(sql, booking, [table], { key });
    const [row] = await sql`SELECT start_at FROM booking_table_assignments WHERE booking_id = ${booking}`;
    expect(row?.start_at).toEqual(new Date('2031-03-01T18:00:00Z'));
  },

  async 'key-ignores-tables'({ sql }, world) {
    const [one = '', other = ''] = await world.tables(2);
    const booking = await world.booking();
    await assign(sql, booking, [one], { key });
    expect(await outcome(assign(sql, booking, [other], { key }))).toBe('ok');
  },

  async 'replay-after-undo'({ sql }, world) {
    const table = await world.table();
    const booking = await world.booking();
    await assign(sql, booking, [table], { key });
    await unassign(sql, booking);
    expect(await assign(sql, booking, [table], { key })).toHaveLength(1);
    expect(await rowsOf(sql, booking)).toMatchObject({ assignments: 0 });
  },

  async 'replay-answers-nothing'({ sql }, world) {
    const table = await world.table();
    const booking = await world.booking();
    await assign(sql, booking, [table], { key });
    expect(await assign(sql, booking, [table], { key })).toEqual([]);
  },

  async 'ledger-forgets-tables'({ sql }, world) {
    const tables = await world.tables(2);
    const booking = await world.booking();
    await assign(sql, booking, tables, { key });
    expect(await outcome(assign(sql, booking, tables, { key }))).toMatch(/^P0003 /);
  },

  async 'reused-key-as-conflict'({ sql }, world) {
    const booking = await world.booking();
    await assign(sql, booking, [await world.table()], { key: 'one' });
    expect(await outcome(assign(sql, booking, [await world.table()], { key: 'one' }))).toMatch(/^P0001 /);
  },
};
