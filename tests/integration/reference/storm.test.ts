import type postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Random, randomStream } from '../../../plan/random.ts';
import { assign, confirmHold, refresh, setStatus, unassign } from './calls.ts';
import { outcome, type Reference, startReference, tally } from './database.ts';
import { makeWorld, type World } from './world.ts';

const callers = 8;
const bursts = 6;
const callsOfEach = 40;

let reference: Reference;
let sql: postgres.Sql;
let world: World;

beforeAll(async () => {
  reference = await startReference();
  sql = await reference.connect(callers);
  world = await makeWorld(sql);
  // Without the constraint, only the locks are left to keep allocations apart.
  await sql`ALTER TABLE allocations DROP CONSTRAINT allocations_no_overlap`;
  await sql`
    CREATE INDEX allocations_window_idx ON allocations
    USING gist (restaurant_id, resource_type, resource_id, "window") WHERE (NOT shadow)`;
});
afterAll(() => reference?.stop());

interface Stage {
  random: Random;
  tables: [string, ...string[]];
  bookings: [string, ...string[]];
  holds: string[];
}

/** One to three tables, in any order. */
function someTables({ random, tables }: Stage): string[] {
  const first = random.integer(0, tables.length - 1);
  const set = Array.from(
    { length: random.integer(1, 3) },
    (_, index) => tables[(first + index) % tables.length] as string,
  );
  return random.integer(0, 1) ? set : set.toReversed();
}

function someWindow(random: Random): { from: string; to: string } {
  // The hours around now, so that statuses change as well; none begins or ends while its call runs, since a transaction that
  // began before may store the status last, and goes by its own begin.
  const start = Date.now() - 60_000 + random.integer(-2, 1) * 3_600_000;
  return {
    from: new Date(start).toISOString(),
    to: new Date(start + random.integer(1, 2) * 3_600_000).toISOString(),
  };
}

const assignSome = (stage: Stage) =>
  assign(sql, stage.random.pick(stage.bookings), someTables(stage), someWindow(stage.random));

const operations: ((stage: Stage) => PromiseLike<unknown>)[] = [
  assignSome,
  assignSome,
  assignSome,
  (stage) =>
    assign(sql, stage.random.pick(stage.bookings), someTables(stage), {
      ...someWindow(stage.random),
      key: `k${stage.random.integer(0, 3)}`,
    }),
  (stage) => unassign(sql, stage.random.pick(stage.bookings)),
  (stage) => unassign(sql, stage.random.pick(stage.bookings), someTables(stage)),
  (stage) => refresh(sql, stage.random.pick(stage.tables)),
  (stage) =>
    setStatus(
      sql,
      stage.random.pick(stage.bookings),
      stage.random.pick([
        'pending',
        'confirmed',
        'checked_in',
        'completed',
        'cancelled',
        'pending',
        'pending',
      ]),
    ),
  async (stage) => {
    const { from: start_at, to: end_at } = someWindow(stage.random);
    const booking_id = stage.random.integer(0, 2) ? stage.random.pick(stage.bookings) : null;
    const expires_at = new Date(Date.now() + 30).toISOString();
    stage.holds.push(
      await world.hold([...new Set(someTables(stage))], { start_at, end_at, expires_at, booking_id }),
    );
  },
  (stage) => {
    const hold = stage.holds.pop();
    const booking = stage.random.pick(stage.bookings);
    if (hold === undefined) return refresh(sql, stage.random.pick(stage.tables));
    const ways = [
      () => sql`UPDATE table_holds SET status = 'cancelled' WHERE id = ${hold}`,
      () => sql`UPDATE table_holds SET expires_at = now() + interval '2 seconds' WHERE id = ${hold}`,
      () => sql`DELETE FROM table_holds WHERE id = ${hold}`,
      () => confirmHold(sql, hold, booking),
    ] as const;
    return stage.random.pick<() => PromiseLike<unknown>>(ways)();
  },
];

