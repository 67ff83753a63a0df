import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { assign, rowsOf, setStatus, unassign } from '../calls.ts';
import { outcome, tally } from '../database.ts';
import { crossing } from './rivals.ts';
import type { Symptom } from './symptom.ts';

const hour = 3_600_000;

export const answerSymptoms: Record<string, Symptom> = {
  async 'window-moved-by-an-hour'({ sql }, world) {
    const booking = await world.booking();
    await assign(sql, booking, [await world.table()]);
    const [row] = await sql`
      SELECT a.start_at - b.start_at = interval '1 hour' AS moved
      FROM booking_table_assignments a JOIN bookings b ON b.id = a.booking_id WHERE b.id = ${booking}`;
    expect(row?.moved).toBe(true);
  },

  async 'answer-has-other-window'({ sql }, world) {
    const booking = await world.booking();
    const [answer] = await assign(sql, booking, [await world.table()]);
    const [row] = await sql`SELECT start_at FROM booking_table_assignments WHERE booking_id = ${booking}`;
    expect((answer?.start_at.getTime() ?? 0) - row?.start_at.getTime()).toBe(hour);
  },

  async 'conflict-as-internal-error'({ sql }, world) {
    const table = await world.table();
    await assign(sql, await world.booking(), [table]);
    expect(await outcome(assign(sql, await world.booking(), [table]))).toMatch(/^XX000 /);
  },

  async 'unknown-booking-as-conflict'({ sql }, world) {
    expect(await outcome(assign(sql, randomUUID(), [await world.table()]))).toMatch(
      /^P0001 allocations_no_overlap/,
    );
  },

  async 'shared-table-locks'(reference, world) {
    const sql = await reference.connect(3);
    const [table, one, other] = [await world.table(), await world.booking(), await world.booking()];
    const outcomes = await crossing(sql, {
      first: (tx) => tx`SELECT FROM table_inventory WHERE id = ${table} FOR SHARE`,
      rival: () => assign(sql, one, [table]),
      next: (tx) => assign(tx, other, [table]),
    });
    expect(Object.keys(tally(outcomes))).toContain('40P01');
  },

  async 'cancelled-keeps-tables'({ sql }, world) {
    const booking = await world.booking();
    await assign(sql, booking, [await world.table()]);
    await setStatus(sql, booking, 'cancelled');
    expect(await rowsOf(sql, booking)).toMatchObject({ tables: 1, assignments: 1 });
  },

  async 'everything-fails'({ sql }, world) {
    expect(await outcome(assign(sql, await world.booking(), [await world.table()]))).toMatch(/^XX000 /);
  },

  async 'answer-has-other-table'({ sql }, world) {
    const [one, other] = await world.tables(2);
    const [answer] = await assign(sql, await world.booking(), [one as string]);
    expect(answer?.table_id).toBe(other);
  },

  async 'answer-misses-tables'({ sql }, world) {
    const booking = await world.booking();
    expect(await assign(sql, booking, await world.tables(2))).toHaveLength(1);
    expect(await rowsOf(sql, booking)).toMatchObject({ tables: 2, assignments: 2 });
  },

  async 'takes-a-neighbour-too'({ sql }, world) {
    const [table] = await world.tables(2);
    const booking = await world.booking();
    await assign(sql, booking, [table as string]);
    expect(await rowsOf(sql, booking)).toMatchObject({ tables: 2, assignments: 1 });
  },

  async 'move-keeps-allocation'({ sql }, world) {
    const [table, booking] = [await world.table(), await world.booking()];
    await assign(sql, booking, [table]);
    await assign(sql, booking, [table], { from: '2031-03-02T18:00:00Z', to: '2031-03-02T20:00:00Z' });
    const [row] = await sql`
      SELECT m.start_at - lower(a."window") = interval '1 day' AS moved
      FROM booking_table_assignments m JOIN allocations a ON a.id = m.allocation_id
      WHERE m.booking_id = ${booking}`;
    expect(row?.moved).toBe(true);
  },

  async 'release-frees-others'({ sql }, world) {
    const table = await world.table();
    const [one, other] = [await world.booking(), await world.booking({ booking_date: '2031-03-02' })];
    await assign(sql, one, [table]);
    await assign(sql, other, [table]);
    await unassign(sql, one);
    expect(await rowsOf(sql, other)).toMatchObject({ tables: 0, assignments: 0 });
  },

  async 'acked-before-durable'({ sql }, world) {
    await sql.begin(async (tx) => {
      await assign(tx, await world.booking(), [await world.table()]);
      const [row] = await tx`SELECT current_setting('synchronous_commit') AS waits`;
      expect(row?.waits).toBe('off');
    });
  },

  async 'unlogged-assignments'({ sql }) {
    const [row] =
      await sql`SELECT relpersistence FROM pg_class WHERE oid = 'booking_table_assignments'::regclass`;
    expect(row?.relpersistence).toBe('u');
  },
};
