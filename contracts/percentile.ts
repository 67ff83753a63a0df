/**
 * Percentile by nearest rank: the smallest value such that at least the share `p` of all values is at or below it.
 * Always a value that was measured, never one between two.
 *
 * @param sorted ascending, not empty
 * @param p above 0, at most 1
 */
export function percentile(sorted: ArrayLike<number>, p: number): number {
  const rank = Math.ceil(p * sorted.length - 1e-9);
  const value = sorted[Math.min(Math.max(rank, 1), sorted.length) - 1];
  if (value === undefined) throw new RangeError('no percentile of nothing');
  return value;
}

/** What the reports say of a set of durations. */
export interface Distribution {
  count: number;
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

/** null for no values at all. */
export function distribution(values: readonly number[]): Distribution | null {
  if (values.length === 0) return null;
  const sorted = Float64Array.from(values).sort();
  return {
    count: sorted.length,
    p50: percentile(sorted, 0.5),
    p95: percentile(sorted, 0.95),
    p99: percentile(sorted, 0.99),
    max: percentile(sorted, 1),
  };
}
