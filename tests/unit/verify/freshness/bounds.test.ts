import { describe, expect, it } from 'vitest';
import { Effects } from '../../../../verify/effects.ts';
import { measureFreshness } from '../../../../verify/freshness/freshness.ts';
import { HoldClaims } from '../../../../verify/holds.ts';
import { judge } from '../../../../verify/invariant.ts';
import { statusFresh } from '../../../../verify/invariants/status-fresh.ts';
import type { RunData } from '../../../../verify/run-data.ts';
import { simulateTable } from './simulated-table.ts';

const ROUNDS = 400;
const LIMIT = 2000;

/** The verdict of status-fresh alone: the other checks would take most of the time. */
function verdictOf(run: RunData): string {
  const effects = new Effects(run);
  return judge(statusFresh, {
    run,
    effects,
    holds: new HoldClaims(run, effects.time),
    orders: null,
    repro: '',
  }).verdict;
}

describe('a right refresh, however busy the machine', () => {
  it(`never breaks status-fresh in ${ROUNDS} seeded rounds, and true staleness lies within the bounds`, () => {
    const verdicts = new Map<string, number>();
    let narrow = 0;
    for (let seed = 0; seed < ROUNDS; seed += 1) {
      const { run, script, truth } = simulateTable(seed, 0);
      const verdict = verdictOf(run);
      expect(verdict, `seed ${seed}:\n${script}`).not.toBe('fail');
      verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
      for (const { direction, least_ms, most_ms } of measureFreshness(run, new Effects(run))?.measured ??
        []) {
        const stale = direction === 'free too long' ? truth.start : truth.end;
        const where = `seed ${seed}, ${direction}: ${least_ms} to ${most_ms}, truth ${stale}\n${script}`;
        if (stale !== null) expect(stale, where).toBeGreaterThanOrEqual(least_ms);
        if (most_ms === null) continue;
        expect(stale, where).not.toBeNull();
        expect(stale, where).toBeLessThanOrEqual(most_ms);
        if (most_ms - least_ms < 100) narrow += 1;
      }
    }
    // A check that never decides would keep the promises above as well.
    expect(verdicts.get('pass')).toBeGreaterThan(ROUNDS / 4);
    expect(verdicts.get('unknown')).toBeGreaterThan(ROUNDS / 20);
    expect(narrow).toBeGreaterThan(ROUNDS / 4);
  });
});

describe('a refresh that follows the windows three seconds late', () => {
  it('never passes, and fails wherever reads show it beyond the limit', () => {
    let failed = 0;
    for (let seed = 0; seed < ROUNDS; seed += 1) {
      const { run, script } = simulateTable(seed, 3000);
      const verdict = verdictOf(run);
      expect(verdict, `seed ${seed}:\n${script}`).not.toBe('pass');
      if (verdict === 'fail') failed += 1;
      const { operations } = run.history;
      const shown = operations.some(
        (read) =>
          read.f === 'status' &&
          JSON.stringify(read.value).includes('reserved') &&
          read.t0 > (120_000 + LIMIT) * 1e6 &&
          operations.some(({ f, t0, t1 }) => f === 'refresh' && t0 > 120_000e6 && t1 < read.t0),
      );
      if (shown) expect(verdict, `seed ${seed}:\n${script}`).toBe('fail');
    }
    expect(failed).toBeGreaterThan(ROUNDS / 4);
  });
});
