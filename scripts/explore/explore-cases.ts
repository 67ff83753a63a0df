import type { CaseDefinition } from '../../contracts/explore-case.ts';
import { EXPLORE_VERSION, type ExploreResult } from '../../contracts/explore-result.ts';
import { mergeVerdicts } from '../../contracts/verdict.ts';
import { CaseExplorer } from '../../explore/explore-case.ts';
import { measureDatabaseClock } from '../../observe/database-clock.ts';
import type { CopyContext, InstrumentedCopy } from './instrumented-copy.ts';
import { JointProgress } from './joint-progress.ts';
import type { ExploreRequest } from './request.ts';

/** A copy's context with all that is to be done in it. */
export interface ExploreContext extends CopyContext {
  request: ExploreRequest;
}

/** The first copy, and others in databases of their own. */
export type Copies = readonly [InstrumentedCopy, ...InstrumentedCopy[]];

/**
 * Explores every case that was asked for, within the time for all of them: all cases without preemptions, then all with
 * one, and so on, so that what is easy to find is found first in whichever case. Each copy gets its share of the cases,
 * and goes through them one after the other.
 */
export async function exploreCases(
  context: ExploreContext,
  copies: Copies,
  command: readonly string[],
): Promise<ExploreResult> {
  const { database, request, anchor, reporter, signal } = context;
  const [{ workbench, fingerprint }] = copies;
  const begun = performance.now();
  const ends = begun + request.time;
  const notes = [...workbench.notes];
  const joint = new JointProgress();
  const shares = await openExplorers(context, copies, joint, notes);
  const explorers = inOrder(shares);
  const inTime = (): boolean => !signal.aborted && performance.now() < ends;
  const each = async (
    name: string,
    work: (explorer: CaseExplorer, budget: number) => Promise<void>,
  ): Promise<void> => {
    if (explorers.every(({ done }) => done) || !inTime()) return;
    await reporter.stage(
      name,
      async (progress) => {
        joint.begin(progress, explorers.filter(({ done }) => !done).length);
        await together(shares, async (share) => {
          const left = share.filter(({ done }) => !done);
          for (const [index, explorer] of left.entries()) {
            if (inTime()) await work(explorer, (ends - performance.now()) / (left.length - index));
            joint.end(explorer.name);
          }
        });
      },
      () => {
        const results = explorers.map((explorer) => explorer.result());
        const schedules = results.reduce((sum, result) => sum + result.schedules, 0);
        const broken = results.filter(({ verdict }) => verdict === 'fail').length;
        return `${schedules} schedules of ${results.length} cases so far${broken > 0 ? `; ${broken} cases break a promise` : ''}`;
      },
    );
  };
  for (let bound = 0; bound <= request.preemptions; bound += 1) {
    if (!inTime() || explorers.every(({ done }) => done)) break;
    await each(`${bound} preemptions`, (explorer, budget) => explorer.advance(bound, budget));
  }
  if (request.samples > 0) await each('random', (explorer, budget) => explorer.sample(budget));
  const cases = explorers.map((explorer) => explorer.result());
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
    interrupted: signal.aborted,
    ms: performance.now() - begun,
    cases,
    points: instrumentation.points.size,
    uninstrumented: [...instrumentation.uninstrumented],
    notes,
    skipped: null,
    left: null,
  };
}

/** Explorers of the cases that can be run here, by the copy that they run in. */
async function openExplorers(
  { database, request, signal }: ExploreContext,
  copies: Copies,
  joint: JointProgress,
  notes: string[],
): Promise<CaseExplorer[][]> {
  const context = { run: request.tag, databaseClock: await measureDatabaseClock(database.sql) };
  const possible: CaseDefinition[] = [];
  for (const definition of request.cases) {
    const missing = copies[0].workbench.missing(definition);
    if (missing === null) possible.push(definition);
    else notes.push(`case ${definition.name} was left out: ${missing}`);
  }
  return copies.map(({ workbench, reader }, copy) =>
    possible
      .filter((_, index) => index % copies.length === copy)
      .map(
        (definition) =>
          new CaseExplorer({
            workbench,
            reader,
            definition,
            context,
            limits: { ...request, budget: request.time, signal },
            onProgress: (progress) => joint.show(definition.name, progress),
          }),
      ),
  );
}

/** The explorers in the order of their cases, which were dealt out one by one. */
function inOrder(shares: readonly (readonly CaseExplorer[])[]): CaseExplorer[] {
  const [longest = []] = shares;
  return longest.flatMap((_, turn) => shares.flatMap((share) => share[turn] ?? []));
}

/** Does something for all shares at once. When one goes wrong, the others come to their end before it is thrown. */
async function together<T>(shares: readonly T[], work: (share: T) => Promise<void>): Promise<void> {
  const ends = await Promise.allSettled(shares.map(work));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}
