/** Normal quantile for a two-sided test at 1 %. */
const CRITICAL = 2.576;

/** A monotone trend over time. */
export interface Trend {
  /** Whether chance alone would show so much in fewer than one of a hundred. */
  significant: boolean;
  /** How much the values change from the first to the last, by the median of all slopes. */
  change: number;
}

/**
 * Whether values rise or fall over time: Mann's test against Kendall's S (Mann 1945, Kendall 1975), and the slope of
 * Theil and Sen (Sen 1968), neither of which a few outliers can move.
 *
 * @param values equally spaced in time; a few dozen, the work is quadratic
 */
export function findTrend(values: readonly number[]): Trend {
  const count = values.length;
  if (count < 8) return { significant: false, change: 0 };
  let s = 0;
  const slopes: number[] = [];
  for (let later = 1; later < count; later += 1) {
    for (let earlier = 0; earlier < later; earlier += 1) {
      const difference = (values[later] ?? 0) - (values[earlier] ?? 0);
      s += Math.sign(difference);
      slopes.push(difference / (later - earlier));
    }
  }
  const variance = (count * (count - 1) * (2 * count + 5)) / 18;
  const z = s === 0 ? 0 : (s - Math.sign(s)) / Math.sqrt(variance);
  slopes.sort((a, b) => a - b);
  const slope = slopes[Math.floor(slopes.length / 2)] ?? 0;
  return { significant: Math.abs(z) > CRITICAL, change: slope * (count - 1) };
}
