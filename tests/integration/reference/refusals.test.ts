import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AssignOptions, assign, rowsOf, setStatus } from './calls.ts';
import { outcome, type Reference, startReference } from './database.ts';
import { makeWorld, type World } from './world.ts';

interface Attempt {
  bookingId: string;
  tableIds: string[];
  options?: AssignOptions;
}

interface Case {
  name: string;
  expected: RegExp;
  attempt(world: World, reference: Reference): Promise<Attempt>;
}

const evening = '2031-03-01T18:00:00Z';
const night = '2031-03-01T23:00:00Z';

const cases: Case[] = [
  {
    name: 'no tables',
    expected: /^23514 no tables/,
    attempt: async (world) => ({ bookingId: await world.booking(), tableIds: [] }),
  },
  {
    name: 'an unknown booking',
    expected: /^P0002 booking .* not found$/,
    attempt: async (world) => ({ bookingId: randomUUID(), tableIds: [await world.table()] }),
  },
  ...[
    { from: evening, to: null },
    { from: null, to: night },
  ].map((options) => ({
    name: `half a window, ${options.from ? 'start' : 'end'} only`,
    expected: /^22023 /,
    attempt: async (world: World) => ({
      bookingId: await world.booking(),
      tableIds: [await world.table()],
      options,
    }),
  })),
  ...[
    { from: night, to: evening },
    { from: evening, to: evening },
    { from: evening, to: 'infinity' },
    { from: '-infinity', to: night },
  ].map((options) => ({
    name: `a window from ${options.from} to ${options.to}`,
    expected: /^22000 /,
    attempt: async (world: World) => ({
      bookingId: await world.booking(),
      tableIds: [await world.table()],
      options,
    }),
  })),
  {
    name: 'an unknown table among known ones',
    expected: /^P0002 table not found$/,
    attempt: async (world) => ({
      bookingId: await world.booking(),
      tableIds: [await world.table(), randomUUID()],
    }),
  },
  {
    name: 'a table of another restaurant',
    expected: /^23503 /,
    attempt: async (world, { sql }) => ({
      bookingId: await world.booking(),
      tableIds: [await (await makeWorld(sql)).table()],
    }),
  },
  {
    name: 'an inactive table',
    expected: /^23514 .*not active/,
    attempt: async (world) => ({
      bookingId: await world.booking(),
      tableIds: [await world.table({ active: false })],
    }),
  },
  {
    name: 'a table without a zone',
    expected: /^23514 .*no zone/,
    attempt: async (world) => ({
      bookingId: await world.booking(),
      tableIds: [await world.table({ zone_id: null })],
    }),
  },
  {
    name: 'tables of two zones',
    expected: /^23514 .*different zones/,
    attempt: async (world) => ({
      bookingId: await world.booking(),
      tableIds: [await world.table(), await world.table({ zone_id: world.otherZoneId })],
    }),
  },
  {
    name: 'a fixed table with another',
    expected: /^23514 .*fixed/,
    attempt: async (world) => ({
      bookingId: await world.booking(),
      tableIds: [await world.table(), await world.table({ mobility: 'fixed' })],
    }),
  },
  {
    name: 'a booking with tables in another zone',
    expected: /^23514 .*another zone/,
    attempt: async (world, { sql }) => {
      const bookingId = await world.booking();
      await assign(sql, bookingId, [await world.table({ zone_id: world.otherZoneId })]);
      return { bookingId, tableIds: [await world.table()] };
    },
  },
  {
    name: 'a booking that is meant for another zone',
    expected: /^23514 .*another zone/,
    attempt: async (world) => ({
      bookingId: await world.booking({ assigned_zone_id: world.otherZoneId }),
      tableIds: [await world.table()],
    }),
  },
  {
    name: 'a table with no neighbour in the set',
    expected: /^23514 .*not adjacent/,
    attempt: async (world, { sql }) => {
      const [one, two, three] = (await world.tables(3)) as [string, string, string];
      await sql`INSERT INTO table_adjacencies VALUES (${two}, ${one})`;
      return {
        bookingId: await world.booking(),
        tableIds: [one, two, three],
        options: { adjacency: true },
      };
    },
  },
  {
    name: 'a key that was used for other tables',
    expected: /^P0003 /,
    attempt: async (world, { sql }) => {
      const [one, two] = (await world.tables(2)) as [string, string];
      const bookingId = await world.booking();
      await assign(sql, bookingId, [one], { key: 'k' });
      return { bookingId, tableIds: [one, two], options: { key: 'k' } };
    },
  },
  ...['cancelled', 'no_show', 'completed'].map((status) => ({
    name: `a booking that is ${status}`,
    expected: new RegExp(`^23514 booking is ${status}$`),
    attempt: async (world: World, { sql }: Reference) => {
      const bookingId = await world.booking();
      await setStatus(sql, bookingId, status);
      return { bookingId, tableIds: [await world.table()] };
    },
  })),
  {
    name: "another booking's hold",
    expected: /^P0001 hold conflict/,
    attempt: async (world) => {
      const table = await world.table();
      await world.hold([table], { booking_id: await world.booking() });
      return { bookingId: await world.booking(), tableIds: [table] };
    },
  },
  {
    name: 'a hold without a booking',
    expected: /^P0001 hold conflict/,
    attempt: async (world) => {
      const table = await world.table();
      await world.hold([table]);
      return { bookingId: await world.booking(), tableIds: [table] };
    },
  },
  {
    name: "another booking's allocation",
    expected: /^P0001 allocations_no_overlap/,
    attempt: async (world, { sql }) => {
      const table = await world.table();
      await assign(sql, await world.booking({ start_time: '19:59', end_time: '21:00' }), [table]);
      return { bookingId: await world.booking(), tableIds: [await world.table(), table] };
    },
  },
  {
    name: 'maintenance',
    expected: /^P0001 allocations_no_overlap/,
    attempt: async (world) => {
      const table = await world.table();
      await world.maintenance(table, evening, night);
      return { bookingId: await world.booking(), tableIds: [table] };
    },
  },
  {
    name: 'more covers than the restaurant allows',
    expected: /^P0001 capacity_exceeded_post_assignment$/,
    attempt: async (world, { sql }) => {
      await sql`INSERT INTO restaurant_capacity_rules VALUES (${world.restaurantId}, 5)`;
      await assign(sql, await world.booking({ party_size: 3 }), [await world.table()]);
      return { bookingId: await world.booking({ party_size: 3 }), tableIds: await world.tables(2) };
    },
  },
];

