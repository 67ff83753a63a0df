import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckId } from '../../../contracts/audit-result.ts';
import { minutes, paste, type Stage, startStage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
  // It would refuse what some of these are.
  await stage.sql`ALTER TABLE allocations DROP CONSTRAINT allocations_no_overlap`;
});
afterAll(() => stage?.stop());

/** Makes a contradiction and returns what identifies it in the evidence; `reason` null: it must not be found. */
interface Case {
  check: CheckId;
  name: string;
  reason: string | null;
  make: (stage: Stage) => Promise<Record<string, string>>;
}

const whole = async (s: Stage, claim: Partial<Parameters<Stage['claim']>[0]> = {}) => {
  const [table, booking] = [await s.table(), await s.booking()];
  const allocation_id = await s.claim({ table, booking, from: 60, to: 120, ...claim });
  return { table, booking, allocation_id };
};

const cases: Case[] = [
  {
    check: 'overlapping-allocations',
    name: 'two windows ahead',
    reason: 'ahead',
    async make(s) {
      const { table } = await whole(s);
      const other_id = await s.claim({ table, booking: await s.booking(), from: 90, to: 150 });
      return { other_id };
    },
  },
  {
    check: 'overlapping-allocations',
    name: 'two restaurants in one table',
    reason: 'other-restaurant',
    async make(s) {
      const { table } = await whole(s);
      const restaurant = randomUUID();
      const other_id = await s.claim({ table, from: 90, to: 150, restaurant });
      return { other_id };
    },
  },
  {
    check: 'overlapping-allocations',
    name: 'a window without an end',
    reason: 'ahead',
    async make(s) {
      const { table } = await whole(s);
      const other_id = randomUUID();
      await s.sql`ALTER TABLE allocations DROP CONSTRAINT allocations_window`;
      await s.sql`
        INSERT INTO allocations (id, restaurant_id, resource_type, resource_id, "window")
        VALUES (${other_id}, ${s.world.restaurantId}, 'table', ${table}, tstzrange(${minutes(100)}, NULL))`;
      return { other_id };
    },
  },
  {
    check: 'overlapping-allocations',
    name: 'a shadow',
    reason: null,
    async make(s) {
      const { table } = await whole(s);
      return { other_id: await s.claim({ table, from: 90, to: 150, shadow: true }) };
    },
  },
  ...(['cancelled', 'no_show', 'completed'] as const).map(
    (status): Case => ({
      check: 'claims-of-ended-bookings',
      name: `a booking that is ${status}`,
      reason: status,
      async make(s) {
        const booking = await s.booking(status);
        return { allocation_id: await s.claim({ table: await s.table(), booking, from: 60, to: 120 }) };
      },
    }),
  ),
  {
    check: 'claims-of-ended-bookings',
    name: 'a window that is over too',
    reason: null,
    async make(s) {
      const booking = await s.booking('completed');
      return { allocation_id: await s.claim({ table: await s.table(), booking, from: -60, to: -10 }) };
    },
  },
  {
    check: 'assignments-without-allocation',
    name: 'none at all',
    reason: 'no-allocation',
    make: async (s) => ({
      assignment_id: await s.assignment({ booking_id: await s.booking(), table_id: await s.table() }),
    }),
  },
  {
    check: 'assignments-without-allocation',
    name: 'one that is only not linked',
    reason: 'not-linked',
    async make(s) {
      const { table, booking } = await whole(s);
      return { assignment_id: await s.assignment({ booking_id: booking, table_id: table }) };
    },
  },
  {
    check: 'assignments-without-allocation',
    name: 'one of another booking',
    reason: 'another-booking',
    async make(s) {
      const { table, allocation_id } = await whole(s);
      const values = { booking_id: await s.booking(), table_id: table, allocation_id };
      return { assignment_id: await s.assignment(values) };
    },
  },
  {
    check: 'assignments-without-allocation',
    name: 'one of another table',
    reason: 'another-table',
    async make(s) {
      const { booking, allocation_id } = await whole(s);
      const values = { booking_id: booking, table_id: await s.table(), allocation_id };
      return { assignment_id: await s.assignment(values) };
    },
  },
  {
    check: 'assignments-without-allocation',
    name: 'a shadow',
    reason: 'shadow',
    async make(s) {
      const { table, booking, allocation_id } = await whole(s, { shadow: true });
      return { assignment_id: await s.assignment({ booking_id: booking, table_id: table, allocation_id }) };
    },
  },
  {
    check: 'assignments-without-allocation',
    name: 'one for a shorter time',
    reason: 'another-window',
    async make(s) {
      const { table, booking, allocation_id } = await whole(s, { to: 90 });
      return { assignment_id: await s.assignment({ booking_id: booking, table_id: table, allocation_id }) };
    },
  },
  {
    check: 'assignments-without-allocation',
    name: 'its own',
    reason: null,
    async make(s) {
      const { table, booking, allocation_id } = await whole(s);
      return { assignment_id: await s.assignment({ booking_id: booking, table_id: table, allocation_id }) };
    },
  },
  {
    check: 'assignments-without-allocation',
    name: 'a window that is over',
    reason: null,
    make: async (s) => ({
      assignment_id: await s.assignment({
        booking_id: await s.booking(),
        table_id: await s.table(),
        start_at: minutes(-60),
        end_at: minutes(-30),
      }),
    }),
  },
  {
    check: 'allocations-without-assignment',
    name: 'no assignment',
    reason: 'no-assignment',
    async make(s) {
      const { allocation_id } = await whole(s);
      return { allocation_id };
    },
  },
  {
    check: 'allocations-without-assignment',
    name: 'maintenance',
    reason: null,
    make: async (s) => ({
      allocation_id: await s.claim({ table: await s.table(), from: 60, to: 120, maintenance: true }),
    }),
  },
  {
    check: 'empty-merge-groups',
    name: 'a group without tables',
    reason: 'empty',
    async make(s) {
      const table = randomUUID();
      const booking = await s.booking();
      return { merge_group_id: await s.claim({ table, booking, from: 60, to: 120, type: 'merge_group' }) };
    },
  },
  {
    check: 'empty-merge-groups',
    name: 'a group with a table',
    reason: null,
    async make(s) {
      const { table, booking, allocation_id } = await whole(s);
      const merge_group_id = await s.claim({
        table: randomUUID(),
        booking,
        from: 60,
        to: 120,
        type: 'merge_group',
      });
      await s.assignment({ booking_id: booking, table_id: table, allocation_id, merge_group_id });
      return { merge_group_id };
    },
  },
  {
    check: 'expired-holds',
    name: 'a released hold',
    reason: 'released-hold',
    make: (s) => heldBy(s, { status: 'cancelled' }, {}),
  },
  {
    check: 'expired-holds',
    name: 'a window that expires later than its hold',
    reason: 'window-outlives-hold',
    make: (s) => heldBy(s, { expires_at: minutes(-5) }, {}),
  },
  {
    check: 'expired-holds',
    name: 'a window without its hold',
    reason: 'window-without-hold',
    async make(s) {
      const held = await heldBy(s, {}, {});
      await s.sql`DELETE FROM table_holds WHERE id = ${held.hold_id as string}`;
      return held;
    },
  },
  {
    check: 'expired-holds',
    name: 'a hold that expired with its window',
    reason: null,
    make: (s) => heldBy(s, { expires_at: minutes(-5) }, { expires_at: minutes(-5) }),
  },
  {
    check: 'expired-holds',
    name: 'a hold that goes on',
    reason: null,
    make: (s) => heldBy(s, {}, {}),
  },
];

