import type { CapacityFacts } from '../../../capacity/result.ts';
import type { CapacityStep } from '../../../contracts/capacity-result.ts';

export const slo: CapacityFacts['slo'] = {
  latency: [{ percentile: 95, ms: 300 }],
  max_error_share: 0.01,
  max_status_lag_ms: 1000,
};

/** A step that holds, with what is changed of it. */
export function stepOf(rate: number, change: Partial<CapacityStep> = {}): CapacityStep {
  const p95 = change.p95 ?? 40;
  return {
    number: 1,
    phase: 'grow',
    rate,
    achieved: rate,
    duration_s: 8,
    arrivals: Math.round(rate * 8),
    warm_up: { arrivals: 0, seconds: 0, steady: true },
    dropped: 0,
    p50: p95 / 2,
    p95,
    p99: p95 * 1.5,
    max: p95 * 2,
    intervals: [{ percentile: 95, value: p95, low: p95 * 0.9, high: p95 * 1.1 }],
    error_share: 0,
    errors: {},
    conflicts: 2,
    status_lag: { p95_ms: 12, reads: 8, never: 0 },
    growth_ms: 0,
    observed: {
      active: 2,
      waiting: 0,
      connections: 10,
      lock: null,
      generator_cpu: 0.1,
      machine_cpu: 0.4,
      start_lag_ms: 1,
      virtual_users: 20,
      virtual_users_wanted: 20,
    },
    correctness: 'pass',
    correctness_note: null,
    holds: true,
    clear: true,
    reasons: [],
    limit: null,
    ...change,
  };
}

/** A step that breaks because calls wait for a lock. */
export function brokenStep(rate: number, change: Partial<CapacityStep> = {}): CapacityStep {
  return stepOf(rate, {
    p95: 900,
    holds: false,
    reasons: [{ criterion: 'latency', text: 'p95 is 900 ms, above 300 ms' }],
    limit: 'locks',
    observed: {
      ...stepOf(rate).observed,
      active: 10,
      waiting: 9,
      lock: 'advisory (ExclusiveLock)',
    },
    ...change,
  });
}

/** What is known of a search beside its answer. */
export function factsOf(steps: CapacityStep[], change: Partial<CapacityFacts> = {}): CapacityFacts {
  return {
    v: 1,
    kind: 'capacity',
    run: 'abcdef01',
    started_at: '2026-11-26T10:00:00.000Z',
    ended_at: '2026-11-26T10:05:00.000Z',
    seed: 7,
    target: { kind: 'local', description: 'local (PostgreSQL 17)', functions: 'f'.repeat(64), broken: null },
    versions: { postgresql: '17.10', postgrest: '12.0.2', k6: '2.2.0' },
    slice: {
      tables: 'uniform',
      tables_per_restaurant: 24,
      zipf_exponent: null,
      restaurants: 8,
      merged: 0.1,
      conflicts: 0.05,
      watched: 0.05,
      pool_size: null,
    },
    slo,
    search: {
      start_rate: 10,
      growth: 2,
      precision: 0.1,
      repeats: 3,
      step_s: 8,
      min_calls: 100,
      max_rate: 1000,
      max_duration_s: 900,
    },
    ended: 'found',
    steps: steps.map((step, index) => ({ ...step, number: index + 1 })),
    isolated: { verdict: 'pass', summary: 'no row of the run left in 18 tables' },
    violation: null,
    failed: null,
    notes: [],
    ...change,
  };
}

/** A search that found 40 per second, limited by a lock. */
export const foundSteps = [
  stepOf(10),
  stepOf(20),
  stepOf(40, { p95: 60 }),
  brokenStep(80, { dropped: 12, limit: 'locks' }),
  brokenStep(43.6, { p95: 500, phase: 'bisect' }),
  stepOf(40, { p95: 70, phase: 'confirm' }),
  stepOf(40, { p95: 65, phase: 'confirm' }),
];
