import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { applyBroken, listBroken } from '../../../reference/broken.ts';
import { sampled } from '../proof.ts';
import { setStatus } from '../reference/calls.ts';
import { type Reference, type ReferenceCopies, startReferenceCopies } from '../reference/database.ts';
import { makeWorld } from '../reference/world.ts';
import { live } from './live.ts';
import { lookAt } from './stage.ts';

/**
 * What the audit finds once the application has worked with the defect for a while: `check reason`. The others leave
 * nothing behind that contradicts itself; they show in answers, or under contention.
 */
const left: Record<string, string[]> = {
  'advisory-lock-only': ['missing-exclusion-constraint missing'],
  'cancelled-keeps-tables': ['status-differs cancelled-booking-blocks', 'claims-of-ended-bookings cancelled'],
  'check-in-old-snapshot': ['missing-exclusion-constraint missing'],
  'closed-upper-bound': ['status-differs check-in-not-followed'],
  'constraint-on-shadows': ['missing-exclusion-constraint condition-not-read'],
  'constraint-on-start': ['missing-exclusion-constraint missing'],
  'constraint-within-booking': ['missing-exclusion-constraint weakened'],
  'counts-cancelled': ['status-differs cancelled-booking-blocks', 'claims-of-ended-bookings cancelled'],
  'legacy-refresh': ['status-differs blocked-before-start'],
  'lock-after-check': ['missing-exclusion-constraint missing'],
  'lock-on-customer': ['missing-exclusion-constraint missing'],
  'move-keeps-allocation': ['assignments-without-allocation another-window'],
  'no-lock-no-constraint': ['missing-exclusion-constraint missing'],
  'orphan-merge-group': ['empty-merge-groups empty'],
  'partial-merge': ['allocations-without-assignment no-assignment'],
  'release-keeps-hold': ['expired-holds released-hold'],
  'shared-table-locks': ['lock-upgrades share-then-stronger'],
  'stale-refresh': ['status-differs check-in-not-followed'],
  'status-never-refreshed': ['status-differs write-not-followed'],
  'takes-a-neighbour-too': ['allocations-without-assignment no-assignment'],
  'unassign-leaves-allocation': [
    'status-differs cancelled-booking-blocks',
    'claims-of-ended-bookings cancelled',
    'allocations-without-assignment no-assignment',
  ],
  'upgrade-lock-on-restaurant': ['lock-upgrades foreign-key-then-for-update', 'excessive-locks for-update'],
  'write-skew-over-holds': ['missing-exclusion-constraint missing'],
};

const variants = await listBroken();

describe('what a broken application leaves behind', () => {
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

  it.each(sampled(variants, 24))('$id', async ({ id }) => {
    const { sql, target } = reference;
    await applyBroken(sql, id);
    const world = await makeWorld(sql);
    await live({ sql, world, setTo: (booking, status) => setStatus(sql, booking, status), tolerant: true });
    const { checks } = await lookAt(target.databaseUrl);
    const found = checks.flatMap((check) => check.reasons.map(({ reason }) => `${check.id} ${reason}`));
    expect(found).toEqual(left[id] ?? []);
  });

  it('every defect that is named above exists', () => {
    const ids = variants.map(({ id }) => id);
    expect(Object.keys(left).filter((id) => !ids.includes(id))).toEqual([]);
  });
});
