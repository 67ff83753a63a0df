import { type Buckets, bucketAt } from './buckets.ts';
import type { PlacedCall } from './scenario-timeline.ts';

/** Rows of a heat map; more would be too thin to be seen. */
const MOST_ROWS = 24;
/** Rows for each factor of ten, the finest that fits. */
const FINENESS = [6, 3, 2, 1];
/** Below that the clocks of load generators do not tell, milliseconds. */
const LEAST_MS = 0.1;

/** How many calls took how long, over time. */
export interface LatencyHeat {
  /** Milliseconds, rising; row r has the calls from edges[r] up to edges[r + 1]. The first has all faster ones, too. */
  edges: number[];
  /** Calls by slice and row. */
  counts: number[][];
  /** In the fullest cell. */
  most: number;
}

/**
 * Calls by the slice in which they ended and by their latency, on a logarithmic scale (Gregg, "Visualizing System
 * Latency", 2010): shows what percentiles hide, such as two ways to end, one fast and one slow.
 *
 * @returns null when there are no calls
 */
export function latencyHeat(calls: readonly PlacedCall[], buckets: Buckets): LatencyHeat | null {
  if (calls.length === 0) return null;
  let [least, longest] = [Number.POSITIVE_INFINITY, LEAST_MS];
  for (const { start, end } of calls) {
    least = Math.min(least, Math.max(LEAST_MS, end - start));
    longest = Math.max(longest, end - start);
  }
  const rows = (fineness: number): [number, number] => [
    Math.floor(Math.log10(least) * fineness + 1e-9),
    Math.floor(Math.log10(longest) * fineness + 1e-9) + 1,
  ];
  const fits = (fineness: number): boolean => {
    const [first, end] = rows(fineness);
    return end - first <= MOST_ROWS;
  };
  const fineness = FINENESS.find(fits) ?? 1;
  const [first, end] = rows(fineness);
  const edges = Array.from({ length: end - first + 1 }, (_, index) => 10 ** ((first + index) / fineness));
  const counts = Array.from({ length: buckets.count }, () => new Array<number>(edges.length - 1).fill(0));
  let most = 0;
  for (const call of calls) {
    const took = Math.max(LEAST_MS, call.end - call.start);
    const row = Math.min(
      edges.length - 2,
      Math.max(0, Math.floor(Math.log10(took) * fineness + 1e-9) - first),
    );
    const column = counts[bucketAt(buckets, call.end)];
    if (!column) continue;
    column[row] = (column[row] ?? 0) + 1;
    most = Math.max(most, column[row] ?? 0);
  }
  return { edges, counts, most };
}