describe('a storm of every operation at once, without the exclusion constraint', () => {
  it('ends without deadlock, double booking, loose end or stale status', async () => {
    const tables = (await world.tables(6)) as [string, ...string[]];
    const bookings = (await world.bookings(10)) as [string, ...string[]];
    const holds: string[] = [];
    const randoms = Array.from({ length: callers }, (_, index) => randomStream(7, `caller ${index}`));
    const caller = async (random: Random) => {
      const outcomes: string[] = [];
      for (let call = 0; call < callsOfEach; call += 1) {
        const operation = operations[random.integer(0, operations.length - 1)] ?? assignSome;
        outcomes.push(await outcome(operation({ random, tables, bookings, holds })));
      }
      return outcomes;
    };

    const outcomes: string[] = [];
    for (let burst = 0; burst < bursts; burst += 1) {
      outcomes.push(...(await Promise.all(randoms.map(caller))).flat());
      // Guests of the present, so that there is something to see.
      await Promise.all(bookings.map((booking) => setStatus(sql, booking, 'pending')));
      const now = { from: new Date(Date.now() - 60_000).toISOString(), to: '2040-01-01T00:00:00Z' };
      const arrivals = bookings.map((booking, index) =>
        outcome(assign(sql, booking, [tables[index % tables.length] as string], now)),
      );
      outcomes.push(...(await Promise.all(arrivals)));
      expect([...(await overlaps())]).toEqual([]);
      expect([...(await looseEnds())]).toEqual([]);
      expect([...(await staleStatuses())]).toEqual([]);
    }
    const known = ['ok', 'P0001', 'P0002', 'P0003', '23514'];
    expect(outcomes.filter((text) => !known.includes(text.split(' ')[0] ?? ''))).toEqual([]);
    const counts = tally(outcomes);
    expect(counts.ok).toBeGreaterThan(outcomes.length / 5);
    expect(counts.P0001).toBeGreaterThan(outcomes.length / 50);
  });
});

const overlaps = () => sql`
  SELECT a.id, o.id AS other FROM allocations a
  JOIN allocations o ON o.resource_id = a.resource_id AND o.id > a.id AND o."window" && a."window"`;

const looseEnds = () => sql`
  SELECT 'assignment without its allocation' AS what, m.id
  FROM booking_table_assignments m
  LEFT JOIN allocations a ON a.id = m.allocation_id AND a.booking_id = m.booking_id AND a.resource_id = m.table_id
    AND a."window" = tstzrange(m.start_at, m.end_at)
  WHERE a.id IS NULL
  UNION ALL
  SELECT 'allocation without its assignment', a.id
  FROM allocations a
  LEFT JOIN booking_table_assignments m ON m.allocation_id = a.id
  WHERE a.resource_type = 'table' AND m.id IS NULL
  UNION ALL
  SELECT 'empty merge group', a.id
  FROM allocations a
  WHERE a.resource_type = 'merge_group'
    AND NOT EXISTS (SELECT FROM booking_table_assignments m WHERE m.merge_group_id = a.id)
  UNION ALL
  SELECT 'allocation of a cancelled booking', a.id
  FROM allocations a JOIN bookings b ON b.id = a.booking_id WHERE b.status = 'cancelled'
  UNION ALL
  SELECT 'window of a hold that is over', w.hold_id
  FROM table_hold_windows w JOIN table_holds h ON h.id = w.hold_id WHERE h.status <> 'active'`;

/** The rule, written another way than in refresh_table_status. */
const staleStatuses = () => sql`
  SELECT t.status, rule.status AS expected
  FROM table_inventory t
  CROSS JOIN LATERAL (
    SELECT coalesce(max(CASE b.status WHEN 'checked_in' THEN 'occupied' ELSE 'reserved' END::table_status), 'available')
      AS status
    FROM allocations a JOIN bookings b ON b.id = a.booking_id
    WHERE a.resource_id = t.id AND a."window" @> now()
  ) AS rule
  WHERE t.status <> rule.status`;