let reference: Reference;
beforeAll(async () => {
  reference = await startReference();
});
afterAll(() => reference?.stop());

describe('assign_tables_atomic_v2 refuses', () => {
  it.each(cases)('$name', async ({ attempt, expected }) => {
    const { sql } = reference;
    const { bookingId, tableIds, options } = await attempt(await makeWorld(sql), reference);
    const before = await rowsOf(sql, bookingId);
    expect(await outcome(assign(sql, bookingId, tableIds, options))).toMatch(expected);
    expect(await rowsOf(sql, bookingId)).toEqual(before);
  });
});

describe('assign_tables_atomic_v2 accepts', () => {
  it('neighbours stored in either direction', async () => {
    const { sql } = reference;
    const world = await makeWorld(sql);
    const [one, two, three] = (await world.tables(3)) as [string, string, string];
    await sql`INSERT INTO table_adjacencies VALUES (${two}, ${one}), (${two}, ${three}), (${three}, ${two})`;
    const answer = assign(sql, await world.booking(), [one, two, three], { adjacency: true });
    expect(await outcome(answer)).toBe('ok');
  });

  it("as many covers as the rule allows, counted at the fullest moment and not over the evening's sum", async () => {
    const { sql } = reference;
    const world = await makeWorld(sql);
    await sql`INSERT INTO restaurant_capacity_rules VALUES (${world.restaurantId}, 6)`;
    const early = await world.booking({ party_size: 4, start_time: '17:00', end_time: '18:30' });
    const late = await world.booking({ party_size: 4, start_time: '18:30', end_time: '20:00' });
    for (const booking of [early, late]) await assign(sql, booking, [await world.table()]);
    expect(await outcome(assign(sql, await world.booking({ party_size: 2 }), await world.tables(2)))).toBe(
      'ok',
    );
    const third = assign(sql, await world.booking({ party_size: 1 }), [await world.table()]);
    expect(await outcome(third)).toMatch(/^P0001 capacity_exceeded/);
  });

  it('a table under a lapsed hold, or a hold of its own', async () => {
    const { sql } = reference;
    const world = await makeWorld(sql);
    const [one, two] = (await world.tables(2)) as [string, string];
    const booking = await world.booking();
    await world.hold([one], { expires_at: '2020-01-01T00:00:00Z' });
    await world.hold([two], { booking_id: booking });
    expect(await outcome(assign(sql, booking, [one, two]))).toBe('ok');
  });
});
