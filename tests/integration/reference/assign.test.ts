import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assign, rowsOf, unassign } from './calls.ts';
import { outcome, type Reference, startReference } from './database.ts';
import { makeWorld, type World } from './world.ts';

let reference: Reference;
let world: World;

beforeAll(async () => {
  reference = await startReference();
});
afterAll(() => reference?.stop());

describe('assign_tables_atomic_v2', () => {
  it('has the documented parameters, defaults and answer, and runs as its owner in plpgsql', async () => {
    const [row] = await reference.sql`
      SELECT pg_get_function_arguments(p.oid) AS arguments, pg_get_function_result(p.oid) AS result,
        p.prosecdef AS definer, l.lanname AS language
      FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
      WHERE p.proname = 'assign_tables_atomic_v2'`;
    expect(row).toEqual({
      arguments:
        'p_booking_id uuid, p_table_ids uuid[], p_idempotency_key text DEFAULT NULL::text, ' +
        'p_require_adjacency boolean DEFAULT false, p_assigned_by uuid DEFAULT NULL::uuid, ' +
        'p_start_at timestamp with time zone DEFAULT NULL::timestamp with time zone, ' +
        'p_end_at timestamp with time zone DEFAULT NULL::timestamp with time zone',
      result:
        'TABLE(table_id uuid, start_at timestamp with time zone, end_at timestamp with time zone, merge_group_id uuid)',
      definer: true,
      language: 'plpgsql',
    });
  });

  it("takes the booking's window for one table and links every row", async () => {
    const { sql } = reference;
    world = await makeWorld(sql, 'America/New_York');
    const [table, booking, by] = [await world.table(), await world.booking(), randomUUID()];
    const answer = await assign(sql, booking, [table], { key: 'k', by });
    const [start, end] = [new Date('2031-03-01T23:00:00Z'), new Date('2031-03-02T01:00:00Z')];
    expect([...answer]).toEqual([{ table_id: table, start_at: start, end_at: end, merge_group_id: null }]);
    const [row] = await sql`
      SELECT a."window" = tstzrange(m.start_at, m.end_at) AS same_window, m.start_at, m.end_at, a.created_by,
        m.idempotency_key, s.slot_date::text, s.slot_time, i.table_ids, i.assignment_window = a."window" AS ledger
      FROM booking_table_assignments m
      JOIN allocations a ON a.id = m.allocation_id AND a.resource_id = m.table_id
      JOIN booking_slots s ON s.id = m.slot_id
      JOIN booking_assignment_idempotency i ON i.booking_id = m.booking_id
      WHERE m.booking_id = ${booking}`;
    expect(row).toEqual({
      same_window: true,
      start_at: start,
      end_at: end,
      created_by: by,
      idempotency_key: 'k',
      slot_date: '2031-03-01',
      slot_time: '18:00:00',
      table_ids: [table],
      ledger: true,
    });
  });

  it('makes one merge group for several tables, whatever their order and number of mentions', async () => {
    const { sql } = reference;
    world = await makeWorld(sql);
    const [one, two, three] = (await world.tables(3)) as [string, string, string];
    const booking = await world.booking();
    const answer = await assign(sql, booking, [three, one, two, one]);
    expect(answer.map((row) => row.table_id)).toEqual([one, two, three]);
    const groups = new Set(answer.map((row) => row.merge_group_id));
    expect(groups.size).toBe(1);
    const [group] =
      await sql`SELECT * FROM allocations WHERE resource_type = 'merge_group' AND booking_id = ${booking}`;
    expect(group).toMatchObject({ id: [...groups][0], resource_id: [...groups][0] });
    expect(await rowsOf(sql, booking)).toEqual({ tables: 3, groups: 1, assignments: 3, ledger: 0 });
  });

  it('moves the window when the booking assigns its tables again, and keeps their group', async () => {
    const { sql } = reference;
    world = await makeWorld(sql);
    const tables = await world.tables(2);
    const booking = await world.booking();
    const before = await assign(sql, booking, tables);
    const moved = { from: '2031-03-02T18:00:00Z', to: '2031-03-02T19:00:00Z' };
    const after = await assign(sql, booking, tables, moved);
    expect(after[0]?.merge_group_id).toBe(before[0]?.merge_group_id);
    expect(await rowsOf(sql, booking)).toEqual({ tables: 2, groups: 1, assignments: 2, ledger: 0 });
    expect(await outcome(assign(sql, await world.booking(), tables))).toBe('ok');
  });

  it('drops a group whose tables all went to another one', async () => {
    const { sql } = reference;
    world = await makeWorld(sql);
    const [one, two, three] = (await world.tables(3)) as [string, string, string];
    const booking = await world.booking();
    const before = await assign(sql, booking, [one, two]);
    const after = await assign(sql, booking, [one, two, three]);
    expect(after[0]?.merge_group_id).not.toBe(before[0]?.merge_group_id);
    expect(await rowsOf(sql, booking)).toEqual({ tables: 3, groups: 1, assignments: 3, ledger: 0 });
  });

  it('lets windows touch', async () => {
    const { sql } = reference;
    world = await makeWorld(sql);
    const table = await world.table();
    await assign(sql, await world.booking(), [table]);
    const before = await world.booking({ start_time: '16:00', end_time: '18:00' });
    const after = await world.booking({ start_time: '20:00', end_time: '22:00' });
    expect(await outcome(assign(sql, before, [table]))).toBe('ok');
    expect(await outcome(assign(sql, after, [table]))).toBe('ok');
  });

  it('keeps apart the two hours that have one local time when clocks go back', async () => {
    const { sql } = reference;
    world = await makeWorld(sql, 'Europe/London');
    const table = await world.table();
    // 00:30 and 01:30 in UTC are both 01:30 in London on that night.
    const first = { from: '2031-10-26T00:30:00Z', to: '2031-10-26T01:00:00Z' };
    const second = { from: '2031-10-26T01:30:00Z', to: '2031-10-26T02:00:00Z' };
    expect(await outcome(assign(sql, await world.booking(), [table], first))).toBe('ok');
    expect(await outcome(assign(sql, await world.booking(), [table], second))).toBe('ok');
  });
});

