import type postgres from 'postgres';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { applyBroken, listBroken } from '../../../reference/broken.ts';
import { sampled } from '../proof.ts';
import { assign, refresh, rowsOf, setStatus, tableStatus, unassign } from './calls.ts';
import { outcome, type Reference, type ReferenceCopies, startReferenceCopies } from './database.ts';
import { answerSymptoms } from './symptoms/answers.ts';
import { exclusionSymptoms } from './symptoms/exclusion.ts';
import { holdSymptoms } from './symptoms/holds.ts';
import { isolationSymptoms } from './symptoms/isolation.ts';
import { keySymptoms } from './symptoms/keys.ts';
import { lockSymptoms } from './symptoms/locks.ts';
import { mergeSymptoms } from './symptoms/merges.ts';
import type { Symptom } from './symptoms/symptom.ts';
import { makeWorld, type World } from './world.ts';

const always = { from: '2020-01-01Z', to: '2040-01-01Z' };
const underWay = ["now() - interval '1 hour'", "now() + interval '1 hour'"] as const;

/** A table with an allocation of a booking, its window between two expressions of SQL. */
async function allocated(
  sql: postgres.Sql | postgres.TransactionSql,
  world: World,
  [from, to]: readonly [string, string],
  kind: 'live' | 'shadow' = 'live',
): Promise<string> {
  const [table, booking] = [await world.table(), await world.booking()];
  await sql.unsafe(
    `INSERT INTO allocations (booking_id, restaurant_id, resource_type, resource_id, "window", shadow)
     VALUES ('${booking}', '${world.restaurantId}', 'table', '${table}', tstzrange(${from}, ${to}), ${kind === 'shadow'})`,
  );
  return table;
}

/** What each defect looks like from outside. A correct RPC fails every one of these. */
const symptoms: Record<string, Symptom> = {
  ...mergeSymptoms,
  ...keySymptoms,
  ...holdSymptoms,
  ...isolationSymptoms,
  ...lockSymptoms,
  ...answerSymptoms,
  ...exclusionSymptoms,

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

  async 'closed-upper-bound'({ sql }, world) {
    const read = await sql.begin(async (tx) => {
      // now() stands still in a transaction, so the window ends at this very instant.
      const table = await allocated(tx, world, ["now() - interval '1 hour'", 'now()']);
      await refresh(tx, table);
      return tableStatus(tx, table);
    });
    expect(read).toBe('reserved');
  },

  async 'conflict-without-cause'({ sql }, world) {
    const table = await world.table();
    await assign(sql, await world.booking(), [table]);
    const next = await world.booking({ start_time: '20:00', end_time: '21:00' });
    expect(await outcome(assign(sql, next, [table]))).toMatch(/^P0001 allocations_no_overlap/);
  },

  async 'counts-cancelled'({ sql }, world) {
    const [table, booking] = [await world.table(), await world.booking()];
    await assign(sql, booking, [table], always);
    await setStatus(sql, booking, 'cancelled');
    await refresh(sql, table);
    expect(await tableStatus(sql, table)).toBe('reserved');
  },

  async 'counts-shadows'({ sql }, world) {
    const table = await allocated(sql, world, underWay, 'shadow');
    await refresh(sql, table);
    expect(await tableStatus(sql, table)).toBe('reserved');
  },

  async 'legacy-refresh'({ sql }, world) {
    const table = await world.table();
    await assign(sql, await world.booking(), [table]);
    expect(await tableStatus(sql, table)).toBe('reserved');
  },

  async 'raw-conflict-codes'({ sql }, world) {
    const table = await world.table();
    await assign(sql, await world.booking(), [table]);
    expect(await outcome(assign(sql, await world.booking(), [table]))).toMatch(/^23P01 /);
  },

  async 'shifted-by-utc-offset'({ sql }, _) {
    const far = await makeWorld(sql, 'Asia/Kathmandu');
    const table = await allocated(sql, far, underWay);
    await refresh(sql, table);
    expect(await tableStatus(sql, table)).toBe('available');
  },

  async 'sticky-occupied'({ sql }, world) {
    const table = await allocated(sql, world, underWay);
    await sql`UPDATE table_inventory SET status = 'occupied' WHERE id = ${table}`;
    await refresh(sql, table);
    expect(await tableStatus(sql, table)).toBe('occupied');
  },

  async 'sticky-out-of-service'({ sql }, world) {
    const table = await world.table();
    await world.maintenance(table, '2020-01-01Z', '2020-01-02Z');
    await sql`UPDATE table_inventory SET status = 'out_of_service' WHERE id = ${table}`;
    await refresh(sql, table);
    expect(await tableStatus(sql, table)).toBe('out_of_service');
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
    await assign(sql, booking, [table], always);
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
  let copies: ReferenceCopies;
  let reference: Reference;
  beforeAll(async () => {
    copies = await startReferenceCopies();
  });
  afterAll(() => copies?.stop());
  beforeEach(async () => {
    reference = await copies.copy();
  });
  afterEach(() => reference?.stop());

  it.each(sampled(variants, 24))('$id shows its defect', async ({ id, expect: invariant }) => {
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
