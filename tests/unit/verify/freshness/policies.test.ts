import { describe, expect, it } from 'vitest';
import type { RefreshPolicy } from '../../../../contracts/thresholds.ts';
import { judgeRun, resultOf } from '../../../../verify/verify.ts';
import { parseRun } from '../script.ts';

/** The same course under each policy: nobody refreshes t1, each reader of t2 does, a job refreshes t3. */
const script = `
watch t1 none
watch t2 on-read
watch t3 every
p1 0..10 assign b1 t1 @60-120 -> ok
p2 0..10 assign b2 t2 @60-120 -> ok
p3 0..10 assign b3 t3 @60-120 -> ok
p1 59000..59010 status t1=available
p1 63000..63010 status t1=available
p1 90000..90010 transition b1 checked_in -> ok
p1 119000..119010 status t1=occupied
p1 123000..123010 status t1=occupied
p2 59000..59010 status t2=available
p2 61000..61010 refresh t2
p2 61020..61030 status t2=reserved
p2 119000..119010 status t2=reserved
p2 121000..121010 refresh t2
p2 121020..121030 status t2=available
p3 59000..59010 status t3=available
p9 60500..60510 refresh t3
p3 61020..61030 status t3=reserved
p3 119000..119010 status t3=reserved
p9 120500..120510 refresh t3
p3 121020..121030 status t3=available
`;

function judged(policy: RefreshPolicy, change: (run: ReturnType<typeof parseRun>) => void = () => {}) {
  const run = parseRun(script);
  if (run.thresholds) run.thresholds.freshness = { policy, max_stale_ms: 2000 };
  change(run);
  return resultOf(judgeRun(run), 'status-fresh');
}

describe('the chosen policy is judged, and no other', () => {
  it('every: the job was in time', () => {
    expect(judged('every')).toMatchObject({ verdict: 'pass', checked: { count: 2 } });
    expect(judged('every')?.summary).toBe(
      'a refresh every 1 s: at most 510 ms stale at 2 boundaries (limit 2 s); without: 2 of 2 last',
    );
  });

  it('on-read: nobody read in between', () => {
    expect(judged('on-read')?.summary).toContain('a refresh before each read: at most 1.01 s stale');
  });

  it('none: a status that nobody refreshes stays stale, and no load generator is to blame', () => {
    const result = judged('none');
    expect(result).toMatchObject({ verdict: 'fail', violation_count: 2 });
    expect(result?.violations[1]?.title).toBe(
      'without a refresh, table hot-table/1 was still occupied 3 s after its window ended; the limit is 2 s',
    );
  });
});

describe('nothing is judged', () => {
  it('without thresholds', () => {
    const result = judged('every', (run) => {
      run.thresholds = null;
    });
    expect(result).toMatchObject({ verdict: 'unknown', summary: 'the manifest holds no thresholds' });
  });

  it("without the database's clock, which the API alone does not show", () => {
    const result = judged('every', (run) => {
      run.manifest.database_clock = null;
    });
    expect(result).toMatchObject({
      verdict: 'unknown',
      summary: "the database's clock is not known, so boundaries have no place",
    });
  });

  it('where a ceiling made the job slower than was chosen', () => {
    const slower = (run: ReturnType<typeof parseRun>): void => {
      const plan = run.plan.scenarios['window-boundary'];
      if (plan) plan.settings = { ...plan.settings, refresh_every_ms: 2500 };
    };
    expect(judged('every', slower)).toMatchObject({
      verdict: 'unknown',
      summary: 'below the ceiling the job refreshes every 2.5 s, not every 1 s',
    });
    expect(judged('on-read', slower)?.verdict).toBe('pass');
  });
});
