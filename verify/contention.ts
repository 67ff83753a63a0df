import { overlaps, type Window, windowFrom } from '../contracts/instant.ts';
import type { Operation } from '../history/operation.ts';
import { requestedWindow } from './effects.ts';
import { RealTime } from './real-time.ts';
import type { RunData } from './run-data.ts';

/** How much the calls of one scenario met. */
export interface Contention {
  /** Calls that want a table for a window. */
  calls: number;
  /** Those that could meet somebody: another process wants the same table for an overlapping window, whenever that is. */
  rivals: number;
  /** Those that were under way together with one of another process for the same table and an overlapping window. */
  met: number;
  /** Median time between the first and the last start of a round, nanoseconds; null without rounds. */
  spread: number | null;
}

interface Wish {
  operation: Operation;
  window: Window;
}

/** Measures, from the records alone, whether the calls of a scenario contended. */
export function measureContention(run: RunData, scenario: string): Contention {
  const operations = run.history.operations.filter((operation) => operation.scenario === scenario);
  const byTable = new Map<string, Wish[]>();
  let calls = 0;
  for (const operation of operations) {
    const window = wantedWindow(run, operation);
    if (!window || !('table_ids' in operation.input)) continue;
    calls += 1;
    for (const table of new Set(operation.input.table_ids)) {
      const wishes = byTable.get(table);
      if (wishes) wishes.push({ operation, window });
      else byTable.set(table, [{ operation, window }]);
    }
  }
  const met = new Set<Operation>();
  const rivals = new Set<Operation>();
  const time = new RealTime(run.history.anchors);
  for (const wishes of byTable.values()) {
    addRivals(wishes, rivals);
    addMeetings(wishes, met, time);
  }
  return { calls, rivals: rivals.size, met: met.size, spread: medianSpread(operations) };
}

/**
 * Two sweeps over the windows by their starts: each call is marked by one of another process whose window began before its
 * own and lasts into it, or begins within its own. Of the calls behind a sweep two are enough, of different processes: those
 * whose windows end last, or those that were met last. One of them is another's.
 */
function addRivals(wishes: readonly Wish[], rivals: Set<Operation>): void {
  const ordered = wishes
    .map(({ operation, window }) => ({ operation, window, who: `${operation.runner} ${operation.process}` }))
    .sort((a, b) => a.window.start - b.window.start);
  let longest: typeof ordered = [];
  for (const each of ordered) {
    const other = longest.find(({ who }) => who !== each.who);
    if (other && other.window.end > each.window.start) rivals.add(each.operation);
    const own = longest.find(({ who }) => who === each.who);
    longest = [...longest.filter((one) => one !== own), own && own.window.end > each.window.end ? own : each]
      .sort((a, b) => b.window.end - a.window.end)
      .slice(0, 2);
  }
  let following: typeof ordered = [];
  for (const each of ordered.toReversed()) {
    const other = following.find(({ who }) => who !== each.who);
    if (other && other.window.start < each.window.end) rivals.add(each.operation);
    following = [each, ...following.filter(({ who }) => who !== each.who)].slice(0, 2);
  }
}

function wantedWindow(run: RunData, operation: Operation): Window | null {
  if (operation.f === 'assign' || operation.f === 'confirm') return requestedWindow(run, operation);
  if (operation.f === 'hold') return windowFrom(operation.input.start_at, operation.input.end_at);
  return null;
}

/**
 * A sweep in the order of starts; `open` holds the calls that had not ended when the next began. Calls of two runners met
 * only where they did so however far, within their errors, the clocks are apart.
 */
function addMeetings(wishes: Wish[], met: Set<Operation>, time: RealTime): void {
  wishes.sort((a, b) => a.operation.t0 - b.operation.t0);
  let open: Wish[] = [];
  for (const wish of wishes) {
    open = open.filter(({ operation }) => operation.t1 >= wish.operation.t0);
    for (const other of open) {
      const [one, another] = [other.operation, wish.operation];
      const margin = time.margin(one.runner, another.runner);
      const rivals = one.process !== another.process || one.runner !== another.runner;
      if (!rivals || !overlaps(other.window, wish.window)) continue;
      if (margin > 0 && (one.t1 < another.t0 + margin || another.t1 < one.t0 + margin)) continue;
      met.add(other.operation);
      met.add(wish.operation);
    }
    open.push(wish);
  }
}

function medianSpread(operations: readonly Operation[]): number | null {
  const spreads = [...roundStarts(operations).values()]
    .filter(({ calls }) => calls > 1)
    .map(({ first, last }) => last - first)
    .sort((a, b) => a - b);
  return spreads[Math.floor(spreads.length / 2)] ?? null;
}

/** First and last start of each round. */
export function roundStarts(
  operations: readonly Operation[],
): Map<number, { first: number; last: number; calls: number }> {
  const rounds = new Map<number, { first: number; last: number; calls: number }>();
  for (const { round, t0 } of operations) {
    if (!round) continue;
    const known = rounds.get(round.round) ?? { first: t0, last: t0, calls: 0 };
    rounds.set(round.round, {
      first: Math.min(known.first, t0),
      last: Math.max(known.last, t0),
      calls: known.calls + 1,
    });
  }
  return rounds;
}
