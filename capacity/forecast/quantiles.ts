import type { Peak, Range } from '../../contracts/forecast-result.ts';
import { percentile } from '../../contracts/percentile.ts';

/** Two-sided 95 % of a normal distribution. */
const Z = 1.96;

/**
 * A percentile of simulated values with the error that comes from their number: order statistics, whose ranks follow a
 * binomial distribution (David and Nagaraja, "Order Statistics", 2003), here by its normal approximation.
 *
 * @param sorted ascending
 */
export function quantileRange(sorted: Float64Array, share: number): Range {
  const count = sorted.length;
  const half = (Z * Math.sqrt(count * share * (1 - share))) / count;
  const at = (place: number): number => percentile(sorted, Math.min(1, Math.max(1 / count, place)));
  return { value: at(share), low: at(share - half), high: at(share + half) };
}

export function peakOf(sorted: Float64Array, share: number): Peak {
  return {
    median: percentile(sorted, 0.5),
    required: quantileRange(sorted, share),
    highest: percentile(sorted, 1),
  };
}

/** At most. */
const BINS = 24;

/**
 * How many days fall into each of some bins of equal width.
 *
 * @param unit step between two possible values: bins are whole multiples of it, else some would hold more values than others
 */
export function histogramOf(
  sorted: Float64Array,
  unit: number,
): { from: number; to: number; days: number }[] {
  const [least, most] = [(sorted[0] ?? 0) - unit / 2, (sorted.at(-1) ?? 0) + unit / 2];
  const width = Math.ceil((most - least) / unit / BINS - 1e-9) * unit;
  const bins = Array.from({ length: Math.ceil((most - least) / width - 1e-9) }, (_, index) => ({
    from: least + index * width,
    to: least + (index + 1) * width,
    days: 0,
  }));
  for (const value of sorted) {
    const bin = bins[Math.floor((value - least) / width)];
    if (bin) bin.days += 1;
  }
  return bins;
}
