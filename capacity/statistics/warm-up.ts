/** Values in each batch: the 5 of MSER-5. */
const BATCH = 5;
/** Fewer batches have no beginning that could be told from the rest. */
const LEAST_BATCHES = 8;

/** What is left out of a step as its beginning. */
export interface WarmUp {
  /** Values to leave out. */
  truncated: number;
  /**
   * Whether the rest is steady. Where leaving out half is best, more might be better still: the values have not settled
   * as far as can be seen, and nothing is left out.
   */
  steady: boolean;
}

/**
 * Length of the initial transient by MSER-5: the truncation that minimises the marginal standard error of the mean of
 * what is left, over means of batches of five (White 1997, "An effective truncation heuristic for bias reduction in
 * simulation output"; White, Cobb & Spratt 2000). Looked for in the first half only: at the end chance alone makes the
 * few values that are left look steady.
 *
 * @param values in the order of time; of latencies their logarithms, so that a single slow call does not weigh as much
 *   as a slow beginning
 */
export function findWarmUp(values: readonly number[]): WarmUp {
  const means = batchMeans(values, BATCH);
  if (means.length < LEAST_BATCHES) return { truncated: 0, steady: true };
  const middle = Math.floor(means.length / 2);
  // The statistic does not change with it, and sums of squares stay small.
  const shift = means[middle] ?? 0;
  let best = { error: Number.POSITIVE_INFINITY, cut: 0 };
  let sum = 0;
  let squares = 0;
  // From the end, so that each truncation adds one value to the sums.
  for (let cut = means.length - 1; cut >= 0; cut -= 1) {
    const value = (means[cut] ?? 0) - shift;
    sum += value;
    squares += value * value;
    if (cut > middle) continue;
    const left = means.length - cut;
    const error = Math.max(0, squares - (sum * sum) / left) / (left * left);
    if (error <= best.error) best = { error, cut };
  }
  if (best.cut === middle) return { truncated: 0, steady: false };
  return { truncated: best.cut * BATCH, steady: true };
}

/** Means of so many values each; what is left over at the end belongs to none. */
export function batchMeans(values: readonly number[], size: number): number[] {
  return Array.from({ length: Math.floor(values.length / size) }, (_, batch) => {
    let sum = 0;
    for (let index = 0; index < size; index += 1) sum += values[batch * size + index] ?? 0;
    return sum / size;
  });
}
