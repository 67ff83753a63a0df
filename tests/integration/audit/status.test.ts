import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { minutes, paste, type Stage, startStage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage?.stop());

/** What is stored, what happened, and what has to be said of it. Instants are minutes from now. */
const cases: {
  name: string;
  make: (stage: Stage) => Promise<string>;
  reason: string | null;
  stored?: string;
  rule?: string;
  late?: number;
}[] = [
  {
    name: 'a window that ended',
    make: async (s) => {
      const table = await s.table('reserved');
      await s.claim({ table, booking: await s.booking(), from: -120, to: -30 });
      return table;
    },
    reason: 'stale-after-end',
    stored: 'reserved',
    rule: 'available',
    late: 30,
  },
  {
    name: 'guests who left when their window ended',
    make: async (s) => {
      const table = await s.table('occupied');
      await s.claim({ table, booking: await s.booking('checked_in', -100), from: -120, to: -45 });
      return table;
    },
    reason: 'stale-after-end',
    stored: 'occupied',
    rule: 'available',
    late: 45,
  },
  {
    name: 'maintenance that ended',
    make: async (s) => {
      const table = await s.table('out_of_service');
      await s.claim({ table, from: -300, to: -60, maintenance: true });
      return table;
    },
    reason: 'stale-after-end',
    stored: 'out_of_service',
    late: 60,
  },
  {
    name: 'maintenance that ended, and a write since',
    make: async (s) => {
      const table = await s.table('out_of_service');
      await s.claim({ table, from: -300, to: -60, maintenance: true });
      await s.claim({ table, booking: await s.booking(), from: 600, to: 700, written: -10 });
      return table;
    },
    reason: 'sticky-status',
    stored: 'out_of_service',
    rule: 'available',
  },
  {
    name: 'guests gone, others sit there, and a write since',
    make: async (s) => {
      const table = await s.table('occupied');
      await s.claim({ table, booking: await s.booking('checked_in', -150), from: -160, to: -60 });
      await s.claim({ table, booking: await s.booking(), from: -30, to: 60, written: -50 });
      return table;
    },
    reason: 'sticky-status',
    stored: 'occupied',
    rule: 'reserved',
  },
  {
    name: 'out of service by hand',
    make: async (s) => {
      const table = await s.table('out_of_service');
      await s.claim({ table, booking: await s.booking(), from: -30, to: 60 });
      return table;
    },
    reason: null,
  },
  {
    name: 'out of service ahead of maintenance',
    make: async (s) => {
      const table = await s.table('out_of_service');
      await s.claim({ table, from: 60, to: 120, maintenance: true });
      return table;
    },
    reason: 'blocked-before-start',
  },
  {
    name: 'a window that began',
    make: async (s) => {
      const table = await s.table();
      await s.claim({ table, booking: await s.booking(), from: -20, to: 60 });
      return table;
    },
    reason: 'stale-after-start',
    stored: 'available',
    rule: 'reserved',
    late: 20,
  },
  {
    name: 'maintenance that began in a reserved window',
    make: async (s) => {
      const table = await s.table('reserved');
      await s.claim({ table, from: -5, to: 60, maintenance: true });
      return table;
    },
    reason: 'stale-after-start',
    rule: 'out_of_service',
    late: 5,
  },
  {
    name: 'an allocation written inside its window',
    make: async (s) => {
      const table = await s.table();
      await s.claim({ table, booking: await s.booking(), from: -20, to: 60, written: -10 });
      return table;
    },
    reason: 'write-not-followed',
    stored: 'available',
    rule: 'reserved',
  },
  {
    name: 'a guest who checked in',
    make: async (s) => {
      const table = await s.table('reserved');
      await s.claim({ table, booking: await s.booking('checked_in', -7), from: -20, to: 60 });
      return table;
    },
    reason: 'check-in-not-followed',
    rule: 'occupied',
    late: 7,
  },
  {
    name: 'guests who left early',
    make: async (s) => {
      const table = await s.table('occupied');
      await s.claim({ table, booking: await s.booking('completed'), from: -20, to: 60 });
      return table;
    },
    reason: 'check-in-not-followed',
    stored: 'occupied',
    rule: 'reserved',
  },
  {
    name: 'guests who checked out when their window ended',
    make: async (s) => {
      const table = await s.table('occupied');
      await s.claim({ table, booking: await s.booking('completed', -100, -40), from: -120, to: -40 });
      return table;
    },
    reason: 'check-in-not-followed',
    stored: 'occupied',
    rule: 'available',
    late: 40,
  },
  {
    name: 'guests who checked out before their window ended',
    make: async (s) => {
      const table = await s.table('reserved');
      await s.claim({ table, booking: await s.booking('completed', -100, -60), from: -120, to: -40 });
      return table;
    },
    reason: 'stale-after-end',
    stored: 'reserved',
    rule: 'available',
    late: 40,
  },
  {
    name: 'guests who checked out, and others to come',
    make: async (s) => {
      const table = await s.table('reserved');
      await s.claim({ table, booking: await s.booking('completed', -100, -39), from: -120, to: -40 });
      await s.claim({ table, booking: await s.booking(), from: 60, to: 120 });
      return table;
    },
    reason: 'blocked-before-start',
  },
  {
    name: 'a window that has not begun',
    make: async (s) => {
      const table = await s.table('reserved');
      await s.claim({ table, booking: await s.booking(), from: 60, to: 120 });
      return table;
    },
    reason: 'blocked-before-start',
    stored: 'reserved',
    rule: 'available',
  },
  {
    name: 'a window that has not begun, written after another ended',
    make: async (s) => {
      const table = await s.table('reserved');
      await s.claim({ table, booking: await s.booking(), from: -120, to: -60 });
      await s.claim({ table, booking: await s.booking(), from: 60, to: 120, written: -30 });
      return table;
    },
    reason: 'blocked-before-start',
  },
  {
    name: 'between two windows, both written long ago',
    make: async (s) => {
      const table = await s.table('reserved');
      await s.claim({ table, booking: await s.booking(), from: -120, to: -60 });
      await s.claim({ table, booking: await s.booking(), from: 60, to: 120 });
      return table;
    },
    reason: 'ended-or-not-begun',
  },
  {
    name: 'a cancelled booking',
    make: async (s) => {
      const table = await s.table('reserved');
      await s.claim({ table, booking: await s.booking('cancelled'), from: -20, to: 60 });
      return table;
    },
    reason: 'cancelled-booking-blocks',
    rule: 'available',
  },
  {
    name: 'a cancelled booking that the status ignores',
    make: async (s) => {
      const table = await s.table();
      await s.claim({ table, booking: await s.booking('no_show'), from: -20, to: 60 });
      return table;
    },
    reason: null,
  },
  { name: 'nothing at all', make: (s) => s.table('reserved'), reason: 'no-allocation' },
  {
    name: 'occupied under another booking than the one that checked in',
    make: async (s) => {
      const table = await s.table('occupied');
      await s.claim({ table, booking: await s.booking(), from: -20, to: 60 });
      return table;
    },
    reason: 'unexplained',
  },
  {
    name: 'a shadow',
    make: async (s) => {
      const table = await s.table();
      await s.claim({ table, booking: await s.booking(), from: -20, to: 60, shadow: true });
      return table;
    },
    reason: null,
  },
  {
    name: 'reserved in its window',
    make: async (s) => {
      const table = await s.table('reserved');
      await s.claim({ table, booking: await s.booking(), from: -20, to: 60 });
      return table;
    },
    reason: null,
  },
];

