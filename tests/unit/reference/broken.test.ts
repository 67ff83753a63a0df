import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../contracts/errors.ts';
import { listBroken, loadBroken, parseHeader } from '../../../reference/broken.ts';

const header =
  '-- id: a-b\n-- category: errors\n-- defect: It is wrong.\n-- expect: linked\n-- scenario: smoke\n\nSELECT 1;\n';

describe('listBroken', () => {
  it('reads every header', async () => {
    const variants = await listBroken();
    expect(variants.map((one) => `${one.id}: ${one.scenario} -> ${one.expect}`)).toMatchInlineSnapshot(`
      [
        "acked-before-durable: hot-table -> acked-is-durable",
        "acked-not-written: smoke -> acked-is-durable",
        "advisory-lock-only: hot-table -> no-double-booking",
        "answer-has-other-table: smoke -> linked",
        "answer-has-other-window: smoke -> linked",
        "answer-misses-tables: merge -> linked",
        "caller-order-locks: hot-table -> progress",
        "cancelled-keeps-tables: churn -> acked-is-durable",
        "check-in-old-snapshot: hot-table -> no-double-booking",
        "closed-upper-bound: window-boundary -> status-rule",
        "confirm-not-written: holds -> acked-is-durable",
        "conflict-as-internal-error: smoke -> mapped-errors",
        "conflict-as-refusal: smoke -> mapped-errors",
        "conflict-without-cause: hot-table -> justified-rejection",
        "constraint-deferred: hot-table -> mapped-errors",
        "constraint-on-shadows: hot-table -> no-double-booking",
        "constraint-on-start: hot-table -> no-double-booking",
        "constraint-within-booking: hot-table -> no-double-booking",
        "counts-cancelled: window-boundary -> status-rule",
        "counts-shadows: window-boundary -> status-rule",
        "everything-fails: smoke -> mapped-errors",
        "exception-swallowed: hot-table -> acked-is-durable",
        "first-hold-only: holds -> linearizable",
        "hold-ignored: holds -> linearizable",
        "hold-never-expires: holds -> justified-rejection",
        "key-ignored: idempotency -> idempotent-replay",
        "key-ignores-tables: idempotency -> idempotent-replay",
        "ledger-forgets-tables: idempotency -> idempotent-replay",
        "legacy-refresh: window-boundary -> status-rule",
        "lock-after-check: hot-table -> no-double-booking",
        "lock-on-customer: hot-table -> no-double-booking",
        "lost-window-update: idempotency -> acked-is-durable",
        "merge-group-of-first-table: merge -> atomic-merge",
        "merge-skips-taken-tables: merge -> atomic-merge",
        "merge-without-group: merge -> atomic-merge",
        "move-keeps-allocation: smoke -> linked",
        "no-lock-no-constraint: hot-table -> no-double-booking",
        "one-global-lock: rush -> progress",
        "orphan-merge-group: merge -> atomic-merge",
        "partial-merge: merge -> atomic-merge",
        "raw-conflict-codes: hot-table -> mapped-errors",
        "release-frees-others: churn -> linearizable",
        "release-keeps-hold: holds -> justified-rejection",
        "replay-after-undo: idempotency -> idempotent-replay",
        "replay-answers-nothing: idempotency -> idempotent-replay",
        "reused-key-as-conflict: idempotency -> justified-rejection",
        "shared-table-locks: hot-table -> progress",
        "shifted-by-utc-offset: window-boundary -> status-rule",
        "sleep-under-lock: hot-table -> progress",
        "stale-refresh: window-boundary -> status-fresh",
        "status-never-refreshed: window-boundary -> status-rule",
        "sticky-occupied: window-boundary -> status-rule",
        "sticky-out-of-service: window-boundary -> status-rule",
        "takes-a-neighbour-too: smoke -> no-phantom",
        "unassign-leaves-allocation: smoke -> linked",
        "unknown-booking-as-conflict: smoke -> mapped-errors",
        "unlogged-assignments: hot-table -> acked-is-durable",
        "upgrade-lock-on-restaurant: churn -> progress",
        "window-moved-by-an-hour: smoke -> acked-is-durable",
        "write-skew-over-holds: hot-table -> no-double-booking",
      ]
    `);
  });
});

describe('loadBroken', () => {
  it('puts the helper before the patch', async () => {
    const { sql } = await loadBroken('legacy-refresh');
    expect(sql.indexOf('FUNCTION pg_temp.replace_in_function')).toBeGreaterThan(0);
    expect(sql.indexOf('SELECT pg_temp.replace_in_function')).toBeGreaterThan(
      sql.indexOf('CREATE OR REPLACE'),
    );
  });

  it('names the known ids', async () => {
    const error = await loadBroken('../broken/legacy-refresh').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as UsageError).fixes[0]).toMatch(/\backed-not-written, .*\bcaller-order-locks\b/);
  });
});

describe('parseHeader', () => {
  it('stops at the first line that is no field', () => {
    expect(parseHeader('a-b', `${header}-- id: later\n`)).toEqual({
      id: 'a-b',
      category: 'errors',
      defect: 'It is wrong.',
      expect: 'linked',
      scenario: 'smoke',
    });
  });

  it.each([
    ['no header', 'SELECT 1;', /id/],
    ['a missing field', header.replace(/-- expect.*\n/, ''), /expect/],
    ['an unknown invariant', header.replace('linked', 'liked'), /expect/],
    ['an unknown scenario', header.replace('smoke', 'fire'), /scenario/],
    ['an unknown field', header.replace('-- scenario', '-- note: x\n-- scenario'), /note/],
    ['a field twice', header.replace('-- defect', '-- id: b\n-- defect'), /id is given twice/],
    ['half a sentence', header.replace('wrong.', 'wrong'), /defect/],
    ['the id of another file', header.replace('a-b', 'b-a'), /says id b-a/],
  ])('refuses %s', (_, text, message) => {
    expect(() => parseHeader('a-b', text)).toThrow(message);
    expect(() => parseHeader('a-b', text)).toThrow(UsageError);
  });
});
