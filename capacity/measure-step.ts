import type { SloPercentile } from '../contracts/capacity-limits.ts';
import type { CapacityStep } from '../contracts/capacity-result.ts';
import { distribution, percentile } from '../contracts/percentile.ts';
import type { Operation } from '../history/operation.ts';
import { percentileInterval } from './statistics/percentile-interval.ts';
import { findTrend } from './statistics/trend.ts';
import { batchMeans, findWarmUp } from './statistics/warm-up.ts';

/** Slices of a step whose latencies are looked at for a trend. */
const SLICES = 24;

/** What is known of a step besides its history. */
export interface StepLoad {
  duration_s: number;
  dropped: number;
  percentiles: readonly SloPercentile[];
}

export type MeasuredStep = Pick<
  CapacityStep,
  | 'achieved'
  | 'arrivals'
  | 'warm_up'
  | 'p50'
  | 'p95'
  | 'p99'
  | 'max'
  | 'intervals'
  | 'error_share'
  | 'errors'
  | 'conflicts'
  | 'status_lag'
  | 'growth_ms'
> & { start_lag_ms: number | null };

interface Call {
  /** Nanoseconds on the runner's clock. */
  scheduled: number;
  operation: Operation;
}

/**
 * What a step's history says. Latency counts from the instant at which a call was to begin, not from that at which it
 * was sent: a call that is late because others are slow has waited, too (coordinated omission; Tene 2013, "How not to
 * measure latency"). What belongs to the warm-up is left out of everything but the errors and dropped arrivals.
 */
export function measureStep(operations: readonly Operation[], load: StepLoad): MeasuredStep {
  const calls = operations
    .flatMap((operation): Call[] =>
      operation.f === 'assign' && operation.round
        ? [{ scheduled: operation.round.scheduled, operation }]
        : [],
    )
    .sort((a, b) => a.scheduled - b.scheduled);
  const latencies = calls.map(latencyOf);
  const warmUp = findWarmUp(latencies.map((latency) => Math.log(Math.max(latency, 0.01))));
  const steady = calls.slice(warmUp.truncated);
  const kept = Float64Array.from(latencies.slice(warmUp.truncated)).sort();
  const figures = distribution([...kept]);
  const lags = Float64Array.from(
    steady.map(({ scheduled, operation }) => Math.max(0, (operation.t0 - scheduled) / 1e6)),
  ).sort();
  const failed = calls.filter(({ operation }) => isError(operation));
  return {
    achieved: achievedRate(steady, calls[0]?.scheduled ?? 0, load),
    arrivals: steady.length,
    warm_up: {
      arrivals: warmUp.truncated,
      seconds: round(secondsBetween(calls[0], steady[0])),
      steady: warmUp.steady,
    },
    p50: rounded(figures?.p50),
    p95: rounded(figures?.p95),
    p99: rounded(figures?.p99),
    max: rounded(figures?.max),
    intervals:
      kept.length === 0
        ? []
        : load.percentiles.map((each) => {
            const { value, low, high } = percentileInterval(kept, each / 100);
            return {
              percentile: each,
              value: round(value),
              low: round(low),
              high: Number.isFinite(high) ? round(high) : null,
            };
          }),
    error_share: (failed.length + load.dropped) / Math.max(1, calls.length + load.dropped),
    errors: tally([
      ...failed.map(({ operation }) => operation.code ?? `HTTP ${operation.http}`),
      ...Array.from({ length: load.dropped }, () => 'dropped'),
    ]),
    conflicts: calls.filter(({ operation }) => operation.class === 'conflict').length,
    status_lag: measureLag(operations),
    growth_ms: growthOf(latencies.slice(warmUp.truncated)),
    // Numbers lag behind after a dropped arrival, and with them the instants that calls were due.
    start_lag_ms: lags.length === 0 || load.dropped > 0 ? null : round(percentile(lags, 0.95)),
  };
}

function latencyOf({ scheduled, operation }: Call): number {
  return (operation.t1 - scheduled) / 1e6;
}

/** Conflicts and refusals are what the application is there to say. */
export function isError({ class: result }: Operation): boolean {
  return result !== 'ok' && result !== 'conflict' && result !== 'refusal';
}

/** First calls whose shortest latency says when answers begin to come. */
const FIRST = 10;

/**
 * Answers per second from the first ones until arrivals ended: what is answered later was not carried in time, and where
 * the target keeps up, answers come as fast as arrivals do.
 *
 * @param begin when the first arrival of the step was due, nanoseconds
 */
function achievedRate(calls: readonly Call[], begin: number, { duration_s }: StepLoad): number {
  const from = Math.min(...calls.slice(0, FIRST).map(({ operation }) => operation.t1));
  const until = begin + duration_s * 1e9;
  // Not by the number of the last: numbers lag behind after dropped arrivals.
  if (!(from < until)) return 0;
  const answered = calls.filter(
    ({ operation }) => !isError(operation) && operation.t1 > from && operation.t1 <= until,
  ).length;
  return round(answered / ((until - from) / 1e9));
}

/** How much latencies rose from the beginning to the end of the step; 0 for what chance explains. */
function growthOf(latencies: readonly number[]): number {
  const size = Math.max(1, Math.floor(latencies.length / SLICES));
  const { significant, change } = findTrend(batchMeans(latencies, size));
  return significant ? round(Math.max(0, change)) : 0;
}

/** From the answer to an assignment for now until its tables were read as reserved; the read itself included. */
function measureLag(operations: readonly Operation[]): CapacityStep['status_lag'] {
  const answered = new Map<number, number>();
  const seen = new Map<number, number>();
  const watched = new Set<number>();
  for (const operation of operations) {
    const number = operation.round?.round;
    if (number === undefined || operation.type !== 'ok') continue;
    if (operation.f === 'assign') answered.set(number, operation.t1);
    if (operation.f !== 'status') continue;
    watched.add(number);
    const statuses = Object.values((operation.value ?? {}) as Record<string, string>);
    const reserved = statuses.length > 0 && statuses.every((status) => status === 'reserved');
    if (reserved) seen.set(number, Math.min(seen.get(number) ?? Number.POSITIVE_INFINITY, operation.t1));
  }
  if (watched.size === 0) return null;
  const lags = [...seen].flatMap(([number, at]) => {
    const from = answered.get(number);
    return from === undefined ? [] : [(at - from) / 1e6];
  });
  const sorted = Float64Array.from(lags).sort();
  return {
    p95_ms: sorted.length === 0 ? null : round(percentile(sorted, 0.95)),
    reads: watched.size,
    never: watched.size - seen.size,
  };
}

function secondsBetween(from: Call | undefined, to: Call | undefined): number {
  return from && to ? (to.scheduled - from.scheduled) / 1e9 : 0;
}

function tally(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

const round = (value: number): number => Math.round(value * 1000) / 1000;
const rounded = (value: number | undefined): number | null =>
  value === undefined ? null : round(Math.max(0, value));