describe('idempotency keys', () => {
  it('answer a replay as the first time and change nothing', async () => {
    const { sql } = reference;
    world = await makeWorld(sql);
    const tables = await world.tables(2);
    const booking = await world.booking();
    const first = await assign(sql, booking, tables, { key: 'first' });
    const moved = { key: 'second', from: '2031-03-03T10:00:00Z', to: '2031-03-03T12:00:00Z' };
    const second = await assign(sql, booking, tables, moved);
    expect([...(await assign(sql, booking, tables.toReversed(), { key: 'first' }))]).toEqual([...first]);
    expect([...(await assign(sql, booking, tables, { key: 'second' }))]).toEqual([...second]);
    const [row] =
      await sql`SELECT min(start_at) AS start_at FROM booking_table_assignments WHERE booking_id = ${booking}`;
    expect(row?.start_at).toEqual(new Date(moved.from));
    expect(await rowsOf(sql, booking)).toEqual({ tables: 2, groups: 1, assignments: 2, ledger: 2 });
  });

  it('belong to one booking', async () => {
    const { sql } = reference;
    world = await makeWorld(sql);
    const [one, two] = (await world.tables(2)) as [string, string];
    expect(await outcome(assign(sql, await world.booking(), [one], { key: 'same' }))).toBe('ok');
    expect(await outcome(assign(sql, await world.booking(), [two], { key: 'same' }))).toBe('ok');
  });

  it('assign anew after the tables were given back', async () => {
    const { sql } = reference;
    world = await makeWorld(sql);
    const table = await world.table();
    const booking = await world.booking();
    await assign(sql, booking, [table], { key: 'k' });
    expect(await unassign(sql, booking)).toEqual([table]);
    expect(await rowsOf(sql, booking)).toEqual({ tables: 0, groups: 0, assignments: 0, ledger: 0 });
    await assign(sql, booking, [table], { key: 'k' });
    expect(await rowsOf(sql, booking)).toEqual({ tables: 1, groups: 0, assignments: 1, ledger: 1 });
  });
});

describe('unassign_tables_atomic', () => {
  it('removes some tables, then the rest with their group', async () => {
    const { sql } = reference;
    world = await makeWorld(sql);
    const tables = await world.tables(3);
    const booking = await world.booking();
    await assign(sql, booking, tables, { key: 'k' });
    const [one, two, three] = tables as [string, string, string];
    expect(await unassign(sql, booking, [two, randomUUID(), two])).toEqual([two]);
    expect(await rowsOf(sql, booking)).toEqual({ tables: 2, groups: 1, assignments: 2, ledger: 0 });
    expect(await unassign(sql, booking, [])).toEqual([]);
    expect(await unassign(sql, booking)).toEqual([one, three]);
    expect(await rowsOf(sql, booking)).toEqual({ tables: 0, groups: 0, assignments: 0, ledger: 0 });
    expect(await outcome(unassign(sql, randomUUID()))).toMatch(/^P0002 /);
  });
});
