import type { Measurement } from '../../contracts/verdict.ts';
import type { Effects } from '../effects.ts';
import { measureFreshness } from '../freshness/freshness.ts';
import { type FreshnessRow, freshnessRows } from '../freshness/rows.ts';
import { inSeconds, policyInWords } from '../freshness/words.ts';
import type { RunData } from '../run-data.ts';

/**
 * How long tables stayed blocked after their window, and available after it began, under each refresh policy.
 *
 * @returns null when no boundary was watched
 */
export function measureBoundaries(run: RunData, effects: Effects): Measurement | null {
  const freshness = measureFreshness(run, effects);
  const rows = freshness ? freshnessRows(freshness) : [];
  if (!freshness || rows.length === 0) return null;
  const parts = rows
    .filter(({ direction }) => direction === 'blocked too long')
    .map(({ policy, longest: { least_ms, most_ms } }) => {
      const time = most_ms === null ? `${inSeconds(least_ms)} or longer` : `at most ${inSeconds(most_ms)}`;
      return `${time} with ${policyInWords(policy, freshness.every_ms)}`;
    });
  return {
    scenario: 'window-boundary',
    sentence:
      parts.length > 0
        ? `a table stayed blocked after its window for ${parts.join(', ')}`
        : 'no table had to be unblocked',
    values: Object.fromEntries(rows.flatMap(valuesOf)),
  };
}

function valuesOf({ policy, direction, ...row }: FreshnessRow): [string, number | null][] {
  const name = `${policy.replace('-', '_')}_${direction.split(' ')[0]}`;
  return [
    [`${name}_boundaries`, row.boundaries],
    [`${name}_p50_least_ms`, row.median.least_ms],
    [`${name}_p50_most_ms`, row.median.most_ms],
    [`${name}_p95_least_ms`, row.p95.least_ms],
    [`${name}_p95_most_ms`, row.p95.most_ms],
    [`${name}_max_least_ms`, row.longest.least_ms],
    [`${name}_max_most_ms`, row.longest.most_ms],
    [`${name}_still_stale`, row.still_stale],
  ];
}
