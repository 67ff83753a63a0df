import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomStream } from '../../../plan/random.ts';
import { type Stage, startStage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage?.stop());

const bookingStatuses = ['confirmed', 'checked_in', 'completed', 'cancelled', 'no_show'] as const;
const tableStatuses = ['available', 'reserved', 'occupied', 'out_of_service'] as const;

interface Claimed {
  id: string;
  table: string;
  from: number;
  to: number;
  maintenance: boolean;
  shadow: boolean;
  status: string | null;
}

/** The rule of the contract, as it reads, without what belongs to bookings that are over. */
function ruleOf(claims: readonly Claimed[]): string {
  const now = claims.filter(
    ({ shadow, from, to, status }) =>
      !shadow && from <= 0 && to > 0 && status !== 'cancelled' && status !== 'no_show',
  );
  if (now.some(({ maintenance }) => maintenance)) return 'out_of_service';
  if (now.some(({ status }) => status === 'checked_in')) return 'occupied';
  return now.length > 0 ? 'reserved' : 'available';
}

describe('against a plain reading of the rules, over random rows', () => {
  it.each([1, 2, 3])('seed %i', async (seed) => {
    const random = randomStream(seed, 'audit');
    await stage.sql`TRUNCATE allocations, booking_table_assignments, bookings, table_inventory CASCADE`;
    const tables = await stage.world.tables(60);
    const bookings = new Map<string, string>();
    for (const status of bookingStatuses) {
      for (let i = 0; i < 4; i += 1) bookings.set(await stage.booking(status), status);
    }
    const ids = [...bookings.keys()] as [string, ...string[]];
    const stored = new Map<string, string>();
    const claims: Claimed[] = [];
    for (const table of tables) {
      const status = random.pick(tableStatuses);
      stored.set(table, status);
      await stage.sql`UPDATE table_inventory SET status = ${status} WHERE id = ${table}`;
      const used = new Set<string>();
      for (let i = random.integer(0, 5); i > 0; i -= 1) {
        // Far from now on either side, so that a slow machine does not move an edge past it.
        const from = random.integer(-8, 6) * 30 + 15;
        const to = from + random.integer(1, 5) * 30;
        const maintenance = random.integer(0, 5) === 0;
        const booking = maintenance ? null : random.pick(ids);
        if (booking !== null && used.has(booking)) continue;
        if (booking !== null) used.add(booking);
        const shadow = random.integer(0, 4) === 0;
        const written = random.integer(-400, -1);
        await stage.sql`ALTER TABLE allocations DROP CONSTRAINT IF EXISTS allocations_no_overlap`;
        const id = await stage.claim({ table, booking, from, to, maintenance, shadow, written });
        claims.push({
          id,
          table,
          from,
          to,
          maintenance,
          shadow,
          status: bookings.get(booking ?? '') ?? null,
        });
      }
    }

    const status = await stage.look('status-differs');
    const of = (table: string) => claims.filter((claim) => claim.table === table);
    const differing = tables.filter((table) => {
      const byHand = !of(table).some(({ maintenance, shadow }) => maintenance && !shadow);
      return stored.get(table) !== ruleOf(of(table)) && !(stored.get(table) === 'out_of_service' && byHand);
    });
    expect(status.rows.map(({ table_id }) => table_id).sort()).toEqual(differing.sort());
    for (const { table_id, rule } of status.rows) expect(rule).toBe(ruleOf(of(String(table_id))));
    expect(status.looked_at?.count).toBe(tables.length);

    const overlaps = await stage.look('overlapping-allocations');
    const pairs = claims.flatMap((one, index) =>
      claims
        .slice(index + 1)
        .filter(
          (other) =>
            !one.shadow &&
            !other.shadow &&
            one.table === other.table &&
            one.from < other.to &&
            other.from < one.to,
        )
        .map((other) => [one.id, other.id].sort().join(' ')),
    );
    const found = overlaps.rows.map((row) => [row.allocation_id, row.other_id].sort().join(' '));
    expect(found.sort()).toEqual(pairs.sort());
    expect(pairs.length).toBeGreaterThan(3);

    const over = await stage.look('claims-of-ended-bookings');
    const blocking = claims.filter(
      (claim) => !claim.shadow && claim.to > 0 && /cancelled|no_show|completed/.test(claim.status ?? ''),
    );
    expect(over.rows.map((row) => row.allocation_id).sort()).toEqual(blocking.map(({ id }) => id).sort());
  });

  it('tells the past from what is ahead', async () => {
    await stage.sql`TRUNCATE allocations CASCADE`;
    const [table, other] = (await stage.world.tables(2)) as [string, string];
    for (const from of [-200, -190]) await stage.claim({ table, from, to: -100 });
    for (const from of [20, 30]) await stage.claim({ table: other, from, to: 100 });
    const touching = await stage.world.table();
    await stage.claim({ table: touching, from: 0, to: 60 });
    await stage.sql`
      INSERT INTO allocations (restaurant_id, resource_type, resource_id, "window")
      SELECT restaurant_id, resource_type, resource_id, tstzrange(upper("window"), upper("window") + interval '1 hour')
      FROM allocations WHERE resource_id = ${touching}`;
    const { rows } = await stage.look('overlapping-allocations');
    expect(rows.map(({ reason, resource_id }) => [reason, resource_id])).toEqual([
      ['ahead', other],
      ['past', table],
    ]);
  });
});
