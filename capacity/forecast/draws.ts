import { type Random, randomStream } from '../../plan/random.ts';

/** Below this mean, probabilities are added up one by one. */
const SMALL_MEAN = 40;
/** 2^31: as many values as `Random` gives at once. */
const RESOLUTION = 2 ** 31;

/** Draws from distributions; the same seed and name give the same sequence. */
export class Draws {
  private readonly random: Random;

  constructor(seed: number, name: string) {
    this.random = randomStream(seed, name);
  }

  /** Uniform in (0, 1), with 31 bits: never one of the ends. */
  uniform(): number {
    return (this.random.integer(0, RESOLUTION - 1) + 0.5) / RESOLUTION;
  }

  normal(): number {
    return normalQuantile(this.uniform());
  }

  /** Mean 1 and the given standard deviation. Marsaglia and Tsang, "A simple method for generating gamma variables" (2000). */
  gamma(variation: number): number {
    if (variation === 0) return 1;
    const shape = 1 / variation ** 2;
    // Below one they draw from one more, and correct by a power.
    const raised = shape < 1 ? shape + 1 : shape;
    const correction = shape < 1 ? this.uniform() ** (1 / shape) : 1;
    return (this.gammaOf(raised) * correction) / shape;
  }

  private gammaOf(shape: number): number {
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = this.normal();
      const v = (1 + c * x) ** 3;
      if (v > 0 && Math.log(this.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
    }
  }

  poisson(mean: number): number {
    return poissonQuantile(this.uniform(), mean);
  }

  /** The highest of so many independent draws, from one: their common distribution function is a power of that of one. */
  highestPoisson(mean: number, count: number): number {
    return poissonQuantile(this.uniform() ** (1 / count), mean);
  }
}

/**
 * The smallest number whose probability of not being exceeded reaches `share`. For large means by the expansion of Cornish
 * and Fisher (1938), which is off by at most one there.
 *
 * @param share in (0, 1)
 */
export function poissonQuantile(share: number, mean: number): number {
  if (mean <= 0) return 0;
  if (mean >= SMALL_MEAN) {
    const z = normalQuantile(share);
    const root = Math.sqrt(mean);
    return Math.max(0, Math.round(mean + root * z + (z * z - 1) / 6 + (z - z ** 3) / (72 * root)));
  }
  let probability = Math.exp(-mean);
  let total = probability;
  let count = 0;
  // The sum never quite reaches one: beyond the mean it ends where nothing is added any more.
  while (total < share && (count < mean || probability > 1e-17)) {
    count += 1;
    probability *= mean / count;
    total += probability;
  }
  return count;
}

/** Inverse of the normal distribution function, by Acklam's rational approximation; relative error below 1.2e-9. */
export function normalQuantile(share: number): number {
  if (share > 0.5) return -normalQuantile(1 - share);
  if (share < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(share));
    return polynomial(tailTop, q) / (polynomial(tailBottom, q) * q + 1);
  }
  const q = share - 0.5;
  const r = q * q;
  return (polynomial(middleTop, r) * q) / (polynomial(middleBottom, r) * r + 1);
}

const middleTop = [
  -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716,
  2.506628277459239,
];
const middleBottom = [
  -54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572,
];
const tailTop = [
  -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
];
const tailBottom = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416];

/** Coefficients from the highest power down. */
function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);
}
