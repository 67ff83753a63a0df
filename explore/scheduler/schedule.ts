import type { Trace } from './trace.ts';

/** A session runs until so many of its steps are done; null: until it ends. It stops earlier when it is blocked. */
export interface Block {
  readonly session: number;
  readonly until: number | null;
}

/** Who takes steps, one after the other. What it leaves open is decided by `continueOrNext`. */
export type Schedule = readonly Block[];

/** What a chooser knows. */
export interface SchedulerState {
  /** The session that ran last; null at the beginning. */
  readonly current: number | null;
  /** Sessions that can take a step, in ascending order; never empty. */
  readonly enabled: readonly number[];
  /** Steps done, for each session. */
  readonly progress: readonly number[];
}

/** Decides who runs next, and how far. */
export type Chooser = (state: SchedulerState) => Block;

/** The session that ran goes on, else the first that can: no preemption. */
export function continueOrNext({ current, enabled }: SchedulerState): Block {
  const session = current !== null && enabled.includes(current) ? current : (enabled[0] ?? 0);
  return { session, until: null };
}

/** Follows a schedule, then goes on without preemptions. Blocks whose session cannot take a step are passed over. */
export function following(schedule: Schedule): Chooser {
  let next = 0;
  return (state) => {
    for (let block = schedule[next]; block !== undefined; block = schedule[next]) {
      next += 1;
      const done = state.progress[block.session] ?? 0;
      if (state.enabled.includes(block.session) && (block.until === null || block.until > done)) return block;
    }
    return continueOrNext(state);
  };
}

/** The schedule that a trace followed, so that it can be followed again. */
export function scheduleOf({ events, calls }: Pick<Trace, 'events' | 'calls'>): Block[] {
  const blocks: { session: number; until: number | null }[] = [];
  for (const event of events) {
    if (event.kind !== 'step') continue;
    const { session, index } = event.step;
    const until = index === calls[session]?.steps ? null : index;
    const last = blocks.at(-1);
    if (last?.session === session) last.until = until;
    else blocks.push({ session, until });
  }
  return blocks;
}

/** A schedule on one line: `1 to step 3, 2 to its end`. */
export function describeSchedule(schedule: Schedule): string {
  return schedule
    .map(({ session, until }) => `${session + 1} ${until === null ? 'to its end' : `to step ${until}`}`)
    .join(', ');
}

/** Whether a schedule that was run begins with the one that was to be followed. */
export function beginsWith(run: Schedule, wanted: Schedule): boolean {
  return wanted.every((block, index) => {
    const taken = run[index];
    if (taken?.session !== block.session) return false;
    // The last block is open: its session may have been interrupted later only.
    return index === wanted.length - 1 || taken.until === block.until;
  });
}
