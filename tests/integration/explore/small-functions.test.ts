import { readFile } from 'node:fs/promises';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caseDefinitionSchema } from '../../../contracts/explore-case.ts';
import { following, scheduleOf } from '../../../explore/scheduler/schedule.ts';
import { type Explored, openExplored, pair, startTarget } from './explored.ts';

let explored: Explored;

beforeAll(async () => {
  const target = await startTarget();
  const sql = postgres(target.databaseUrl, { max: 1 });
  await sql.unsafe(await readFile(new URL('./small-functions.sql', import.meta.url), 'utf8'));
  await sql.end();
  explored = await openExplored(target);
});

afterAll(async () => {
  await explored?.close();
  await explored?.target.stop();
});

const everything = { preemptions: Number.POSITIVE_INFINITY, keepGoing: true, budget: 600_000 };
const unlocked = pair('claim-unlocked', "claim_unlocked('{table t1}')", "claim_unlocked('{table t1}')");
const locked = pair('claim-locked', "claim_locked('{table t1}')", "claim_locked('{table t1}')");
const opposite = pair(
  'touch-both',
  "touch_both('{table t1}', '{table t2}')",
  "touch_both('{table t2}', '{table t1}')",
);

describe('small functions on the real database', () => {
  it('a check and an insert: as many schedules as there are orders of the steps', async () => {
    const both = await explored.workbench.run(unlocked, following([{ session: 0, until: 2 }]), 10_000);
    const [first = 0, second = 0] = both.trace.calls.map(({ steps }) => steps);
    // The begin, the check, the insert, the commit; the second one finds the claim of the first and inserts nothing.
    expect([first, second]).toEqual([4, 3]);
    const { result, outcomes } = await explored.explore(unlocked, { ...everything, reduce: false });
    expect(result.claim).toEqual({ kind: 'all' });
    // Whoever checks after the other committed takes a step less: all orders of four and four steps, less those in
    // which one call ends before the other checks, which then has three.
    let orders = 0;
    // Begin and check of the later one behind the commit, or only its check.
    for (const steps of orderings(4, 4)) if (!checksAfterCommit(steps)) orders += 1;
    for (const steps of orderings(4, 3)) if (checksAfterCommit(steps)) orders += 1;
    for (const steps of orderings(3, 4)) if (checksAfterCommit(steps)) orders += 1;
    expect(result.schedules).toBe(orders);
    expect([...outcomes.keys()].map((text) => JSON.parse(text).answers)).toContainEqual([
      'ok true',
      'ok true',
    ]);
  });

  it.each([
    ['an unlocked check', unlocked],
    ['a locked check', locked],
    ['two rows in opposite orders', opposite],
  ])('%s: reduction loses no outcome', async (_, definition) => {
    const whole = await explored.explore(definition, { ...everything, reduce: false });
    const reduced = await explored.explore(definition, everything);
    expect(whole.result.claim).toEqual({ kind: 'all' });
    expect(reduced.result.claim).toEqual({ kind: 'all' });
    expect([...reduced.outcomes.keys()].sort()).toEqual([...whole.outcomes.keys()].sort());
    expect(reduced.result.schedules).toBeLessThan(whole.result.schedules);
  });

  it('the locked check never lets both have it', async () => {
    const { outcomes } = await explored.explore(locked, everything);
    const answers = [...outcomes.keys()].map((text) => JSON.parse(text).answers.sort());
    expect(answers).toEqual(
      [
        ['ok false', 'ok true'],
        ['ok false', 'ok true'],
      ].slice(0, answers.length),
    );
  });

  it('a deadlock is an answer, and breaks progress', async () => {
    const { result } = await explored.explore(opposite);
    expect(result.findings.map(({ promise }) => promise)).toEqual(['progress']);
    expect(result.findings[0]?.title).toContain('40P01');
    expect(result.findings[0]?.preemptions).toBe(1);
  });

  it('a rolled back block does not set the count of steps back', async () => {
    const call = "claim_after_failure('{table t1}')";
    const { trace } = await explored.workbench.run(
      pair('claim-after-failure', call, call),
      following([
        { session: 0, until: 3 },
        { session: 1, until: 4 },
      ]),
      10_000,
    );
    expect(trace.stuck).toBeNull();
    expect(scheduleOf(trace)).toEqual([
      { session: 0, until: 3 },
      { session: 1, until: null },
      { session: 0, until: null },
    ]);
  });

  it('a schedule that cannot come to its end is cut', async () => {
    const holder = postgres(explored.target.databaseUrl, { max: 1 });
    try {
      await holder`select pg_advisory_lock(77)`;
      const { result } = await explored.explore(
        pair('waits', 'wait_for_lock_of_nobody()', 'wait_for_lock_of_nobody()'),
        { deadline: 300, preemptions: 0 },
      );
      expect(result.findings.map(({ promise }) => promise)).toEqual(['deadline']);
    } finally {
      await holder.end();
    }
    // The sessions are good for more.
    const { result } = await explored.explore(locked, { preemptions: 0 });
    expect(result.claim).toEqual({ kind: 'bounded', preemptions: 0 });
  });

  it('samples no more than it is allowed to, and claims no more', async () => {
    const { result } = await explored.explore(locked, { preemptions: -1, samples: 5 });
    expect(result).toMatchObject({ claim: { kind: 'sampled' }, schedules: 5, sampled: 5 });
  });

  it('runs three calls', async () => {
    const call = { sql: "select to_json(claim_locked('{table t1}')) as body" };
    const definition = caseDefinitionSchema.parse({
      ...locked,
      name: 'claim-locked-three',
      calls: [call, call, call],
    });
    const { outcomes } = await explored.explore(definition, { preemptions: 1 });
    for (const text of outcomes.keys()) {
      expect(JSON.parse(text).answers.filter((answer: string) => answer === 'ok true')).toHaveLength(1);
    }
  });
});

/** All orders of a's and b's steps: for each position whose step it is. */
function orderings(a: number, b: number): number[][] {
  if (a === 0) return [Array.from({ length: b }, () => 1)];
  if (b === 0) return [Array.from({ length: a }, () => 0)];
  return [
    ...orderings(a - 1, b).map((rest) => [0, ...rest]),
    ...orderings(a, b - 1).map((rest) => [1, ...rest]),
  ];
}

/** Whether one's check, its second step, comes behind the other's fourth. */
function checksAfterCommit(steps: readonly number[]): boolean {
  const at = (who: number, nth: number): number => {
    let seen = 0;
    return steps.findIndex((each) => each === who && ++seen === nth);
  };
  return [0, 1].some((who) => {
    const commit = at(1 - who, 4);
    return commit >= 0 && at(who, 2) > commit;
  });
}
