import { levenbergMarquardt } from 'ml-levenberg-marquardt';
import { levelsOf, mean, type Point } from './point.ts';
import { type UslParameters, uslGradient, uslThroughput } from './usl.ts';

/** Where the search begins, σ and κ; λ is near the throughput of one process. One start alone can end in a corner. */
const STARTS: readonly (readonly [number, number])[] = [
  [0.05, 0.001],
  [0.5, 0.0001],
  [0.9, 0.01],
  [0, 0],
];
/** The search does not end by itself where data are not exact. */
const ITERATIONS = { far: 100, near: 30 };
/** Less than that is the search's own rounding: it would put a peak at thousands of processes. */
const LEAST_KAPPA = 1e-9;

/**
 * Least squares by Levenberg and Marquardt, with σ and κ not below zero, and σ not above one. Throughputs are divided by
 * the highest first, so that the steps of the search suit any unit. The mean of each level stands for its repetitions,
 * weighted by their number, which leaves the minimum where it is.
 *
 * @param points of at least two concurrencies
 * @param near σ and κ of much the same points, where the search may begin; left out: it begins at several places
 */
export function fitUsl(
  points: readonly Point[],
  near?: Pick<UslParameters, 'sigma' | 'kappa'>,
): UslParameters {
  const starts = near === undefined ? STARTS : [[near.sigma, near.kappa] as const];
  const scale = Math.max(...points.map(({ throughput }) => throughput));
  const levels = levelsOf(points).map(({ concurrency, throughputs }) => ({
    concurrency,
    throughput: mean(throughputs) / scale,
    count: throughputs.length,
  }));
  const iterations = near === undefined ? ITERATIONS.far : ITERATIONS.near;
  const tries = starts.flatMap((start) => refine(levels, start, iterations));
  const best = tries.reduce((one, other) => (squares(levels, other) < squares(levels, one) ? other : one));
  const kappa = best.kappa < LEAST_KAPPA ? 0 : best.kappa;
  return { ...best, kappa, lambda: best.lambda * scale };
}

/** Mean of so many repetitions. */
interface WeightedLevel extends Point {
  count: number;
}

/** From one start, with all parameters, and with either of the two that may be zero held there: a bound can trap the search. */
function refine(
  levels: readonly WeightedLevel[],
  [sigma, kappa]: readonly [number, number],
  maxIterations: number,
): UslParameters[] {
  const lambda = Math.max(...levels.map(({ concurrency, throughput }) => throughput / concurrency));
  const data = {
    x: levels.map(({ concurrency }) => concurrency),
    y: levels.map(({ throughput }) => throughput),
  };
  // The library divides squares by the square of these.
  const weights = levels.map(({ count }) => 1 / Math.sqrt(count));
  const freedoms: readonly { most: readonly number[] }[] = [
    { most: [Number.MAX_SAFE_INTEGER, 1, Number.MAX_SAFE_INTEGER] },
    { most: [Number.MAX_SAFE_INTEGER, 1, 0] },
    { most: [Number.MAX_SAFE_INTEGER, 0, Number.MAX_SAFE_INTEGER] },
  ];
  return freedoms.map(({ most }) => {
    const { parameterValues } = levenbergMarquardt(
      data,
      (values) => (concurrency) => uslThroughput(named(values), concurrency),
      {
        initialValues: [lambda, Math.min(sigma, most[1] ?? 1), Math.min(kappa, most[2] ?? 1)],
        minValues: [1e-12, 0, 0],
        maxValues: [...most],
        jacobianFunction: (values) => (concurrency) => uslGradient(named(values), concurrency),
        weights,
        maxIterations,
        errorTolerance: 1e-14,
      },
    );
    return named(parameterValues);
  });
}

function named([lambda = 0, sigma = 0, kappa = 0]: readonly number[]): UslParameters {
  return { lambda, sigma, kappa };
}

/** Sum of squared differences between measured and fitted throughput, without those among repetitions. */
function squares(levels: readonly WeightedLevel[], parameters: UslParameters): number {
  return levels.reduce(
    (sum, { concurrency, throughput, count }) =>
      sum + count * (throughput - uslThroughput(parameters, concurrency)) ** 2,
    0,
  );
}
