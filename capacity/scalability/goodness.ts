import { type Level, levelsOf, mean, type Point } from './point.ts';

/** So many standard errors are no chance, though several levels are looked at. */
const Z = 3;
/** A mean this far off its curve, as a share of the highest throughput, is no noise: least squares weigh all levels so. */
const FAR = 0.07;

/** How well a curve explains what was measured. */
export interface Goodness {
  /** Share of the variance that the curve explains; below zero it is worse than the plain mean. */
  r_squared: number;
  /** Root of the mean squared difference, in the unit of the throughput. */
  rmse: number;
  /** Of the mean at each concurrency: measured minus curve, as a share of the curve. */
  residuals: { concurrency: number; relative: number }[];
  /**
   * `systematic`: some mean is off by more than 7 % of the highest throughput and by more than the spread of repetitions
   * explains, so the curve has another shape than the data.
   */
  pattern: 'none' | 'systematic';
}

export function goodnessOf(points: readonly Point[], curve: (concurrency: number) => number): Goodness {
  const middle = mean(points.map(({ throughput }) => throughput));
  const sum = (difference: (point: Point) => number): number =>
    points.reduce((total, point) => total + difference(point) ** 2, 0);
  const unexplained = sum(({ concurrency, throughput }) => throughput - curve(concurrency));
  const all = sum(({ throughput }) => throughput - middle);
  const measured = levelsOf(points);
  const spread = relativeSpread(measured);
  const highest = Math.max(...measured.map(({ concurrency }) => curve(concurrency)));
  const levels = measured.map(({ concurrency, throughputs }) => {
    const expected = curve(concurrency);
    const off = Math.abs(mean(throughputs) - expected);
    const error = (spread * expected) / Math.sqrt(throughputs.length);
    const relative = mean(throughputs) / expected - 1;
    return { concurrency, relative, far: off > FAR * highest && off > Z * error };
  });
  return {
    r_squared: all === 0 ? Number(unexplained === 0) : 1 - unexplained / all,
    rmse: Math.sqrt(unexplained / points.length),
    residuals: levels.map(({ concurrency, relative }) => ({ concurrency, relative })),
    pattern: levels.some(({ far }) => far) ? 'systematic' : 'none',
  };
}

/** Standard deviation of one measurement as a share of its level, over all levels: of a few repetitions alone it says little. */
function relativeSpread(levels: readonly Level[]): number {
  const squares = levels.flatMap(({ throughputs }) =>
    throughputs.map((throughput) => (throughput / mean(throughputs) - 1) ** 2),
  );
  const free = squares.length - levels.length;
  return free <= 0 ? 0 : Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / free);
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
