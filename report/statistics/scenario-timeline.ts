import type { ClockAnchor, Operation } from '../../history/operation.ts';
import type { History } from '../../history/read.ts';

/** A call with its place on its scenario's time line: milliseconds since the scenario's first call. */
export interface PlacedCall {
  operation: Operation;
  start: number;
  end: number;
}

export interface ScenarioTimeline {
  scenario: string;
  /** Wall time of the time line's zero, milliseconds since the epoch; null when no runner's clock was anchored. */
  origin: number | null;
  /** Milliseconds to the end of the last call. */
  span: number;
  /** By start. */
  calls: PlacedCall[];
  /** Runners without an anchor: their calls are placed as if their first one was the scenario's first one. */
  unanchored: string[];
}

/**
 * The calls of each scenario on one time line. Every runner has a clock of its own; its anchor ties it to the wall
 * clock.
 */
export function scenarioTimelines({
  operations,
  anchors,
}: Pick<History, 'operations' | 'anchors'>): ScenarioTimeline[] {
  const timelines = [...groupBy(operations, (operation) => operation.scenario)].map(([scenario, own]) =>
    placeScenario(scenario, own, anchors),
  );
  return timelines.sort((a, b) => (a.origin ?? 0) - (b.origin ?? 0));
}

function placeScenario(
  scenario: string,
  operations: readonly Operation[],
  anchors: ReadonlyMap<string, ClockAnchor>,
): ScenarioTimeline {
  const first = new Map<string, number>();
  for (const { runner, t0 } of operations) first.set(runner, Math.min(first.get(runner) ?? t0, t0));
  const starts = [...first].flatMap(([runner, t0]) => {
    const anchor = anchors.get(runner);
    return anchor ? [anchor.wall_ms + t0 / 1e6] : [];
  });
  const origin = starts.length > 0 ? Math.min(...starts) : null;
  const place = (runner: string, nanoseconds: number): number => {
    const anchor = anchors.get(runner);
    if (anchor && origin !== null) return anchor.wall_ms - origin + nanoseconds / 1e6;
    return (nanoseconds - (first.get(runner) ?? 0)) / 1e6;
  };
  const calls = operations
    .map((operation) => ({
      operation,
      start: place(operation.runner, operation.t0),
      end: place(operation.runner, operation.t1),
    }))
    .sort((a, b) => a.start - b.start);
  return {
    scenario,
    origin,
    span: calls.reduce((latest, call) => Math.max(latest, call.end), 0),
    calls,
    unanchored: [...first.keys()].filter((runner) => !anchors.has(runner)),
  };
}

/** Groups in order of first appearance. */
export function groupBy<T, K>(values: readonly T[], key: (value: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const value of values) {
    const name = key(value);
    const group = groups.get(name);
    if (group) group.push(value);
    else groups.set(name, [value]);
  }
  return groups;
}
