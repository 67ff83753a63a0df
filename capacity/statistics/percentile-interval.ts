import { percentile } from '../../contracts/percentile.ts';

/** Normal quantile for 95 %. */
const QUANTILE = 1.96;
const NONE = Number.POSITIVE_INFINITY;

/** A percentile with the interval in which the true one lies in 95 of 100 samples. */
export interface PercentileInterval {
  value: number;
  low: number;
  /** Infinite where the sample is too small to bound it from above. */
  high: number;
}

/**
 * A percentile with its interval from order statistics, whatever the distribution (Hahn & Meeker 1991, section 5.2): the
 * number of values below the true percentile is binomial, here by its normal approximation. The largest value bounds it
 * from above as soon as a sample without any larger one would be rarer than one of forty (p to the power of the number).
 * Values that follow each other are not independent, so the true interval is wider still.
 *
 * @param sorted ascending, not empty
 * @param p above 0, below 1
 */
export function percentileInterval(sorted: ArrayLike<number>, p: number): PercentileInterval {
  const count = sorted.length;
  const spread = QUANTILE * Math.sqrt(count * p * (1 - p));
  const low = Math.max(1, Math.floor(count * p - spread));
  const high = Math.ceil(count * p + spread) + 1;
  return {
    value: percentile(sorted, p),
    low: sorted[low - 1] ?? Number.NEGATIVE_INFINITY,
    high: high <= count || p ** count <= 0.025 ? (sorted[Math.min(high, count) - 1] ?? NONE) : NONE,
  };
}
