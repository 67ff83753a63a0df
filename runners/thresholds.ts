import { UsageError } from '../contracts/errors.ts';
import type { MetricThreshold } from '../contracts/thresholds.ts';
import { type Durations, interpolated } from './durations.ts';

/** What the thresholds of a scenario are judged over. */
export interface Measured {
  durations: Durations;
  /** Arrivals that found no virtual user, over all load generators. */
  dropped: number;
}

/**
 * The thresholds of a scenario, over what all its load generators measured together: one of them alone sees a part of
 * the calls, and its percentiles say little about those of the whole.
 *
 * @returns expressions that did not hold, as k6 names them, for instance `assign_duration p(95)<3000`
 * @throws UsageError for an expression that k6 would refuse over a duration
 */
export function crossedThresholds(
  thresholds: readonly MetricThreshold[],
  { durations, dropped }: Measured,
): string[] {
  const crossed = thresholds.flatMap(({ metric, conditions, at_least }) => {
    const values = durations.get(metric) ?? new Float64Array();
    const failed = conditions
      .filter((condition) => !holds(condition, values))
      .map((each) => `${metric} ${each}`);
    const samples = metric.replace(/_duration$/, '_samples');
    return values.length < at_least ? [...failed, `${samples} count>=${at_least}`] : failed;
  });
  return dropped > 0 ? [...crossed, 'dropped_iterations count==0'] : crossed;
}

const EXPRESSION = /^(avg|min|max|med|count|p\((\d+(?:\.\d+)?)\))\s*(<=?|>=?|===?|!=)\s*(\d+(?:\.\d+)?)$/;

/** As in k6, nothing is not above anything: that there are samples is a threshold of its own. */
function holds(condition: string, sorted: Float64Array): boolean {
  const [, aggregation = '', percentile, comparison = '', limit = ''] = EXPRESSION.exec(condition) ?? [];
  if (aggregation === '') {
    throw new UsageError(`thresholds.json: ${condition} is no threshold over a duration`, [
      'use avg, min, max, med, count or p(N)',
    ]);
  }
  if (sorted.length === 0 && aggregation !== 'count') return true;
  const value =
    percentile === undefined
      ? aggregate(aggregation, sorted)
      : interpolated(sorted, Number(percentile) / 100);
  return compares(value, comparison, Number(limit));
}

function aggregate(name: string, sorted: Float64Array): number {
  if (name === 'count') return sorted.length;
  if (name === 'min') return sorted[0] ?? 0;
  if (name === 'max') return sorted[sorted.length - 1] ?? 0;
  if (name === 'med') return interpolated(sorted, 0.5);
  return sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
}

function compares(value: number, comparison: string, limit: number): boolean {
  if (comparison === '<') return value < limit;
  if (comparison === '<=') return value <= limit;
  if (comparison === '>') return value > limit;
  if (comparison === '>=') return value >= limit;
  return comparison === '!=' ? value !== limit : value === limit;
}
