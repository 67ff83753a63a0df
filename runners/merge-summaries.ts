import type { RunnerSummary, SummaryMetric } from '../contracts/runner-summary.ts';
import { type Durations, interpolated } from './durations.ts';

/** What the k6 of one scenario said together, in the shape of the summary of one. */
export interface MergedSummary {
  merged_from: string[];
  /** Load generators that left no summary: what they counted is not in here. */
  missing: string[];
  metrics: Record<string, SummaryMetric>;
  /** What cannot be merged and was left out, by metric: names of aggregations. */
  not_merged: Record<string, string[]>;
}

/**
 * Merges the summaries of several k6. Counts add up, and so do passes and failures of rates; of trends count, minimum, maximum and
 * average follow from those of the parts. Percentiles do not: those of calls are computed anew from the records, all others
 * are left out, and named. Gauges have a last value only, which means nothing over several.
 *
 * @param expected names of the load generators
 * @param durations from the records of all of them
 */
export function mergeSummaries(
  summaries: readonly RunnerSummary[],
  expected: readonly string[],
  durations: Durations,
): MergedSummary {
  const merged_from = summaries.map(({ runner }) => runner);
  const result: MergedSummary = {
    merged_from,
    missing: expected.filter((runner) => !merged_from.includes(runner)),
    metrics: {},
    not_merged: {},
  };
  const names = new Set(summaries.flatMap(({ metrics }) => Object.keys(metrics)));
  for (const name of [...names].sort()) {
    const parts = summaries.flatMap(({ metrics }) => metrics[name] ?? []);
    const values = mergedValues(parts, durations.get(name) ?? null);
    const lost = new Set(
      parts.flatMap((part) => Object.keys(part.values)).filter((each) => !(each in values)),
    );
    const [{ type } = {}] = parts;
    if (Object.keys(values).length > 0) result.metrics[name] = { ...(type ? { type } : {}), values };
    if (lost.size > 0) result.not_merged[name] = [...lost].sort();
  }
  return result;
}

type Values = Record<string, number>;

function mergedValues(parts: readonly SummaryMetric[], calls: Float64Array | null): Values {
  const [first] = parts;
  const all = parts.map(({ values }) => values);
  if (first?.type === 'rate') return mergedRate(all);
  if (first?.type === 'trend' || (first && 'avg' in first.values)) {
    return { ...mergedTrend(all), ...(calls === null ? {} : percentilesOf(first.values, calls)) };
  }
  if (first?.type === 'gauge') return {};
  return mergedCounter(all);
}

function mergedCounter(all: readonly Values[]): Values {
  // Each over its own time: they began and ended nearly together.
  return { count: total(all, 'count'), rate: total(all, 'rate') };
}

function mergedRate(all: readonly Values[]): Values {
  const passes = total(all, 'passes');
  const fails = total(all, 'fails');
  return { passes, fails, ...(passes + fails > 0 ? { rate: passes / (passes + fails) } : {}) };
}

function mergedTrend(all: readonly Values[]): Values {
  const parts = all.filter(({ count }) => count !== undefined && count > 0);
  const count = total(parts, 'count');
  if (count === 0) return {};
  return {
    count,
    min: Math.min(...parts.map(({ min = Number.POSITIVE_INFINITY }) => min)),
    max: Math.max(...parts.map(({ max = Number.NEGATIVE_INFINITY }) => max)),
    avg: parts.reduce((sum, { avg = 0, count: of = 0 }) => sum + avg * of, 0) / count,
  };
}

/** The percentiles that each part has, over all calls. */
function percentilesOf(part: Values, calls: Float64Array): Values {
  const shares = Object.keys(part).flatMap((name): [string, number][] => {
    if (name === 'med') return [[name, 0.5]];
    const percentile = /^p\((\d+(?:\.\d+)?)\)$/.exec(name)?.[1];
    return percentile === undefined ? [] : [[name, Number(percentile) / 100]];
  });
  return Object.fromEntries(shares.map(([name, share]) => [name, interpolated(calls, share)]));
}

function total(all: readonly Values[], name: string): number {
  return all.reduce((sum, values) => sum + (values[name] ?? 0), 0);
}
