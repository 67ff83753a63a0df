import { describe, expect, it } from 'vitest';
import type { ExploreResult } from '../../../contracts/explore-result.ts';
import type { InvariantResult } from '../../../contracts/verdict.ts';
import { exploreWarnings, isExplored, summariseExplored, withExplored } from '../../../verify/explored.ts';
import { invariants } from '../../../verify/verify.ts';
import { fixtureExplored } from '../report/fixture.ts';

const result = (id: InvariantResult['id'], verdict: InvariantResult['verdict'], violations = 0) =>
  ({
    id,
    promise: `promise of ${id}`,
    verdict,
    checked: { count: 7, of: 'calls' },
    summary: `what the load showed of ${id}`,
    violation_count: violations,
    violations: Array.from({ length: Math.min(10, violations) }, (_, index) => ({
      title: `violation ${index + 1} of the load`,
      steps: [{ at: null, operation: null, text: 'a step' }],
      operations: [],
      rows: [],
      repro: 'npm run stress -- run',
    })),
  }) satisfies InvariantResult;

const explored = fixtureExplored();
const [first] = explored.cases;
const finding = first?.findings[0];
if (!first || !finding) throw new Error('the fixture has no finding');

function withPromise(promise: string): ExploreResult {
  return { ...explored, cases: [{ ...first, findings: [{ ...finding, promise }] }] } as ExploreResult;
}

describe('what an interleaving broke', () => {
  it('breaks its promise, also where the load showed nothing', () => {
    const [broken, other] = withExplored(
      [result('no-double-booking', 'pass'), result('linked', 'pass')],
      explored,
      invariants,
    );
    expect(broken).toMatchObject({ id: 'no-double-booking', verdict: 'fail', violation_count: 1 });
    expect(broken?.violations[0]?.repro).toBe(finding.command);
    expect(broken?.violations[0]?.title).toContain('interleaving of assign-same-table with 1 preemption,');
    expect(broken?.violations[0]?.steps.map(({ text }) => text.slice(0, 20))).toContain(
      'session 2 interrupts',
    );
    expect(other).toMatchObject({ id: 'linked', verdict: 'pass' });
  });

  it('stands behind what the load showed, and is kept', () => {
    const [broken] = withExplored([result('no-double-booking', 'fail', 12)], explored, invariants);
    expect(broken?.summary).toBe('what the load showed of no-double-booking');
    expect(broken?.violation_count).toBe(13);
    expect(broken?.violations).toHaveLength(10);
    expect(isExplored(explored, broken?.violations[9] ?? { repro: '' })).toBe(true);
    expect(isExplored(explored, broken?.violations[0] ?? { repro: '' })).toBe(false);
  });

  it('makes a promise count that the scenarios of the run do not provoke', () => {
    const results = withExplored([result('linked', 'pass')], withPromise('progress'), invariants);
    expect(results.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['linked', 'pass'],
      ['progress', 'fail'],
    ]);
  });
});

describe('an exploration that did not come to its end', () => {
  it('leaves the promises as they were', () => {
    const results = [result('no-double-booking', 'pass')];
    const skipped: ExploreResult = { ...explored, verdict: 'unknown', cases: [], skipped: 'no database' };
    for (const each of [null, skipped, withPromise('deadline')]) {
      expect(withExplored(results, each, invariants)).toEqual(results);
    }
    expect(summariseExplored(skipped)).toMatchObject({
      verdict: 'unknown',
      summary: 'not observed: no database',
    });
    expect(exploreWarnings(skipped)).toEqual(['interleavings were not explored: no database']);
  });

  it('says so where one schedule was stuck', () => {
    expect(summariseExplored(withPromise('deadline'))?.cases[0]).toMatchObject({ verdict: 'unknown' });
    expect(exploreWarnings(withPromise('deadline')).join('\n')).toContain('assign-same-table: deadline: ');
  });
});

it('claims what holds, case by case', () => {
  expect(summariseExplored(null)).toBeNull();
  expect(summariseExplored(explored)).toMatchObject({
    verdict: 'fail',
    summary:
      'assign-same-table: a promise breaks with 1 preemption (3 schedules); assign-swapped-sets: all up to 2 preemptions (174 schedules)',
  });
});
