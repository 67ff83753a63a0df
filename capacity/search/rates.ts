/**
 * Rounds a rate so that it is a whole number of arrivals in a minute, which is what the load generator counts, and reads
 * well: whole numbers from 100 on, tenths from 1 on, and twentieths below.
 */
export function roundRate(rate: number): number {
  if (rate >= 100) return Math.round(rate);
  if (rate >= 1) return Math.round(rate * 10) / 10;
  return Math.max(0.05, Math.round(rate * 20) / 20);
}

/** The rate between two others, as far from both by ratio; null where rounding leaves none. */
export function between(low: number, high: number): number | null {
  const middle = roundRate(Math.sqrt(low * high));
  return middle > low && middle < high ? middle : null;
}
