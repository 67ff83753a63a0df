import { describe, expect, it } from 'vitest';
import type { RunnerSummary } from '../../../contracts/runner-summary.ts';
import { mergeSummaries } from '../../../runners/merge-summaries.ts';

function summaryOf(runner: string, metrics: RunnerSummary['metrics']): RunnerSummary {
  return { v: 1, summary: true, run: 'abcdef01', runner, metrics };
}

const first = summaryOf('rush-1', {
  iterations: { type: 'counter', values: { count: 6, rate: 3 } },
  checks: { type: 'rate', values: { rate: 0.75, passes: 3, fails: 1 } },
  vus: { type: 'gauge', values: { value: 4, min: 4, max: 4 } },
  assign_duration: {
    type: 'trend',
    values: { count: 3, min: 1, max: 9, avg: 4, med: 2, 'p(95)': 8.3 },
  },
  http_req_waiting: { type: 'trend', values: { count: 3, min: 1, max: 9, avg: 4, med: 2, 'p(95)': 8.3 } },
});
const second = summaryOf('rush-2', {
  iterations: { type: 'counter', values: { count: 4, rate: 2 } },
  dropped_iterations: { type: 'counter', values: { count: 1, rate: 0.5 } },
  checks: { type: 'rate', values: { rate: 0, passes: 0, fails: 4 } },
  vus: { type: 'gauge', values: { value: 1, min: 1, max: 3 } },
  assign_duration: { type: 'trend', values: { count: 1, min: 20, max: 20, avg: 20, med: 20, 'p(95)': 20 } },
  http_req_waiting: { type: 'trend', values: { count: 0, min: 0, max: 0, avg: 0, med: 0, 'p(95)': 0 } },
});
const durations = new Map([['assign_duration', Float64Array.from([1, 2, 9, 20])]]);
const merged = mergeSummaries([first, second], ['rush-1', 'rush-2', 'rush-3'], durations);

describe('summaries of several k6', () => {
  it('add their counts and rates', () => {
    expect(merged.metrics.iterations?.values).toEqual({ count: 10, rate: 5 });
    expect(merged.metrics.dropped_iterations?.values).toEqual({ count: 1, rate: 0.5 });
    expect(merged.metrics.checks?.values).toEqual({ passes: 3, fails: 5, rate: 0.375 });
  });

  it('have the percentiles of all calls, from the records', () => {
    expect(merged.metrics.assign_duration?.values).toEqual({
      count: 4,
      min: 1,
      max: 20,
      avg: 8,
      med: 5.5,
      'p(95)': expect.closeTo(18.35, 9),
    });
  });

  it('name what cannot be merged, and leave it out', () => {
    // One without samples has no minimum of 0.
    expect(merged.metrics.http_req_waiting?.values).toEqual({ count: 3, min: 1, max: 9, avg: 4 });
    expect(merged.metrics.vus).toBeUndefined();
    expect(merged.not_merged).toEqual({
      http_req_waiting: ['med', 'p(95)'],
      vus: ['max', 'min', 'value'],
    });
  });

  it('say who left none', () => {
    expect([merged.merged_from, merged.missing]).toEqual([['rush-1', 'rush-2'], ['rush-3']]);
  });
});
