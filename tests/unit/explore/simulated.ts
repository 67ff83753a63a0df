import { following, type Schedule, type SchedulerState } from '../../../explore/scheduler/schedule.ts';
import type { CallResult } from '../../../explore/scheduler/session.ts';
import type { Step, Trace, TraceEvent } from '../../../explore/scheduler/trace.ts';
import { type Footprint, NOTHING } from '../../../explore/search/footprint.ts';
import { Search } from '../../../explore/search/search.ts';

/** A step of a simulated call: reads committed values, or writes and keeps the table locked to the end. */
export type Action = { read: number } | { write: number } | { nothing: true };
/** What each call does before it commits. */
export type Programs = readonly (readonly Action[])[];

const DONE: CallResult = { ok: true, body: null };

/**
 * A database of numbered tables with READ COMMITTED and locks on whole tables, simple enough to be right: an order of
 * steps leads to what every read saw, and to who committed last.
 */
export function simulate(programs: Programs, schedule: Schedule): { trace: Trace; outcome: string } {
  const choose = following(schedule);
  const versions = new Map<number, string>();
  const locks = new Map<number, number>();
  const begun = programs.map(() => 0);
  const waiting = new Map<number, number>();
  const ended = programs.map(() => false);
  const seen: string[][] = programs.map(() => []);
  const events: TraceEvent[] = [];
  const failed = new Set<number>();
  let current: number | null = null;

  const finish = (session: number): void => {
    for (const [table, owner] of [...locks]) {
      if (owner !== session) continue;
      if (!failed.has(session)) versions.set(table, `${session}`);
      locks.delete(table);
    }
    ended[session] = true;
    // Whoever waited longest goes on.
    for (const [other, table] of [...waiting]) {
      if (locks.has(table)) continue;
      waiting.delete(other);
      locks.set(table, other);
      events.push({ kind: 'resume', session: other });
    }
  };
  const closesCircle = (session: number, table: number): boolean => {
    let owner = locks.get(table);
    while (owner !== undefined) {
      if (owner === session) return true;
      const next = waiting.get(owner);
      owner = next === undefined ? undefined : locks.get(next);
    }
    return false;
  };
  const take = (session: number): void => {
    const program = programs[session] ?? [];
    const index = (begun[session] ?? 0) + 1;
    begun[session] = index;
    const action = program[index - 1];
    const step: { -readonly [K in keyof Step]: Step[K] } = {
      session,
      index,
      point: index,
      counted: null,
      blocked: null,
    };
    events.push({ kind: 'step', step });
    if (action === undefined) {
      finish(session);
    } else if ('read' in action) {
      seen[session]?.push(locks.get(action.read) === session ? 'own' : (versions.get(action.read) ?? 'none'));
    } else if ('write' in action) {
      const owner = locks.get(action.write);
      if (owner === undefined || owner === session) locks.set(action.write, session);
      else if (closesCircle(session, action.write)) {
        seen[session]?.push('deadlock');
        failed.add(session);
        finish(session);
      } else {
        waiting.set(session, action.write);
        step.blocked = { lock: `table ${action.write}`, by: [owner] };
      }
    }
  };
  for (;;) {
    const enabled = programs.flatMap((_, session) =>
      !ended[session] && !waiting.has(session) ? [session] : [],
    );
    if (enabled.length === 0) break;
    // A blocked step is not done yet.
    const state = (): SchedulerState => ({ current, enabled, progress: [...begun] });
    const { session, until } = choose(state());
    current = session;
    while (!ended[session] && !waiting.has(session) && (until === null || (begun[session] ?? 0) < until)) {
      take(session);
    }
  }
  const trace: Trace = {
    events,
    calls: programs.map((_, session) => ({ result: DONE, sent: 0, ended: 0, steps: begun[session] ?? 0 })),
    stuck: null,
  };
  const outcome = JSON.stringify({ seen, versions: [...versions].sort(), failed: [...failed].sort() });
  return { trace, outcome };
}

/** What the steps of a trace touched. */
export function footprintsOf(programs: Programs, { calls }: Trace): Footprint[][] {
  return programs.map((program, session) =>
    Array.from({ length: calls[session]?.steps ?? 0 }, (_, index): Footprint => {
      const action = program[index];
      if (action === undefined) return end(program);
      if ('read' in action) return { ...NOTHING, reads: bit(action.read) };
      if ('write' in action) return { ...NOTHING, writes: bit(action.write) };
      return NOTHING;
    }).map((footprint, index, all) =>
      // A call that ends early gives its locks back at that step.
      index === all.length - 1 ? { ...footprint, publishes: end(program).publishes } : footprint,
    ),
  );
}

function end(program: readonly Action[]): Footprint {
  const publishes = program.reduce((mask, each) => ('write' in each ? mask | bit(each.write) : mask), 0n);
  return { ...NOTHING, publishes };
}

function bit(table: number): bigint {
  return 1n << BigInt(table);
}

/** Explores programs to a bound. */
export function explore(
  programs: Programs,
  options: { reduce: boolean; bound: number },
): { outcomes: Set<string>; schedules: string[]; search: Search } {
  const search = new Search(programs.length, options.reduce);
  const outcomes = new Set<string>();
  const schedules: string[] = [];
  for (let bound = 0; bound <= Math.min(options.bound, 100); bound += 1) {
    for (let next = search.next(bound); next !== null; next = search.next(bound)) {
      const { trace, outcome } = simulate(programs, next.schedule);
      search.learn(next, trace, footprintsOf(programs, trace));
      outcomes.add(outcome);
      schedules.push(
        trace.events.map((event) => (event.kind === 'step' ? event.step.session : 'r')).join(''),
      );
    }
    if (search.exhausted) break;
  }
  return { outcomes, schedules, search };
}