describe('status-differs', () => {
  it.each(cases)('$name: $reason', async ({ make, reason, stored, rule, late }) => {
    const table = await make(stage);
    const result = await stage.look('status-differs');
    const row = result.rows.find((each) => each.table_id === table);
    expect(row?.reason ?? null).toBe(reason);
    if (stored !== undefined) expect(row?.stored).toBe(stored);
    if (rule !== undefined) expect(row?.rule).toBe(rule);
    // A slow machine may look a minute later.
    if (late !== undefined) {
      expect(row?.minutes_late).toBeGreaterThanOrEqual(late);
      expect(row?.minutes_late).toBeLessThan(late + 5);
    }
  });

  it('is shown by its query, pasted into another session', async () => {
    const result = await stage.look('status-differs', { limit: 3 });
    expect(result.verdict).toBe('finding');
    expect(result.rows).toHaveLength(3);
    const expected = cases.filter(({ reason }) => reason !== null).length;
    expect(result.count).toBe(expected);
    expect(result.looked_at).toEqual({ count: cases.length, of: 'tables' });
    const rows = await paste(stage.reference.target.databaseUrl, result.query);
    expect(rows).toHaveLength(expected);
    expect(rows.slice(0, 3).map(({ table_id }) => table_id)).toEqual(
      result.rows.map(({ table_id }) => table_id),
    );
    for (const { reason, count } of result.reasons) {
      expect(rows.filter((row) => row.reason === reason)).toHaveLength(count);
    }
  });

  it('agrees with the deployed function: what a refresh repairs is no longer there', async () => {
    const before = await stage.look('status-differs');
    await stage.reference.sql`SELECT refresh_table_status(id) FROM table_inventory`;
    const after = await stage.look('status-differs');
    expect(before.count).toBeGreaterThan(5);
    expect(after.rows.map(({ reason }) => reason)).toEqual([
      'cancelled-booking-blocks',
      'cancelled-booking-blocks',
    ]);
  });

  it('says what will be stale at another instant', async () => {
    const table = await stage.table('reserved');
    await stage.claim({ table, booking: await stage.booking(), from: -20, to: 60 });
    const at = new Date(minutes(90));
    const later = await stage.look('status-differs', { at });
    expect(later.rows.find((row) => row.table_id === table)).toMatchObject({
      reason: 'stale-after-end',
      minutes_late: 30,
    });
    expect(await paste(stage.reference.target.databaseUrl, later.query)).toHaveLength(later.count);
  });

  it('does without the columns that tell when something was written', async () => {
    await stage.sql`ALTER TABLE allocations RENAME created_at TO made_at`;
    try {
      const table = await stage.table('out_of_service');
      await stage.sql`
        INSERT INTO allocations (restaurant_id, resource_type, resource_id, "window", is_maintenance)
        VALUES (${stage.world.restaurantId}, 'table', ${table}, tstzrange(now() - interval '2 hours', now() - interval '1 hour'), true)`;
      const result = await stage.look('status-differs');
      expect(result.rows.find((row) => row.table_id === table)?.reason).toBe('stale-after-end');
    } finally {
      await stage.sql`ALTER TABLE allocations RENAME made_at TO created_at`;
    }
  });
});
