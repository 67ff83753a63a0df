import { type Level, levelsOf, mean, type Point, standardError } from './point.ts';

/** A curve of three parameters goes through any three points. */
const LEAST_LEVELS = 4;
/** Highest by lowest concurrency. */
const LEAST_SPAN = 4;
/** Share of the variance that has to be explained. */
export const LEAST_R_SQUARED = 0.9;
/** Below that, differences between throughputs are noise, as a share. */
const NOISE = 0.05;

/**
 * Why no curve can be fitted to these measurements; empty when one can.
 *
 * @param points without those that measured something else than the target
 */
export function reasonsNotToFit(points: readonly Point[]): string[] {
  const levels = levelsOf(points);
  const count = levels.length;
  if (count < LEAST_LEVELS) {
    return [
      `${count} usable ${count === 1 ? 'level' : 'levels'} of concurrency cannot test a curve of three parameters: at least ${LEAST_LEVELS} are needed, six or more are better`,
    ];
  }
  const [lowest, highest] = [levels[0]?.concurrency ?? 1, levels.at(-1)?.concurrency ?? 1];
  const reasons: string[] = [];
  if (highest < LEAST_SPAN * lowest) {
    reasons.push(
      `the levels of concurrency lie too close together (${lowest} to ${highest}): the highest must be at least ${LEAST_SPAN} times the lowest`,
    );
  }
  if (levels.some(({ throughputs }) => mean(throughputs) <= 0))
    reasons.push('a level has no acknowledged assignment at all');
  const turns = turnsOf(levels);
  if (turns.length > 1) {
    reasons.push(
      `throughput rises, falls and rises again (at ${turns.join(', ')} processes), which no law of scalability does: the measurements are noise, or the machine did something else meanwhile`,
    );
  }
  return reasons;
}

/** Why a fitted curve must not be believed. */
export function reasonsAgainstFit(
  points: readonly Point[],
  { r_squared, pattern }: { r_squared: number; pattern: 'none' | 'systematic' },
): string[] {
  const reasons: string[] = [];
  if (r_squared < LEAST_R_SQUARED) {
    const means = levelsOf(points).map(({ throughputs }) => mean(throughputs));
    const flat = Math.max(...means) < (1 + 2 * NOISE) * Math.min(...means);
    const scattered = spreadOf(points) > 1 - LEAST_R_SQUARED;
    reasons.push(
      flat
        ? 'throughput is the same at every level: one process already takes all there is, and more of them tell nothing about how it scales'
        : `the curve explains ${Math.round(Math.max(0, r_squared) * 100)} % of the variance only (at least ${LEAST_R_SQUARED * 100} % are needed)${scattered ? ': repetitions of one level differ too much for any curve, so end what else uses the machine, or measure longer' : ''}`,
    );
  }
  if (pattern === 'systematic') {
    reasons.push('the measurements lie off the curve by more than their own spread: it has another shape');
  }
  return reasons;
}

/** Share of the variance that lies within the levels, which no curve can explain. */
function spreadOf(points: readonly Point[]): number {
  const middle = mean(points.map(({ throughput }) => throughput));
  const squares = (values: readonly number[], from: number): number =>
    values.reduce((sum, value) => sum + (value - from) ** 2, 0);
  const within = levelsOf(points).reduce(
    (sum, { throughputs }) => sum + squares(throughputs, mean(throughputs)),
    0,
  );
  const all = squares(
    points.map(({ throughput }) => throughput),
    middle,
  );
  return all === 0 ? 0 : within / all;
}

/** Concurrencies at which throughput turns from rising to falling or back, by more than noise. */
function turnsOf(levels: readonly Level[]): number[] {
  const turns: number[] = [];
  let direction = 1;
  let extreme = levels[0];
  for (const level of levels.slice(1)) {
    if (!extreme) break;
    const step = direction * (mean(level.throughputs) - mean(extreme.throughputs));
    if (step >= 0) extreme = level;
    else if (-step > noiseBetween(extreme, level)) {
      turns.push(extreme.concurrency);
      direction = -direction;
      extreme = level;
    }
  }
  return turns;
}

/** How far two means may be apart by chance: twice the standard error of their difference, and never less than 5 %. */
function noiseBetween(one: Level, other: Level): number {
  const errors = [one, other].map(({ throughputs }) => standardError(throughputs) ?? 0);
  const share = NOISE * Math.max(mean(one.throughputs), mean(other.throughputs));
  return Math.max(share, 2 * Math.hypot(...errors));
}
