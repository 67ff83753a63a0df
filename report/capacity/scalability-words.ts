import type {
  Estimate,
  ModelResult,
  ScalabilityMeasurement,
  ScalabilityResult,
} from '../../contracts/scalability-result.ts';
import { mergeVerdicts, type VerdictValue } from '../../contracts/verdict.ts';

/** Three significant digits, without an exponent where that is readable. */
export function number(value: number): string {
  if (value === 0) return '0';
  if (Math.abs(value) < 1e-4) return value.toExponential(1);
  return String(Number(value.toPrecision(3)));
}

/** `0.12 (0.08 to 0.17)`; without an interval just the value. */
export function estimateInWords({ value, low, high }: Estimate): string {
  if (low === null && high === null) return number(value);
  return `${number(value)} (${low === null ? 'unknown' : number(low)} to ${high === null ? 'unknown' : number(high)})`;
}

export function modelWords({ about, r_squared, rmse }: ModelResult): string {
  return `${about}: off by ${number(rmse)} assignments per second, R² ${r_squared.toFixed(3)}`;
}

/** One level of concurrency, over its repetitions. */
export interface LevelRow {
  concurrency: number;
  repetitions: number;
  mean: number;
  low: number;
  high: number;
  fitted: number | null;
  response_ms: number;
  assign_p95_ms: number | null;
  conflict_share: number;
  waiting_share: number | null;
  generator_cpu: number | null;
  database_cpu: number | null;
  machine_cpu: number | null;
  verdict: VerdictValue;
  left_out: number;
}

export function levelRows({ measurements, fit, left_out }: ScalabilityResult): LevelRow[] {
  const levels = [...new Set(measurements.map(({ concurrency }) => concurrency))].sort((a, b) => a - b);
  return levels.map((concurrency) => {
    const own = measurements.filter((each) => each.concurrency === concurrency);
    const residual = fit?.goodness.residuals.find((each) => each.concurrency === concurrency);
    const usable = own.filter(({ repetition }) => !isLeftOut(left_out, concurrency, repetition));
    const throughputs = own.map(({ throughput }) => throughput);
    return {
      concurrency,
      repetitions: own.length,
      mean: average(throughputs) ?? 0,
      low: Math.min(...throughputs),
      high: Math.max(...throughputs),
      fitted: residual
        ? (average(usable.map(({ throughput }) => throughput)) ?? 0) / (1 + residual.relative)
        : null,
      response_ms: average(own.map(({ response_ms }) => response_ms)) ?? 0,
      assign_p95_ms: mean(own, ({ assign_p95_ms }) => assign_p95_ms),
      conflict_share: average(own.map(({ conflict_share }) => conflict_share)) ?? 0,
      waiting_share: mean(own, ({ waiting_for_lock }) =>
        waiting_for_lock === null ? null : waiting_for_lock / concurrency,
      ),
      generator_cpu: mean(own, ({ generator_cpu }) => generator_cpu),
      database_cpu: mean(own, ({ database_cpu }) => database_cpu),
      machine_cpu: mean(own, ({ machine_cpu }) => machine_cpu),
      verdict: mergeVerdicts(own.map(({ verdict }) => verdict)),
      left_out: own.length - usable.length,
    };
  });
}

function isLeftOut(list: ScalabilityResult['left_out'], concurrency: number, repetition: number): boolean {
  return list.some((each) => each.concurrency === concurrency && each.repetition === repetition);
}

function mean(
  measurements: readonly ScalabilityMeasurement[],
  value: (measurement: ScalabilityMeasurement) => number | null,
): number | null {
  return average(measurements.map(value).filter((each) => each !== null));
}

function average(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
