import type { Window } from '../../contracts/instant.ts';
import type { Freshness } from '../../verify/freshness/freshness.ts';
import { ruleAt, type SteppedCourse } from '../../verify/freshness/stepped.ts';
import { policyInWords } from '../../verify/freshness/words.ts';
import type { StatusLane } from './status-lanes.ts';

/** A few tables over some hours of the virtual clock. */
export interface SteppedLanes {
  /** What the clock shows at the lanes' zero, milliseconds since the epoch. */
  start: number;
  /** Milliseconds. */
  span: number;
  lanes: StatusLane[];
}

const HOUR = 3_600_000;
/** Enough for some windows, and few enough for the drawing. */
const HOURS = 12;

/** One table of each policy, from its restaurant's first day; null when nothing was stepped. */
export function steppedLanes({ stepped, every_ms }: Freshness): SteppedLanes | null {
  const courses = stepped?.courses ?? [];
  const [earliest] = courses.toSorted((a, b) => startOf(a) - startOf(b));
  if (!earliest) return null;
  const start = Math.floor(startOf(earliest) / 1000 / HOUR - 1) * HOUR;
  const span = HOURS * HOUR;
  // All from one restaurant, so that their evenings lie side by side.
  const near = courses.filter((course) => startOf(course) / 1000 < start + 4 * HOUR);
  const policies = [...new Set(near.map(({ table }) => table.policy))];
  const lanes = policies.flatMap((policy) => {
    const course = near.find(({ table }) => table.policy === policy);
    return course ? [laneOf(course, policyInWords(policy, every_ms), start, span)] : [];
  });
  return { start, span, lanes };
}

function startOf({ claims }: SteppedCourse): number {
  return Math.min(...claims.map(({ window }) => window.start));
}

function laneOf(
  { table, claims, looks }: SteppedCourse,
  policy: string,
  start: number,
  span: number,
): StatusLane {
  const place = (microseconds: number): number => microseconds / 1000 - start;
  const within = (at: number): boolean => at >= 0 && at <= span;
  const instants = claims.flatMap(({ window, seatedAt }) => edges(window, seatedAt));
  const changes = [...new Set(instants)]
    .sort((a, b) => a - b)
    .map((instant) => ({
      at: place(instant),
      from: place(instant),
      to: place(instant),
      before: ruleAt(claims, instant - 1),
      after: ruleAt(claims, instant),
    }))
    .filter(({ at, before, after }) => within(at) && before !== after);
  const seen = looks.filter(({ from }) => within(place(from)));
  return {
    table: table.table_id,
    policy,
    changes,
    reads: seen.map(({ from, status, refreshed }) => ({
      from: place(from),
      to: place(from),
      status,
      refreshed,
      expected: ruleAt(claims, from),
    })),
    refreshes: seen.filter(({ refreshed }) => refreshed).map(({ from }) => place(from)),
  };
}

function edges({ start, end }: Window, seatedAt: number): number[] {
  return Number.isFinite(seatedAt) ? [start, seatedAt, end] : [start, end];
}
