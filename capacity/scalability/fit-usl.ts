import { levenbergMarquardt } from 'ml-levenberg-marquardt';
import type { Point } from './point.ts';
import { type UslParameters, uslGradient, uslThroughput } from './usl.ts';

/** Where the search begins, σ and κ; λ is near the throughput of one process. One start alone can end in a corner. */
const STARTS: readonly (readonly [number, number])[] = [
  [0.05, 0.001],
  [0.5, 0.0001],
  [0.9, 0.01],
  [0, 0],
];
const ITERATIONS = 200;
/** Less than that is the search's own rounding: it would put a peak at thousands of processes. */
const LEAST_KAPPA = 1e-9;

/**
 * Least squares by Levenberg and Marquardt, with σ and κ not below zero, and σ not above one. Throughputs are divided by
 * the highest first, so that the steps of the search suit any unit.
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
  const scaled = points.map(({ concurrency, throughput }) => ({
    concurrency,
    throughput: throughput / scale,
  }));
  const tries = starts.flatMap((start) => refine(scaled, start));
  const best = tries.reduce((one, other) => (squares(scaled, other) < squares(scaled, one) ? other : one));
  const kappa = best.kappa < LEAST_KAPPA ? 0 : best.kappa;
  return { ...best, kappa, lambda: best.lambda * scale };
}

/** From one start, with all parameters, and with either of the two that may be zero held there: a bound can trap the search. */
function refine(points: readonly Point[], [sigma, kappa]: readonly [number, number]): UslParameters[] {
  const lambda = Math.max(...points.map(({ concurrency, throughput }) => throughput / concurrency));
  const data = {
    x: points.map(({ concurrency }) => concurrency),
    y: points.map(({ throughput }) => throughput),
  };
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
        maxIterations: ITERATIONS,
        errorTolerance: 1e-14,
      },
    );
    return named(parameterValues);
  });
}

function named([lambda = 0, sigma = 0, kappa = 0]: readonly number[]): UslParameters {
  return { lambda, sigma, kappa };
}

/** Sum of squared differences between measured and fitted throughput. */
export function squares(points: readonly Point[], parameters: UslParameters): number {
  return points.reduce(
    (sum, { concurrency, throughput }) => sum + (throughput - uslThroughput(parameters, concurrency)) ** 2,
    0,
  );
}
