import type { Ratio } from '../contracts/comparison.ts';
import { percentile } from '../contracts/percentile.ts';
import { type Random, randomStream } from '../plan/random.ts';

/** Parts of a run that are drawn as a whole: calls that follow each other wait for the same things. */
const BLOCKS = 20;
const RESAMPLES = 400;
/** Two-sided 95 % of a normal distribution. */
const Z = 1.96;

/**
 * Logarithm of the ratio of two medians, with its standard error by a block bootstrap (Künsch 1989): latencies of a run
 * are no independent draws, so whole stretches of it are drawn again, not single calls. The median, since a few calls
 * that met a pause of the machine must not decide.
 *
 * @param a milliseconds, in the order of the calls
 * @param b the same of the other run
 */
export function medianLogRatio(
  a: readonly number[],
  b: readonly number[],
): { estimate: number; error: number } {
  const random = randomStream(1, 'comparison');
  const estimate = Math.log(median(b) / median(a));
  const draws = Array.from({ length: RESAMPLES }, () =>
    Math.log(median(resample(b, random)) / median(resample(a, random))),
  );
  const mean = draws.reduce((sum, each) => sum + each, 0) / draws.length;
  const variance = draws.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (draws.length - 1);
  return { estimate, error: Math.sqrt(variance) };
}

/** @param noise standard deviation of the logarithm of a median from run to run, of the same thing */
export function ratioOf({ estimate, error }: { estimate: number; error: number }, noise: number): Ratio {
  // Both runs have it.
  const half = Z * Math.sqrt(error ** 2 + 2 * noise ** 2);
  return { estimate: Math.exp(estimate), low: Math.exp(estimate - half), high: Math.exp(estimate + half) };
}

function resample(values: readonly number[], random: Random): number[] {
  const length = Math.max(1, Math.ceil(values.length / BLOCKS));
  const drawn: number[] = [];
  while (drawn.length < values.length) {
    const start = random.integer(0, Math.max(0, values.length - length));
    drawn.push(...values.slice(start, start + length));
  }
  return drawn;
}

function median(values: readonly number[]): number {
  // A clock of whole milliseconds can show nothing between.
  return Math.max(percentile(Float64Array.from(values).sort(), 0.5), 0.001);
}
