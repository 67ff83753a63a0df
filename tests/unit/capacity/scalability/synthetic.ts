import { Draws } from '../../../../capacity/forecast/draws.ts';
import type { Point } from '../../../../capacity/scalability/point.ts';
import { type UslParameters, uslThroughput } from '../../../../capacity/scalability/usl.ts';
import type { ScalabilityMeasurement } from '../../../../contracts/scalability-result.ts';

export const usualLevels = [1, 2, 4, 8, 16, 32];

export interface Synthetic {
  seed: number;
  /** Standard deviation of a measurement, as a share of it. */
  noise: number;
  repetitions?: number;
  levels?: readonly number[];
}

/** Measurements of a system that follows a law, with noise. */
export function pointsOf(
  law: UslParameters | ((concurrency: number) => number),
  { seed, noise, repetitions = 3, levels = usualLevels }: Synthetic,
): Point[] {
  const draws = new Draws(seed, 'synthetic');
  const at = typeof law === 'function' ? law : (concurrency: number) => uslThroughput(law, concurrency);
  return levels.flatMap((concurrency) =>
    Array.from({ length: repetitions }, () => ({
      concurrency,
      throughput: at(concurrency) * (1 + noise * draws.normal()),
    })),
  );
}

/** A measurement of a machine with nothing to complain about; `more` changes it. */
export function measurementOf(
  { concurrency, throughput }: Point,
  more: Partial<ScalabilityMeasurement> = {},
): ScalabilityMeasurement {
  return {
    concurrency,
    repetition: 1,
    folder: `levels/n${concurrency}`,
    seconds: 4,
    throughput,
    calls_per_s: 2 * throughput,
    response_ms: (500 * concurrency) / throughput,
    assign_p50_ms: 5,
    assign_p95_ms: 9,
    conflict_share: 0,
    errors: {},
    pool_timeouts: 0,
    in_flight_share: 0.97,
    busy_connections: Math.min(10, 0.6 * concurrency),
    waiting_for_lock: 0,
    pool_exhausted_share: 0,
    locks: [],
    generator_cpu: 0.1,
    api_cpu: 0.1,
    database_cpu: 0.2,
    machine_cpu: 0.45,
    verdict: 'pass',
    headline: 'all promises kept',
    ...more,
  };
}
