import type { CurvePoint, Estimate, UslFit } from '../../contracts/scalability-result.ts';
import { resampledFits } from './bootstrap.ts';
import { fitUsl } from './fit-usl.ts';
import { goodnessOf } from './goodness.ts';
import type { Point } from './point.ts';
import { reasonsAgainstFit, reasonsNotToFit } from './refusals.ts';
import { type UslParameters, uslPeak, uslThroughput } from './usl.ts';

/** How far beyond the highest measured concurrency curves are drawn. */
const BEYOND = 2;
/** Points of a curve. */
const STEPS = 48;
/** Two-sided 95 %. */
const [LOW, HIGH] = [0.025, 0.975];

export type FitOutcome = { fit: UslFit; refusals: [] } | { fit: null; refusals: string[] };

/**
 * The Universal Scalability Law fitted to measurements, with bootstrap intervals, or the reasons why the data do not
 * support it. Pure; the same seed gives the same intervals.
 */
export function fitScalability(points: readonly Point[], seed: number): FitOutcome {
  const before = reasonsNotToFit(points);
  if (before.length > 0) return { fit: null, refusals: before };
  const estimate = fitUsl(points);
  const goodness = goodnessOf(points, (concurrency) => uslThroughput(estimate, concurrency));
  const after = reasonsAgainstFit(points, goodness);
  if (after.length > 0) return { fit: null, refusals: after };
  const resampled = resampledFits(points, estimate, seed);
  const of = (value: (parameters: UslParameters) => number): Estimate => {
    const values = resampled.map(value);
    return { value: value(estimate), ...intervalOf(values) };
  };
  const most = Math.max(...points.map(({ concurrency }) => concurrency));
  const peak = uslPeak(estimate);
  const fit: UslFit = {
    lambda: of(({ lambda }) => lambda),
    sigma: of(({ sigma }) => sigma),
    kappa: of(({ kappa }) => kappa),
    goodness,
    peak:
      peak === null
        ? null
        : {
            concurrency: bounded(of((parameters) => uslPeak(parameters) ?? Number.POSITIVE_INFINITY)),
            throughput: bounded(of(highest)),
            extrapolated: peak > most,
          },
    limit: peak === null && estimate.sigma > 0 ? estimate.lambda / estimate.sigma : null,
    curve: curveOf(estimate, resampled, most),
  };
  return { fit, refusals: [] };
}

function curveOf(estimate: UslParameters, resampled: readonly UslParameters[], most: number): CurvePoint[] {
  return Array.from({ length: STEPS + 1 }, (_, step) => {
    const concurrency = 1 + (step / STEPS) * (BEYOND * most - 1);
    return {
      concurrency,
      throughput: uslThroughput(estimate, concurrency),
      ...intervalOf(resampled.map((parameters) => uslThroughput(parameters, concurrency))),
      extrapolated: concurrency > most,
    };
  });
}

function intervalOf(values: readonly number[]): Pick<Estimate, 'low' | 'high'> {
  if (values.length === 0) return { low: null, high: null };
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? Number.NaN;
  return { low: at(LOW), high: at(HIGH) };
}

/** Throughput at the peak, or the limit that it approaches. */
function highest(parameters: UslParameters): number {
  const peak = uslPeak(parameters);
  return peak === null ? parameters.lambda / parameters.sigma : uslThroughput(parameters, peak);
}

/** An end that is infinite, for a resample without a peak, is not known. */
function bounded({ value, low, high }: Estimate): Estimate {
  const finite = (end: number | null): number | null => (end !== null && Number.isFinite(end) ? end : null);
  return { value, low: finite(low), high: finite(high) };
}
