import { randomUUID } from 'node:crypto';
import type postgres from 'postgres';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AssignOptions, assign, confirmHold, rowsOf, unassign } from '../reference/calls.ts';
import { outcome } from '../reference/database.ts';
import { type Application, startApplication } from './application.ts';
import { makeWorld, type World } from './world.ts';

/** That the gnarly application keeps the contract: a run that finds fault with it would be wrong. */

const nothing = { tables: 0, groups: 0, assignments: 0, ledger: 0 };
const [evening, night] = ['2031-03-01T18:00:00Z', '2031-03-01T23:00:00Z'];

let application: Application;
let sql: postgres.Sql;
let world: World;

beforeAll(async () => {
  application = await startApplication('gnarly');
  sql = application.sql;
});
afterAll(() => application?.stop());
beforeEach(async () => {
  world = await makeWorld(application);
});

type Call = [booking: string, tables: string[], options?: AssignOptions];

const refusals: [string, RegExp, () => Promise<Call>][] = [
  ['no tables', /^23514 no tables/, async () => [await world.booking(), []]],
  ['an unknown booking', /^P0002 booking/, async () => [randomUUID(), [await world.table()]]],
  [
    'an unknown table',
    /^P0002 table/,
    async () => [await world.booking(), [await world.table(), randomUUID()]],
  ],
  ['half a window', /^22023 /, async () => [await world.booking(), [await world.table()], { from: evening }]],
  [
    'a window that ends before it starts',
    /^22000 /,
    async () => [await world.booking(), [await world.table()], { from: night, to: evening }],
  ],
  [
    'an endless window',
    /^22000 /,
    async () => [await world.booking(), [await world.table()], { from: night, to: 'infinity' }],
  ],
  [
    'a table of another restaurant',
    /^23503 /,
    async () => [await world.booking(), [await (await makeWorld(application)).table()]],
  ],
  [
    'an inactive table',
    /^23514 .*not active/,
    async () => [await world.booking(), [await world.table({ active: false })]],
  ],
  [
    'a table without a zone',
    /^23514 .*no zone/,
    async () => [await world.booking(), [await world.table({ zone_id: null })]],
  ],
  [
    'tables of two zones',
    /^23514 .*different zones/,
    async () => [
      await world.booking(),
      [await world.table(), await world.table({ zone_id: world.otherZoneId })],
    ],
  ],
  [
    'a fixed table with another',
    /^23514 .*fixed/,
    async () => [await world.booking(), [await world.table(), await world.table({ mobility: 'fixed' })]],
  ],
  [
    'a booking of another zone',
    /^23514 .*another zone/,
    async () => [await world.booking({ assigned_zone_id: world.otherZoneId }), [await world.table()]],
  ],
  [
    'a booking that is over',
    /^23514 booking is cancelled/,
    async () => [await world.booking({ status: 'cancelled' }), [await world.table()]],
  ],
  [
    'tables that are no neighbours',
    /^23514 .*not adjacent/,
    async () => {
      const tables = await world.tables(3);
      await sql`insert into table_adjacencies ${sql({ table_a: tables[1], table_b: tables[0] })}`;
      return [await world.booking(), tables, { adjacency: true }];
    },
  ],
  [
    'a key that was used for other tables',
    /^P0003 /,
    async () => {
      const [booking, tables] = [await world.booking(), await world.tables(2)];
      await assign(sql, booking, tables.slice(1), { key: 'k' });
      return [booking, tables, { key: 'k' }];
    },
  ],
  [
    "another's hold",
    /^P0001 hold conflict/,
    async () => {
      const table = await world.table();
      await world.hold([table]);
      return [await world.booking(), [table]];
    },
  ],
  [
    "another's allocation",
    /^P0001 allocations_no_overlap/,
    async () => {
      const table = await world.table();
      await assign(sql, await world.booking({ start_time: '19:59', end_time: '21:00' }), [table]);
      return [await world.booking(), [await world.table(), table]];
    },
  ],
  [
    'too many covers',
    /^P0001 capacity_exceeded_post_assignment$/,
    async () => {
      await sql`insert into capacity_limits values (${world.restaurantId}, 5)`;
      await assign(sql, await world.booking({ party_size: 3 }), [await world.table()]);
      return [await world.booking({ party_size: 3 }), await world.tables(2)];
    },
  ],
];

describe('assign_tables_atomic_v2', () => {
  it.each(refusals)('refuses %s', async (_, expected, arrange) => {
    const [booking, tables, options] = await arrange();
    const before = await rowsOf(sql, booking);
    expect(await outcome(assign(sql, booking, tables, options))).toMatch(expected);
    expect(await rowsOf(sql, booking)).toEqual(before);
  });

  it('makes one merge group, answers a key again, moves windows, and leaves nothing when undone', async () => {
    const [one, two] = (await world.tables(2)) as [string, string];
    await sql`insert into table_adjacencies ${sql({ table_a: two, table_b: one })}`;
    const booking = await world.booking();
    const first = await assign(sql, booking, [two, one, two], { key: 'k', adjacency: true });
    const span = { start_at: new Date(evening), end_at: new Date('2031-03-01T20:00:00Z') };
    const merge_group_id = first[0]?.merge_group_id;
    expect([...first]).toEqual([one, two].map((table_id) => ({ table_id, ...span, merge_group_id })));
    expect([...(await assign(sql, booking, [one, two], { key: 'k' }))]).toEqual([...first]);
    const moved = await assign(sql, booking, [one, two], { from: night, to: '2031-03-02T01:00:00Z' });
    expect(moved[0]).toMatchObject({ start_at: new Date(night), merge_group_id });
    expect(await rowsOf(sql, booking)).toEqual({ tables: 2, groups: 1, assignments: 2, ledger: 1 });
    // Touching windows.
    const next = assign(sql, await world.booking(), [one], {
      from: '2031-03-02T01:00:00Z',
      to: '2031-03-02T02:00:00Z',
    });
    expect(await outcome(next)).toBe('ok');
    expect(await unassign(sql, booking, [one, randomUUID()])).toEqual([one]);
    expect(await unassign(sql, booking)).toEqual([two]);
    expect(await rowsOf(sql, booking)).toEqual(nothing);
  });

  it('has an older overload, so that calls have to name all parameters', async () => {
    const [booking, table] = [await world.booking(), await world.table()];
    const short = sql`select * from assign_tables_atomic_v2(${booking}::uuid, array[${table}]::uuid[])`;
    expect(await outcome(short)).toMatch(/^42725 .* is not unique$/);
    const arguments_ = sql`p_idempotency_key => null, p_require_adjacency => false, p_assigned_by => null`;
    const old = sql`select * from assign_tables_atomic_v2(${booking}::uuid, array[${table}]::uuid[], ${arguments_})`;
    expect(await outcome(old)).toMatch(/^42725 /);
  });

  it('turns a hold into an assignment', async () => {
    const [table, booking] = [await world.table(), await world.booking()];
    const hold = await world.hold([table], { booking_id: booking });
    expect(await outcome(confirmHold(sql, hold, booking))).toBe('ok');
    expect(await rowsOf(sql, booking)).toEqual({ tables: 1, groups: 0, assignments: 1, ledger: 0 });
  });
});