async function heldBy(
  s: Stage,
  hold: Record<string, unknown>,
  window: Record<string, unknown>,
): Promise<Record<string, string>> {
  const hold_id = await s.hold(hold);
  const times = { start_at: minutes(60), end_at: minutes(120), expires_at: minutes(10) };
  const row = { hold_id, table_id: await s.table(), ...times, ...window };
  await s.sql`INSERT INTO table_hold_windows ${s.sql(row)}`;
  return { hold_id };
}

describe('what contradicts itself is found, and nothing else', () => {
  it.each(cases)('$check, $name: $reason', async ({ check, reason, make }) => {
    const [[column, id] = ['', '']] = Object.entries(await make(stage));
    const result = await stage.look(check);
    const rows = result.rows.filter((row) => row[column] === id);
    expect(rows.map((row) => row.reason)).toEqual(reason === null ? [] : [reason]);
  });

  it.each([...new Set(cases.map(({ check }) => check))])(
    '%s: pasted, its query shows the rows',
    async (check) => {
      const result = await stage.look(check, { limit: 2 });
      expect(result.verdict).toBe('finding');
      const rows = await paste(stage.reference.target.databaseUrl, result.query);
      expect(rows).toHaveLength(result.count);
      // What makes one contradiction may be another one as well.
      const made = cases.filter((each) => each.check === check && each.reason !== null).length;
      expect(result.count).toBeGreaterThanOrEqual(made);
      expect(rows.slice(0, 2).map(({ reason }) => reason)).toEqual(result.rows.map(({ reason }) => reason));
      expect(result.next.length).toBeGreaterThan(0);
    },
  );

  it('mentions what is over, and holds that only lapsed', async () => {
    const assignments = await stage.look('assignments-without-allocation');
    expect(assignments.notes).toEqual(['assignments without an allocation whose window is over: 1']);
    const holds = await stage.look('expired-holds');
    expect(holds.notes.join()).toMatch(/still marked active: 2;/);
  });

  it('takes an exclusion constraint over the windows of holds for a block', async () => {
    const held = await heldBy(stage, { expires_at: minutes(-5) }, { expires_at: minutes(-5) });
    await stage.sql`
      ALTER TABLE table_hold_windows ADD CONSTRAINT held_once
      EXCLUDE USING gist (table_id WITH =, hold_window WITH &&)`;
    try {
      const { rows } = await stage.look('expired-holds');
      expect(rows.find(({ hold_id }) => hold_id === held.hold_id)?.reason).toBe('kept-by-constraint');
    } finally {
      await stage.sql`ALTER TABLE table_hold_windows DROP CONSTRAINT held_once`;
    }
  });
});
