import { expect, it } from 'vitest';
import { ExitCode } from '../../../contracts/errors.ts';
import type { FaultEvent } from '../../../contracts/faults.ts';
import { judgeRun } from '../../../verify/verify.ts';
import { parseRun } from './script.ts';
import { scriptOf, simulate } from './simulate.ts';

const CROSSED = 'assign_duration: p(95)<3000';

/** A run that is right, but slow in one scenario. */
function slowRun(faults: Partial<FaultEvent>[]) {
  const run = parseRun(scriptOf(simulate(1)));
  const runs = run.manifest.runs.map((each) =>
    each.scenario === 'hot-table' ? { ...each, thresholds_crossed: [CROSSED] } : each,
  );
  return { ...run, manifest: { ...run.manifest, runs }, faults: faults as FaultEvent[] };
}

const pause = { scenario: 'hot-table', kind: 'pause', began_at: '2026-06-01T08:00:00.000Z' } as const;

it('a crossed threshold is the exit code of a run that keeps its promises', () => {
  const { thresholds_crossed, warnings, exit_code, verdict } = judgeRun(slowRun([]));
  expect(thresholds_crossed).toEqual([CROSSED]);
  expect(exit_code).toBe(verdict === 'fail' ? ExitCode.fail : ExitCode.thresholds);
  expect(warnings.join('\n')).not.toContain(CROSSED);
});

it('does not count where faults were injected, and is told', () => {
  const { thresholds_crossed, warnings, exit_code } = judgeRun(slowRun([pause]));
  expect(thresholds_crossed).toEqual([]);
  expect(exit_code).not.toBe(ExitCode.thresholds);
  expect(warnings).toContain(`hot-table crossed ${CROSSED}, which does not count under faults`);
});

it('counts where the faults hit another scenario, or could not be injected', () => {
  for (const event of [
    { ...pause, scenario: 'smoke' as const },
    { ...pause, began_at: null },
  ]) {
    expect(judgeRun(slowRun([event])).thresholds_crossed).toEqual([CROSSED]);
  }
});
