import postgres from 'postgres';
import { afterEach, describe, expect, it } from 'vitest';
import type { CaseDefinition } from '../../../contracts/explore-case.ts';
import type { CaseResult, ExploreFinding } from '../../../contracts/explore-result.ts';
import { standardCases, tellingCases } from '../../../explore/cases/standard.ts';
import { describeOutcome } from '../../../explore/judge/outcome.ts';
import { following, scheduleOf } from '../../../explore/scheduler/schedule.ts';
import { applyBroken } from '../../../reference/broken.ts';
import { sampled } from '../proof.ts';
import { type Explored, openExplored, standardCase, startTarget } from './explored.ts';

const whole = process.env.TABLE_STRESS_PROOF === 'all';
const pairs = standardCases.filter(({ calls }) => calls.length === 2);
const variants = [
  { id: 'no-lock-no-constraint', promise: 'no-double-booking' },
  { id: 'caller-order-locks', promise: 'progress' },
  { id: 'upgrade-lock-on-restaurant', promise: 'progress' },
  { id: 'shared-table-locks', promise: 'progress' },
];

let explored: Explored | null = null;

afterEach(async () => {
  await explored?.close();
  await explored?.target.stop();
  explored = null;
});

async function open(broken: string | null): Promise<Explored> {
  const target = await startTarget();
  if (broken !== null) {
    const sql = postgres(target.databaseUrl, { max: 1, onnotice: () => {} });
    await applyBroken(sql, broken);
    await sql.end();
  }
  explored = await openExplored(target);
  return explored;
}

interface Found {
  definition: CaseDefinition;
  finding: ExploreFinding;
  ms: number;
}

/** Explores all cases bound by bound, as the command does, until one breaks the promise. */
async function untilFound(on: Explored, promise: string): Promise<Found | null> {
  const begun = performance.now();
  const open = pairs.map((definition) => ({ definition, explorer: on.explorer(definition) }));
  for (const bound of [0, 1, 2]) {
    for (const { definition, explorer } of open) {
      await explorer.advance(bound, 60_000);
      const finding = explorer.result().findings.find((each) => each.promise === promise);
      if (finding) return { definition, finding, ms: performance.now() - begun };
    }
  }
  return null;
}

describe('broken variants whose defect only concurrency shows', () => {
  it.each(sampled(variants, 2))(
    '$id is found, and its schedule breaks $promise again',
    async ({ id, promise }) => {
      const on = await open(id);
      const found = await untilFound(on, promise);
      expect(found).not.toBeNull();
      const { definition, finding, ms } = found as Found;
      expect(finding.preemptions).toBeLessThanOrEqual(2);
      if (whole) expect(ms).toBeLessThan(60_000);
      process.stderr.write(
        `${id}: ${definition.name}, schedule ${finding.at_schedule}, ${finding.preemptions} preemptions, ${(ms / 1000).toFixed(1)} s\n`,
      );
      for (let time = 0; time < (whole ? 50 : 5); time += 1) {
        const outcome = await on.workbench.run(definition, following(finding.schedule), 10_000);
        expect(scheduleOf(outcome.trace)).toEqual(finding.schedule);
        expect(describeOutcome(outcome)).toBe(finding.outcome);
      }
    },
  );
});

describe('the correct application', () => {
  const cases = whole ? pairs : tellingCases.map(standardCase);
  const bound = whole ? 2 : 1;

  it(`keeps every promise in all schedules with up to ${bound} preemptions`, async () => {
    const on = await open(null);
    const results: CaseResult[] = [];
    for (const definition of cases) {
      const { result } = await on.explore(definition, { preemptions: bound, budget: 300_000 });
      results.push(result);
    }
    for (const { name, verdict, claim, findings, notes } of results) {
      expect({ name, verdict, findings, notes }).toEqual({ name, verdict: 'pass', findings: [], notes: [] });
      expect(claim.kind === 'all' || (claim.kind === 'bounded' && claim.preemptions >= bound)).toBe(true);
    }
    const ms = results.reduce((sum, result) => sum + result.ms, 0);
    const schedules = results.reduce((sum, result) => sum + result.schedules, 0);
    process.stderr.write(`${results.length} cases, ${schedules} schedules, ${(ms / 1000).toFixed(1)} s\n`);
    if (whole) expect(ms).toBeLessThan(300_000);
  }, 900_000);
});
