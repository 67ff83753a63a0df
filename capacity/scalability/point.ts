/** Throughput measured once at one concurrency. */
export interface Point {
  /** Processes that call without pause. */
  concurrency: number;
  /** Acknowledged assignments per second. */
  throughput: number;
}

/** The repetitions of one concurrency. */
export interface Level {
  concurrency: number;
  throughputs: readonly number[];
}

/** Points by their concurrency, ascending. */
export function levelsOf(points: readonly Point[]): Level[] {
  const levels = new Map<number, number[]>();
  for (const { concurrency, throughput } of points)
    levels.set(concurrency, [...(levels.get(concurrency) ?? []), throughput]);
  return [...levels]
    .map(([concurrency, throughputs]) => ({ concurrency, throughputs }))
    .sort((a, b) => a.concurrency - b.concurrency);
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Standard error of the mean; null for fewer than two values, of which nothing can be said. */
export function standardError(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const middle = mean(values);
  const variance = values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1);
  return Math.sqrt(variance / values.length);
}
