import { levelsOf, mean, type Point, standardError } from './point.ts';

/** Two-sided 95 % of a normal distribution. */
const Z = 1.96;
/** A mean this far off its curve, as a share of it, is no noise. */
const FAR = 0.1;

/** How well a curve explains what was measured. */
export interface Goodness {
  /** Share of the variance that the curve explains; below zero it is worse than the plain mean. */
  r_squared: number;
  /** Root of the mean squared difference, in the unit of the throughput. */
  rmse: number;
  /** Of the mean at each concurrency: measured minus curve, as a share of the curve. */
  residuals: { concurrency: number; relative: number }[];
  /**
   * `systematic`: some mean is off by more than a tenth and by more than its own spread explains, so the curve has
   * another shape than the data.
   */
  pattern: 'none' | 'systematic';
}

export function goodnessOf(points: readonly Point[], curve: (concurrency: number) => number): Goodness {
  const middle = mean(points.map(({ throughput }) => throughput));
  const sum = (difference: (point: Point) => number): number =>
    points.reduce((total, point) => total + difference(point) ** 2, 0);
  const unexplained = sum(({ concurrency, throughput }) => throughput - curve(concurrency));
  const all = sum(({ throughput }) => throughput - middle);
  const levels = levelsOf(points).map(({ concurrency, throughputs }) => {
    const expected = curve(concurrency);
    const off = mean(throughputs) - expected;
    const error = standardError(throughputs);
    const far = Math.abs(off) > FAR * expected && (error === null || Math.abs(off) > Z * error);
    return { concurrency, relative: off / expected, far };
  });
  return {
    r_squared: all === 0 ? Number(unexplained === 0) : 1 - unexplained / all,
    rmse: Math.sqrt(unexplained / points.length),
    residuals: levels.map(({ concurrency, relative }) => ({ concurrency, relative })),
    pattern: levels.some(({ far }) => far) ? 'systematic' : 'none',
  };
}

/**
 * Akaike's information criterion with the correction for few data (Hurvich and Tsai 1989), of a fit by least squares: the
 * lower the better, whatever the number of parameters. Null when there are too few points for it.
 *
 * @param parameters of the curve that were fitted to these points
 */
export function akaike(points: readonly Point[], rmse: number, parameters: number): number | null {
  const count = points.length;
  // The variance is estimated as well.
  const free = parameters + 1;
  if (count - free - 1 <= 0) return null;
  // What is exact has no likelihood; a thousandth of the mean is below every measurement's error.
  const least = mean(points.map(({ throughput }) => throughput)) / 1000;
  const variance = Math.max(rmse, least) ** 2;
  return count * Math.log(variance) + 2 * free + (2 * free * (free + 1)) / (count - free - 1);
}
