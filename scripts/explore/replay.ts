import { ExitCode } from '../../contracts/errors.ts';
import type { ReplayFile } from '../../contracts/explore-result.ts';
import { judgeOutcome } from '../../explore/judge/judge.ts';
import { describeOutcome } from '../../explore/judge/outcome.ts';
import { describeSchedule, following, scheduleOf } from '../../explore/scheduler/schedule.ts';
import { measureDatabaseClock } from '../../observe/database-clock.ts';
import type { ExploreContext } from './explore-cases.ts';
import type { InstrumentedCopy } from './instrumented-copy.ts';

/** What came of running one schedule again, so many times. */
export interface ReplayResult {
  file: string;
  promise: string;
  times: number;
  /** How often the steps were those of the file. */
  same_steps: number;
  /** How often answers and rows were those of the file. */
  same_outcome: number;
  /** How often the promise was broken again. */
  broken_again: number;
  /** Other functions than those that the file was made with. */
  other_functions: boolean;
}

/** Runs the schedule of a replay file again. */
export async function replay(
  { database, request, reporter, signal }: ExploreContext,
  { workbench, fingerprint }: InstrumentedCopy,
  { file, content, times }: { file: string; content: ReplayFile; times: number },
): Promise<ReplayResult> {
  const context = { run: request.tag, databaseClock: await measureDatabaseClock(database.sql) };
  const wanted = describeSchedule(content.schedule);
  const result: ReplayResult = {
    file,
    promise: content.promise,
    times: 0,
    same_steps: 0,
    same_outcome: 0,
    broken_again: 0,
    other_functions: fingerprint !== content.fingerprint,
  };
  await reporter.stage(
    'replay',
    async (progress) => {
      while (result.times < times && !signal.aborted) {
        const outcome = await workbench.run(content.case, following(content.schedule), request.deadline);
        const findings =
          outcome.trace.stuck === null
            ? judgeOutcome(content.case, outcome, context).findings
            : [{ promise: 'deadline' }];
        result.times += 1;
        if (describeSchedule(scheduleOf(outcome.trace)) === wanted) result.same_steps += 1;
        if (describeOutcome(outcome) === content.outcome) result.same_outcome += 1;
        if (findings.some(({ promise }) => promise === content.promise)) result.broken_again += 1;
        progress(`${result.times} of ${times}`);
      }
    },
    () => `${result.same_outcome} of ${result.times} times the same answers and rows`,
    () => result.same_outcome === result.times,
  );
  return result;
}

/** In words, for a terminal. */
export function renderReplay(result: ReplayResult): string {
  const { times, promise, same_steps, same_outcome, broken_again, other_functions } = result;
  return [
    '',
    `${broken_again > 0 ? 'FAIL' : 'PASS'}  ${promise} was broken in ${broken_again} of ${times} runs of the schedule`,
    `  the same steps in ${same_steps}, the same answers and rows in ${same_outcome}`,
    ...(other_functions ? ['  ! the functions are not those that the file was made with'] : []),
    '',
  ].join('\n');
}

/** Broken again: 1. Never: the defect is gone, when the steps were the same or the functions are others. */
export function exitCodeOf({ times, broken_again, same_steps, other_functions }: ReplayResult): ExitCode {
  if (broken_again > 0) return ExitCode.fail;
  return times > 0 && (same_steps === times || other_functions) ? ExitCode.pass : ExitCode.unknown;
}
