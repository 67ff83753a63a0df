import { usualScenarioNames } from '../../../contracts/thresholds.ts';
import { invariantIds } from '../../../contracts/verdict.ts';
import type { Operation } from '../../../history/operation.ts';
import { randomStream } from '../../../plan/random.ts';
import type { ReportData } from '../../../report/report-data.ts';
import { call, fixtureData, result, violation } from './fixture.ts';

const functions = ['assign', 'unassign', 'hold', 'release', 'confirm', 'transition', 'refresh'] as const;
const classes = ['ok', 'conflict', 'refusal', 'transient', 'overload', 'connection'] as const;

/** Calls of one scenario of the standard profile, the largest of which makes some 7000. */
const CALLS = 8000;

/** A history as long as that of a standard run, of uneven latencies, and a verdict in which every promise is broken. */
export function largeRun(): Pick<ReportData, 'history' | 'verdict'> {
  const random = randomStream(3, 'report');
  const data = fixtureData();
  const operations = usualScenarioNames.flatMap((scenario) =>
    Array.from({ length: CALLS }, (_, index): Operation => {
      const start = index * 7 + random.integer(0, 6);
      const f = functions[random.integer(0, 9)] ?? 'assign';
      const base = call(
        scenario,
        index % 24,
        index,
        start,
        start + 10 ** random.integer(0, 3) * random.integer(1, 9),
      );
      const result = random.pick(classes);
      return {
        ...base,
        f,
        class: result,
        type: result === 'ok' ? 'ok' : 'fail',
        round: { round: Math.floor(index / 24), slot: 'all', scheduled: 0 },
      } as Operation;
    }),
  );
  const anchors = new Map(
    usualScenarioNames.map((scenario, index) => [
      scenario,
      {
        v: 1,
        anchor: true,
        run: data.verdict.run,
        runner: scenario,
        wall_ms: index * 1e6,
        error_ms: 0.01,
      } as const,
    ]),
  );
  const { steps, rows, ...rest } = violation(operations.filter(({ f }) => f === 'assign').slice(0, 60));
  const long = 'what was found there is told at length. '.repeat(60);
  const broken = {
    ...rest,
    steps: Array.from(
      { length: 60 },
      (_, index) => ({ ...steps[index % 2], text: long }) as (typeof steps)[number],
    ),
    rows: Array.from({ length: 20 }, () => ({ ...rows[0], long: long.repeat(3) })),
  };
  const invariants = invariantIds.map((id) => ({
    ...result(id, 'fail'),
    violation_count: 4000,
    violations: Array.from({ length: 20 }, () => broken),
  }));
  return {
    history: { operations, anchors, incomplete: new Map(), warnings: [] },
    verdict: { ...data.verdict, invariants, not_covered: [] },
  };
}
