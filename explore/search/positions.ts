import type { Trace } from '../scheduler/trace.ts';

/** A moment of a schedule at which somebody was chosen. */
export interface Position {
  /** Index of the chosen step among the events. */
  readonly event: number;
  readonly chosen: number;
  /** The session that ran before and could have gone on; null when it had ended, was blocked, or nobody had run. */
  readonly current: number | null;
  /** Sessions that could take a step. */
  readonly enabled: readonly number[];
  /** Steps begun by each session. */
  readonly progress: readonly number[];
  /** Preemptions before this moment: switches away from a session that could have gone on. */
  readonly preemptions: number;
}

/** Every choice of a schedule that was run to its end. */
export function positionsOf({ events, calls }: Pick<Trace, 'events' | 'calls'>): Position[] {
  const positions: Position[] = [];
  const progress = calls.map(() => 0);
  const blocked = calls.map(() => false);
  let previous: number | null = null;
  let preemptions = 0;
  const canGoOn = (session: number): boolean =>
    !blocked[session] && (progress[session] ?? 0) < (calls[session]?.steps ?? 0);
  for (const [event, each] of events.entries()) {
    if (each.kind === 'resume') {
      blocked[each.session] = false;
      continue;
    }
    const { session, index } = each.step;
    const current: number | null = previous !== null && canGoOn(previous) ? previous : null;
    positions.push({
      event,
      chosen: session,
      current,
      enabled: calls.flatMap((_, other) => (canGoOn(other) ? [other] : [])),
      progress: [...progress],
      preemptions,
    });
    if (current !== null && current !== session) preemptions += 1;
    progress[session] = index;
    blocked[session] = each.step.blocked !== null;
    previous = session;
  }
  return positions;
}

/** How many preemptions a whole schedule has. */
export function preemptionsOf(trace: Pick<Trace, 'events' | 'calls'>): number {
  const last = positionsOf(trace).at(-1);
  if (!last) return 0;
  return last.preemptions + (last.current !== null && last.current !== last.chosen ? 1 : 0);
}
