import type { Operation } from '../history/operation.ts';
import type { RecordedRun } from '../verify/run-data.ts';
import { lifetimeOf } from './hold-expiry.ts';
import { processOf } from './sessions.ts';

/** Sessions of a script at most: more than that nobody can follow. */
export const MOST_SESSIONS = 3;
/** Calls of a script at most. */
const MOST_STEPS = 40;
const MOST_EARLIER = 200;
/** Seconds that a try may take where the pauses between calls count. */
const LONGEST = 6;
/** A hold that expires within so many seconds of its call is one that was meant to lapse. */
const LAPSING = 60;

/** The calls of a script. */
export interface ChosenCalls {
  /** Calls whose effects must be there before, in the order in which they were made. */
  earlier: Operation[];
  /** Calls of the sessions. */
  calls: Operation[];
  /** Whether the pauses between calls count: a hold lapses meanwhile. */
  paused: boolean;
  /** Milliseconds between the calls before and those of the sessions: holds lapse in them. */
  settling: number;
  /** Whether the set-up makes all of the violation's calls but the last, and what overlapped with it. */
  last: boolean;
  /** Whether the other tables of the zones are there too. */
  zones: boolean;
}

/** How calls are arranged around those of a violation. */
export interface Arrangement {
  /** Calls whose effects may be needed. */
  others: readonly Operation[];
  /** Whether holds that had lapsed by then are made too; it takes the time until they lapse again. */
  lapsed: boolean;
  /** Whether only the last call, and what overlapped with it, is left to sessions. */
  last: boolean;
  zones: boolean;
}

/** Puts what ended before the first call of the sessions into the set-up, and what is left into sessions. Pure. */
export function arrange(
  run: RecordedRun,
  core: readonly Operation[],
  { others, lapsed, last, zones }: Arrangement,
): ChosenCalls | { refused: string } {
  const begin = last ? beginOfLast(core) : Math.min(...core.map(({ t0 }) => t0));
  const inSessions = core.filter(({ t1 }) => t1 >= begin);
  const before = [...core, ...others].filter(({ t1 }) => t1 < begin).sort(byBegin);
  const over = before.filter((call) => hasLapsed(run, call, begin));
  const earlier = lapsed ? before : before.filter((call) => !over.includes(call));
  const settling = lapsed ? Math.max(0, ...over.map((call) => lifetimeOf(run, call) ?? 0)) : 0;
  const processes = new Set(inSessions.map(processOf));
  if (processes.size > MOST_SESSIONS) {
    return {
      refused: `its calls come from ${processes.size} sessions, and ${MOST_SESSIONS} at most are replayed`,
    };
  }
  const calls = [...inSessions];
  for (const call of others.filter(({ t1 }) => t1 >= begin)) {
    if (!processes.has(processOf(call)) && processes.size === MOST_SESSIONS) continue;
    processes.add(processOf(call));
    calls.push(call);
  }
  calls.sort(byBegin);
  if (calls.length > MOST_STEPS || earlier.length > MOST_EARLIER) {
    return { refused: `it takes ${calls.length} calls, and ${earlier.length} before them` };
  }
  const paused = calls.some((call) => isLapsing(run, call));
  const seconds = (Math.max(...calls.map(({ t1 }) => t1)) - begin) / 1e9;
  if (paused && seconds > LONGEST) {
    return { refused: `a hold lapses meanwhile, and its calls take ${seconds.toFixed(1)} s` };
  }
  if (settling > LONGEST * 1000) return { refused: 'a hold takes too long to lapse' };
  return { earlier, calls, paused, settling, last, zones };
}

const byBegin = (a: Operation, b: Operation): number => a.t0 - b.t0 || a.t1 - b.t1;

/** The begin of the last call, or of the first of those that it overlapped with, one after the other. */
function beginOfLast(core: readonly Operation[]): number {
  let begin = Math.max(...core.map(({ t0 }) => t0));
  for (const { t0, t1 } of [...core].sort((a, b) => b.t1 - a.t1))
    if (t1 >= begin) begin = Math.min(begin, t0);
  return begin;
}

function isLapsing(run: RecordedRun, operation: Operation): boolean {
  const lifetime = lifetimeOf(run, operation);
  return lifetime !== null && lifetime < LAPSING * 1000;
}

/** Whether a hold had lapsed by itself before an instant of its runner. */
function hasLapsed(run: RecordedRun, operation: Operation, at: number): boolean {
  const lifetime = lifetimeOf(run, operation);
  return lifetime !== null && operation.t0 + lifetime * 1e6 < at;
}
