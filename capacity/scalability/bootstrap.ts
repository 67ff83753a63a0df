import { type Random, randomStream } from '../../plan/random.ts';
import { fitUsl } from './fit-usl.ts';
import { levelsOf, mean, type Point } from './point.ts';
import type { UslParameters } from './usl.ts';

const RESAMPLES = 200;

/**
 * Parameters fitted to resampled measurements: at each concurrency as many repetitions are drawn again, with putting
 * back, as there were. Few repetitions drawn from themselves vary too little, by `(n−1)/n`; their distances from the mean
 * are stretched by `sqrt(n/(n−1))` against that (Davison and Hinkley, "Bootstrap Methods and their Application", 1997).
 *
 * @returns none when some concurrency was measured only once: nothing is known of its spread then
 */
export function resampledFits(
  points: readonly Point[],
  estimate: UslParameters,
  seed: number,
): UslParameters[] {
  const levels = levelsOf(points);
  if (levels.some(({ throughputs }) => throughputs.length < 2)) return [];
  const random = randomStream(seed, 'scalability');
  return Array.from({ length: RESAMPLES }, () => {
    const drawn = levels.flatMap(({ concurrency, throughputs }) =>
      resample(throughputs, random).map((throughput) => ({ concurrency, throughput })),
    );
    return fitUsl(drawn, estimate);
  });
}

function resample(values: readonly number[], random: Random): number[] {
  const middle = mean(values);
  const stretch = Math.sqrt(values.length / (values.length - 1));
  return values.map(() => {
    const value = values[random.integer(0, values.length - 1)] ?? middle;
    return Math.max(middle + (value - middle) * stretch, middle / 1000);
  });
}
