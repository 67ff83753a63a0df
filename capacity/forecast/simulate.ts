import type { LaunchProfile } from '../../contracts/launch-profile.ts';
import { Draws } from './draws.ts';
import { callsPerBooking } from './intensity.ts';

/** Peaks of simulated days, assignments per second, each list ascending. */
export interface Peaks {
  second: Float64Array;
  minute: Float64Array;
}

export interface SimulationOptions {
  seed: number;
  /**
   * Names the stream of chances, so that scenarios do not depend on each other. Months of one scenario have the same
   * chances, so that they differ by growth alone.
   */
  name: string;
  rounds: number;
  /** Months after the launch; growth is drawn for each round anew. */
  month?: number;
}

const SECONDS = 60;
/** Minutes in which less than this share of the busiest minute is expected hold no peak. */
const NEGLIGIBLE = 1 / 20;

/**
 * Monte Carlo of the busiest second and the busiest minute of a day. Calls are a Poisson process whose rate follows the
 * expected bookings (non-homogeneous), times a gamma factor of the day and another of the minute (overdispersion: counts
 * are negative binomial then). Within a minute its rate is the same; the busiest of its seconds is drawn from the
 * distribution of the highest of sixty.
 *
 * @param expected bookings per minute, over the day
 */
export function simulatePeaks(
  profile: LaunchProfile,
  expected: Float64Array,
  { seed, name, rounds, month = 0 }: SimulationOptions,
): Peaks {
  const draws = new Draws(seed, `forecast ${name}`);
  const { variation, growth } = profile;
  const calls = callsPerBooking(profile);
  const busiest = Math.max(...expected);
  const minutes = expected.filter((bookings) => bookings > busiest * NEGLIGIBLE);
  const peaks: Peaks = { second: new Float64Array(rounds), minute: new Float64Array(rounds) };
  for (let round = 0; round < rounds; round += 1) {
    const monthly = Math.max(-0.99, growth.per_month + growth.spread * draws.normal());
    const day = draws.gamma(variation.day) * (1 + monthly) ** month * calls;
    let most = 0;
    let second = 0;
    for (const bookings of minutes) {
      const rate = bookings * day * draws.gamma(variation.minute);
      const count = draws.poisson(rate);
      most = Math.max(most, count);
      // Drawn apart from the count, it must not be below its average.
      const average = Math.ceil(count / SECONDS);
      second = Math.max(second, average, draws.highestPoisson(rate / SECONDS, SECONDS));
    }
    peaks.minute[round] = most / SECONDS;
    peaks.second[round] = second;
  }
  peaks.minute.sort();
  peaks.second.sort();
  return peaks;
}
