/** Parameters of the Universal Scalability Law. */
export interface UslParameters {
  /** λ: throughput of one process that meets nobody, per second. */
  lambda: number;
  /** σ: share of the work that only one process can do at a time (contention). */
  sigma: number;
  /** κ: cost of each pair of processes that must agree (coherence). Above zero, throughput falls behind its peak. */
  kappa: number;
}

/**
 * Throughput of `concurrency` processes: `X(N) = λN / (1 + σ(N−1) + κN(N−1))`. Gunther, "A simple capacity model of
 * massively parallel transaction systems" (1993); "Guerrilla Capacity Planning" (2007), chapter 4.
 */
export function uslThroughput({ lambda, sigma, kappa }: UslParameters, concurrency: number): number {
  return (lambda * concurrency) / denominator(sigma, kappa, concurrency);
}

/** Derivatives of the throughput by λ, σ and κ. */
export function uslGradient({ lambda, sigma, kappa }: UslParameters, concurrency: number): number[] {
  const below = denominator(sigma, kappa, concurrency);
  const by = (-lambda * concurrency) / below ** 2;
  return [concurrency / below, by * (concurrency - 1), by * concurrency * (concurrency - 1)];
}

/**
 * Concurrency of the highest throughput, `sqrt((1−σ)/κ)`, at least 1; null when there is none, because throughput
 * only approaches a limit (κ = 0).
 */
export function uslPeak({ sigma, kappa }: UslParameters): number | null {
  if (kappa <= 0) return null;
  return Math.max(1, Math.sqrt(Math.max(0, 1 - sigma) / kappa));
}

function denominator(sigma: number, kappa: number, concurrency: number): number {
  return 1 + sigma * (concurrency - 1) + kappa * concurrency * (concurrency - 1);
}
