import type { Control } from './control.ts';
import { Execution } from './execution.ts';
import type { Chooser } from './schedule.ts';
import type { CallText, Session } from './session.ts';
import type { Trace } from './trace.ts';

export interface RunOptions {
  control: Control;
  /** One for each call, in the same order. */
  sessions: readonly Session[];
  calls: readonly CallText[];
  choose: Chooser;
  /** Milliseconds after which a schedule is cut. */
  deadline: number;
  /** Milliseconds that a session must have waited for a lock before anybody else goes on. */
  settle: number;
}

/**
 * Runs the calls, one step at a time, in the order that the chooser decides. Never hangs: a schedule that does not come
 * to its end within the deadline is cut, and says so.
 *
 * A deadlock is no such case: PostgreSQL ends it, and its error is the answer of a call.
 */
export async function runSchedule(options: RunOptions): Promise<Trace> {
  const execution = new Execution(options);
  let stuck: string | null = null;
  try {
    for (let state = execution.state(); state.enabled.length > 0; state = execution.state()) {
      const block = options.choose(state);
      await execution.grant(block);
      const problem = await execution.settle();
      if (problem === null) continue;
      stuck = problem;
      break;
    }
    if (stuck === null && !execution.finished) stuck = 'sessions wait for a lock that none of them holds';
    if (stuck !== null) await execution.abandon();
  } finally {
    await execution.release();
  }
  return execution.trace(stuck);
}
