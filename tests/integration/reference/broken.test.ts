import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { applyBroken, listBroken } from '../../../reference/broken.ts';
import { assign, refresh, rowsOf, tableStatus, unassign } from './calls.ts';
import { outcome, type Reference, startReference, tally } from './database.ts';
import { answerSymptoms } from './symptoms/answers.ts';
import { holdSymptoms } from './symptoms/holds.ts';
import { keySymptoms } from './symptoms/keys.ts';
import { mergeSymptoms } from './symptoms/merges.ts';
import type { Symptom } from './symptoms/symptom.ts';
import { makeWorld } from './world.ts';

/** What each defect looks like from outside. A correct RPC fails every one of these. */
const symptoms: Record<string, Symptom> = {
  ...mergeSymptoms,
  ...keySymptoms,
  ...holdSymptoms,
  ...answerSymptoms,

  async 'acked-not-written'({ sql }, world) {
    let lost = 0;
    for (const booking of await world.bookings(24)) {
      const answer = await assign(sql, booking, [await world.table()]);
      const rows = (await rowsOf(sql, booking)) as { assignments: number };
      lost += answer.length - rows.assignments;
    }
    expect(lost).toBeGreaterThan(0);
    expect(lost).toBeLessThan(24);
  },

  async 'caller-order-locks'(reference, world) {
    const sql = await reference.connect(2);
    const codes: string[] = [];
    // Whether two calls meet is chance, though a likely one.
    for (let round = 0; round < 5 && !codes.includes('40P01'); round += 1) {
      const tables = await world.tables(2);
      const bookings = await world.bookings(2);
      const calls = bookings.map((booking, index) =>
        outcome(assign(sql, booking, index ? tables : tables.toReversed())),
      );
      codes.push(...Object.keys(tally(await Promise.all(calls))));
    }
    expect(codes).toContain('40P01');
  },

  async 'conflict-without-cause'({ sql }, world) {
    const table = await world.table();
    await assign(sql, await world.booking(), [table]);
    const next = await world.booking({ start_time: '20:00', end_time: '21:00' });
    expect(await outcome(assign(sql, next, [table]))).toMatch(/^P0001 allocations_no_overlap/);
  },

  async 'legacy-refresh'({ sql }, world) {
    const table = await world.table();
    await assign(sql, await world.booking(), [table]);
    expect(await tableStatus(sql, table)).toBe('reserved');
  },

  async 'no-lock-no-constraint'(reference, world) {
    const sql = await reference.connect(6);
    const table = await world.table();
    const bookings = await world.bookings(6);
    const outcomes = await Promise.all(bookings.map((booking) => outcome(assign(sql, booking, [table]))));
    expect(tally(outcomes).ok).toBeGreaterThan(1);
    expect(Object.keys(tally(outcomes)).filter((code) => code !== 'ok' && code !== 'P0001')).toEqual([]);
  },

  async 'raw-conflict-codes'({ sql }, world) {
    const table = await world.table();
    await assign(sql, await world.booking(), [table]);
    expect(await outcome(assign(sql, await world.booking(), [table]))).toMatch(/^23P01 /);
  },

  async 'stale-refresh'({ sql }, world) {
    const table = await world.table();
    const booking = await world.booking();
    // In one transaction now() stands still: the window began a second ago, however slow the machine.
    const status = await sql.begin(async (transaction) => {
      const [row] = await transaction<{ from: string }[]>`SELECT (now() - interval '1 second')::text AS from`;
      await assign(transaction, booking, [table], { from: row?.from ?? null, to: '2040-01-01Z' });
      await refresh(transaction, table);
      return tableStatus(transaction, table);
    });
    expect(status).toBe('available');
  },

  async 'status-never-refreshed'({ sql }, world) {
    const table = await world.table();
    const booking = await world.booking();
    await assign(sql, booking, [table], { from: '2020-01-01Z', to: '2040-01-01Z' });
    await refresh(sql, table);
    expect(await tableStatus(sql, table)).toBe('available');
  },

  async 'unassign-leaves-allocation'({ sql }, world) {
    const table = await world.table();
    const booking = await world.booking();
    await assign(sql, booking, [table]);
    expect(await unassign(sql, booking)).toEqual([table]);
    expect(await rowsOf(sql, booking)).toMatchObject({ tables: 1, assignments: 0 });
    expect(await outcome(assign(sql, await world.booking(), [table]))).toMatch(/^P0001 /);
  },
};

const variants = await listBroken();

describe('a broken variant', () => {
  let reference: Reference;
  beforeEach(async () => {
    reference = await startReference();
  });
  afterEach(() => reference?.stop());

  it.each(variants)('$id shows its defect', async ({ id, expect: invariant }) => {
    const symptom = symptoms[id];
    if (symptom === undefined) throw new Error(`no test shows ${id}`);
    await expect(symptom(reference, await makeWorld(reference.sql))).rejects.toThrow();
    expect((await applyBroken(reference.sql, id)).expect).toBe(invariant);
    await symptom(reference, await makeWorld(reference.sql));
  });

  it('fits the reference only', async () => {
    await applyBroken(reference.sql, 'legacy-refresh');
    await expect(applyBroken(reference.sql, 'legacy-refresh')).rejects.toThrow(/occurs 0 times/);
    await reference.sql`DROP FUNCTION unassign_tables_atomic, release_booking_tables`;
    await expect(applyBroken(reference.sql, 'unassign-leaves-allocation')).rejects.toThrow(
      /could not be applied/,
    );
  });
});
