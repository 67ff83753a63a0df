import { percentile } from '../../contracts/percentile.ts';
import { type RefreshPolicy, refreshPolicies } from '../../contracts/thresholds.ts';
import type { Freshness } from './freshness.ts';
import { type Direction, directions, type Staleness } from './staleness.ts';

/** Between these bounds, milliseconds; `most_ms` null: at least. */
export type Bracket = Pick<Staleness, 'least_ms' | 'most_ms'>;

/** Boundaries of one policy in one direction. */
export interface FreshnessRow {
  policy: RefreshPolicy;
  direction: Direction;
  boundaries: number;
  /** Reads after a boundary that showed something else than the rule gave. */
  stale_reads: number;
  median: Bracket;
  p95: Bracket;
  longest: Bracket;
  /** Still stale when observation ended. */
  still_stale: number;
  /** Not refreshed: they ended with a change of the booking, or with the next boundary, if at all. */
  not_refreshed: number;
}

/** A row for each policy and direction that was observed, policies from the worst to the best. */
export function freshnessRows({ measured }: Freshness): FreshnessRow[] {
  return refreshPolicies.flatMap((policy) =>
    directions.flatMap((direction): FreshnessRow[] => {
      const own = measured.filter((each) => each.policy === policy && each.direction === direction);
      return own.length === 0 ? [] : [rowOf(policy, direction, own)];
    }),
  );
}

function rowOf(policy: RefreshPolicy, direction: Direction, own: readonly Staleness[]): FreshnessRow {
  const end = ({ most_ms }: Staleness): number => most_ms ?? Number.POSITIVE_INFINITY;
  const sorted = [...own].sort((a, b) => (end(a) === end(b) ? a.least_ms - b.least_ms : end(a) - end(b)));
  const ranks = [...sorted.keys()];
  const at = (share: number): Bracket => {
    const { least_ms, most_ms } = sorted[percentile(ranks, share)] as Staleness;
    return { least_ms, most_ms };
  };
  return {
    policy,
    direction,
    boundaries: own.length,
    stale_reads: own.reduce((sum, each) => sum + each.stale_reads, 0),
    median: at(0.5),
    p95: at(0.95),
    longest: at(1),
    still_stale: own.filter(({ most_ms }) => most_ms === null).length,
    not_refreshed: own.filter(({ ended }) => ended !== 'refreshed').length,
  };
}
