import { type CaseResult, EXPLORE_VERSION, type ExploreResult } from '../../contracts/explore-result.ts';
import { mergeVerdicts } from '../../contracts/verdict.ts';
import { describeClaim } from '../../explore/describe-claim.ts';
import { CaseExplorer } from '../../explore/explore-case.ts';
import { measureDatabaseClock } from '../../observe/database-clock.ts';
import type { CopyContext, InstrumentedCopy } from './instrumented-copy.ts';

/** Explores every case that was asked for, one after the other, within the time for all of them. */
export async function exploreCases(
  context: CopyContext,
  { workbench, reader, fingerprint }: InstrumentedCopy,
  command: readonly string[],
): Promise<ExploreResult> {
  const { database, request, anchor, reporter, signal } = context;
  const started = performance.now();
  const judgeContext = { run: request.tag, databaseClock: await measureDatabaseClock(database.sql) };
  const results: CaseResult[] = [];
  const notes = [...workbench.notes];
  for (const [index, definition] of request.cases.entries()) {
    const missing = workbench.missing(definition);
    if (missing !== null) {
      notes.push(`case ${definition.name} was left out: ${missing}`);
      continue;
    }
    if (signal.aborted) {
      notes.push(`case ${definition.name} was not begun`);
      continue;
    }
    const remaining = request.time - (performance.now() - started);
    const budget = Math.max(0, remaining) / (request.cases.length - index);
    const result = await reporter.stage(
      definition.name,
      (progress) =>
        new CaseExplorer({
          workbench,
          reader,
          definition,
          context: judgeContext,
          limits: { ...request, budget, signal },
          onProgress: ({ schedules, perSecond, frontier, preemptions }) =>
            progress(
              `${schedules} schedules, ${perSecond.toFixed(0)} a second, ${frontier} known and not tried, ${preemptions} preemptions`,
            ),
        }).explore(),
      (found) => `${found.verdict}: ${found.schedules} schedules, ${describeClaim(found)}`,
      (found) => found.verdict === 'pass',
    );
    results.push(result);
  }
  const { instrumentation } = workbench;
  return {
    v: EXPLORE_VERSION,
    run: request.tag,
    command: [...command],
    started_at: new Date(anchor).toISOString(),
    target: database.target.description,
    broken: request.broken,
    seed: request.seed,
    fingerprint,
    verdict: mergeVerdicts(results.map(({ verdict }) => verdict)),
    cases: results,
    points: instrumentation.points.size,
    uninstrumented: [...instrumentation.uninstrumented],
    notes,
  };
}
