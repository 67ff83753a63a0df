import type { InvariantId } from '../contracts/verdict.ts';
import { type ClockAnchor, OPERATION_VERSION, type Operation } from '../history/operation.ts';
import type { FinalState } from '../verify/final-state.ts';
import type { RunData } from '../verify/run-data.ts';
import { judgeRun, resultOf } from '../verify/verify.ts';
import { neededRows } from './needed-rows.ts';

/** What a try left behind. */
export interface PlayedTry {
  /** All calls that were made, with the answers that they got this time. */
  operations: Operation[];
  /** Wall clock at the zero of the calls' times, milliseconds since the epoch. */
  startedAt: number;
  finalState: FinalState;
}

/** The calls' times are taken in this process, and the database's clock is this machine's: milliseconds. */
const CLOCK_ERROR = 2;

/**
 * Judges a try by the run's own verifier, as if its few calls had been the whole run. Pure.
 *
 * @returns what breaks the promise again, in one sentence; null when nothing does
 */
export function foundAgain(run: RunData, invariant: InvariantId, played: PlayedTry): string | null {
  const { startedAt, finalState } = played;
  // Whoever made them in the run, here one process did, with one clock.
  const [{ runner = '' } = {}] = played.operations;
  const operations = played.operations.map((operation) => ({ ...operation, runner }));
  const world = neededRows(run.plan.world, operations);
  const anchors = new Map(
    operations.map(({ runner, run: tag }): [string, ClockAnchor] => [
      runner,
      { v: OPERATION_VERSION, anchor: true, run: tag, runner, wall_ms: startedAt, error_ms: CLOCK_ERROR },
    ]),
  );
  const verdict = judgeRun({
    ...run,
    manifest: {
      ...run.manifest,
      database_clock: { offset_ms: 0, error_ms: CLOCK_ERROR },
      runs: [],
      failure: null,
    },
    plan: { ...run.plan, world, scenarios: {} },
    bookings: new Map(world.bookings.map((booking) => [booking.id, booking])),
    history: {
      operations: [...operations].sort((a, b) => a.t0 - b.t0 || a.t1 - b.t1),
      anchors,
      incomplete: new Map(),
      warnings: [],
    },
    observations: new Map(),
    boundaries: null,
    faults: [],
    finalState,
    statusMatrix: null,
    explored: null,
  });
  const result = resultOf(verdict, invariant);
  return result?.verdict === 'fail' ? result.summary : null;
}
