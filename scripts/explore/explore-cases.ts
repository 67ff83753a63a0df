import { EXPLORE_VERSION, type ExploreResult } from '../../contracts/explore-result.ts';
import type { Progress } from '../../contracts/progress.ts';
import { mergeVerdicts } from '../../contracts/verdict.ts';
import type { CaseDefinition } from '../../explore/cases/definition.ts';
import { CaseExplorer } from '../../explore/explore-case.ts';
import { measureDatabaseClock } from '../../observe/database-clock.ts';
import type { CopyContext, InstrumentedCopy } from './instrumented-copy.ts';
import type { ExploreRequest } from './request.ts';

/** A copy's context with all that is to be done in it. */
export interface ExploreContext extends CopyContext {
  request: ExploreRequest;
}

/**
 * Explores every case that was asked for, within the time for all of them: all cases without preemptions, then all with
 * one, and so on, so that what is easy to find is found first in whichever case.
 */
export async function exploreCases(
  context: ExploreContext,
  copy: InstrumentedCopy,
  command: readonly string[],
): Promise<ExploreResult> {
  const { database, request, anchor, reporter, signal } = context;
  const { workbench, fingerprint } = copy;
  const ends = performance.now() + request.time;
  const notes = [...workbench.notes];
  const explorers = await openExplorers(context, copy, notes);
  const inTime = (): boolean => !signal.aborted && performance.now() < ends;
  const each = async (
    name: string,
    work: (explorer: CaseExplorer, budget: number) => Promise<void>,
  ): Promise<void> => {
    const left = explorers.filter(({ explorer }) => !explorer.done);
    if (left.length === 0 || !inTime()) return;
    await reporter.stage(
      name,
      async (progress) => {
        for (const [index, { explorer, show }] of left.entries()) {
          show.progress = progress;
          if (inTime()) await work(explorer, (ends - performance.now()) / (left.length - index));
        }
      },
      () => {
        const results = explorers.map(({ explorer }) => explorer.result());
        const schedules = results.reduce((sum, result) => sum + result.schedules, 0);
        const broken = results.filter(({ verdict }) => verdict === 'fail').length;
        return `${schedules} schedules of ${results.length} cases so far${broken > 0 ? `; ${broken} cases break a promise` : ''}`;
      },
    );
  };
  for (let bound = 0; bound <= request.preemptions; bound += 1) {
    if (!inTime() || explorers.every(({ explorer }) => explorer.done)) break;
    await each(`${bound} preemptions`, (explorer, budget) => explorer.advance(bound, budget));
  }
  if (request.samples > 0) await each('random', (explorer, budget) => explorer.sample(budget));
  const cases = explorers.map(({ explorer }) => explorer.result());
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
    verdict: mergeVerdicts(cases.map(({ verdict }) => verdict)),
    cases,
    points: instrumentation.points.size,
    uninstrumented: [...instrumentation.uninstrumented],
    notes,
    skipped: null,
    left: null,
  };
}

interface OpenExplorer {
  readonly explorer: CaseExplorer;
  /** Where the explorer's progress goes; another line for each stage. */
  readonly show: { progress: Progress };
}

async function openExplorers(
  { database, request, signal }: ExploreContext,
  { workbench, reader }: InstrumentedCopy,
  notes: string[],
): Promise<OpenExplorer[]> {
  const context = { run: request.tag, databaseClock: await measureDatabaseClock(database.sql) };
  const possible: CaseDefinition[] = [];
  for (const definition of request.cases) {
    const missing = workbench.missing(definition);
    if (missing === null) possible.push(definition);
    else notes.push(`case ${definition.name} was left out: ${missing}`);
  }
  return possible.map((definition, index) => {
    const show: { progress: Progress } = { progress: () => {} };
    const explorer = new CaseExplorer({
      workbench,
      reader,
      definition,
      context,
      limits: { ...request, budget: request.time, signal },
      onProgress: ({ schedules, perSecond, frontier }) =>
        show.progress(
          `${definition.name} (${index + 1} of ${possible.length}): ${schedules} schedules, ${perSecond.toFixed(0)} a second, ${frontier} known and not tried`,
        ),
    });
    return { explorer, show };
  });
}
