import { describe, expect, it } from 'vitest';
import { measureCrowd } from '../../../capacity/crowd.ts';
import { findKnee } from '../../../capacity/knee.ts';
import { findLimit } from '../../../capacity/limit.ts';
import { describeLimit } from '../../../capacity/limit-words.ts';
import { judgeStep } from '../../../capacity/slo.ts';
import type { CapacityStep } from '../../../contracts/capacity-result.ts';
import type { Observation } from '../../../contracts/observation.ts';
import { slo, stepOf } from './step.ts';

const interval = (value: number, low: number, high: number | null) => [{ percentile: 95, value, low, high }];

describe('the SLO', () => {
  it('holds where everything is within it', () => {
    expect(judgeStep(stepOf(40), slo)).toEqual({ holds: true, clear: true, reasons: [] });
  });

  it.each<[string, Partial<CapacityStep>, string, boolean]>([
    ['latency', { intervals: interval(900, 800, 1000) }, 'latency', true],
    ['latency, closely', { intervals: interval(310, 280, 340) }, 'latency', false],
    ['no answer at all', { intervals: [] }, 'latency', true],
    ['errors', { error_share: 0.5, errors: { PGRST003: 200 } }, 'errors', true],
    ['errors, closely', { error_share: 0.012, errors: { '57014': 2 } }, 'errors', false],
    ['a single dropped arrival', { dropped: 1 }, 'dropped', true],
    ['status lag', { status_lag: { p95_ms: 1500, reads: 10, never: 0 } }, 'status-lag', false],
    ['a status that never comes', { status_lag: { p95_ms: 10, reads: 10, never: 1 } }, 'status-lag', false],
    ['a queue that grows', { growth_ms: 100 }, 'growing', false],
    ['fewer answers than arrivals', { achieved: 30 }, 'rate', false],
  ])('breaks by %s', (_, change, criterion, clear) => {
    const judged = judgeStep(stepOf(40, change), slo);
    expect(judged.holds).toBe(false);
    expect(judged.clear).toBe(clear);
    expect(judged.reasons.map((reason) => reason.criterion)).toEqual([criterion]);
  });

  it('holds closely where the interval goes beyond the limit', () => {
    expect(judgeStep(stepOf(40, { intervals: interval(290, 250, 320) }), slo)).toMatchObject({
      holds: true,
      clear: false,
    });
    expect(judgeStep(stepOf(40, { intervals: interval(50, 40, null) }), slo)).toMatchObject({
      holds: true,
      clear: false,
    });
  });

  it('leaves out what is not asked for', () => {
    const lagging = stepOf(40, { status_lag: { p95_ms: 9999, reads: 10, never: 3 } });
    expect(judgeStep(lagging, { ...slo, max_status_lag_ms: null }).holds).toBe(true);
    expect(judgeStep(stepOf(40, { status_lag: null }), slo).holds).toBe(true);
  });

  it('has a limit for each percentile', () => {
    const both = {
      ...slo,
      latency: [
        { percentile: 50 as const, ms: 100 },
        { percentile: 99 as const, ms: 200 },
      ],
    };
    const step = stepOf(40, {
      intervals: [
        { percentile: 50, value: 120, low: 110, high: 130 },
        { percentile: 99, value: 150, low: 140, high: 160 },
      ],
    });
    expect(judgeStep(step, both).reasons.map(({ text }) => text)).toEqual(['p50 is 120 ms, above 100 ms']);
  });

  it('counts what may still be under way when the last call begins', () => {
    // 300 ms of 2 s: 15 % of the calls may be under way.
    expect(judgeStep(stepOf(40, { duration_s: 2, achieved: 33 }), slo).holds).toBe(true);
    expect(judgeStep(stepOf(40, { duration_s: 20, achieved: 33 }), slo).holds).toBe(false);
  });
});

describe('the limit', () => {
  const settings = { max_generator_cpu: 0.9, latency_ms: 300 };
  const seen = (change: Partial<CapacityStep['observed']>, more: Partial<CapacityStep> = {}) => {
    const step = stepOf(80, more);
    return { ...step, observed: { ...step.observed, ...change } };
  };
  it.each([
    ['load-generator', seen({ start_lag_ms: 80, waiting: 9, active: 10 })],
    ['load-generator', seen({ generator_cpu: 0.95, machine_cpu: 1 })],
    ['virtual-users', seen({ virtual_users: 30, virtual_users_wanted: 97 }, { dropped: 3 })],
    ['locks', seen({ active: 10, waiting: 9, machine_cpu: 1 })],
    ['machine-cpu', seen({ active: 10, waiting: 1, machine_cpu: 0.97 })],
    ['connection-pool', seen({ active: 9.6, waiting: 0.1 })],
    [
      'connection-pool',
      seen({ active: null, waiting: null, connections: null }, { errors: { PGRST003: 4 } }),
    ],
    [
      'unclear',
      seen({
        active: null,
        waiting: null,
        connections: null,
        machine_cpu: null,
        generator_cpu: null,
        start_lag_ms: null,
      }),
    ],
    ['unclear', seen({ active: 3, waiting: 0 })],
  ] as const)('is %s', (expected, step) => {
    expect(findLimit(step, settings)).toBe(expected);
    expect(describeLimit(expected, step).length).toBeGreaterThan(10);
  });

  it('is not the virtual users where none was missing', () => {
    expect(findLimit(seen({ active: 10, waiting: 9 }, { dropped: 30 }), settings)).toBe('locks');
  });

  it('is told with what was seen', () => {
    expect(
      describeLimit(
        'locks',
        seen({ active: 9.5, waiting: 8.25, lock: 'tuple of table_inventory (ExclusiveLock)' }),
      ),
    ).toBe(
      'calls wait for locks: 9.5 of 10 connections were busy on average, 8.3 of them waiting, mostly for tuple of table_inventory (ExclusiveLock)',
    );
    expect(describeLimit('load-generator', seen({ start_lag_ms: 80 }))).toBe(
      'the load generator was the limit, not the target: 5 % of its calls were sent 80.0 ms late or more, it used 10 % of all cores, all together 40 %',
    );
  });
});

describe('the crowd', () => {
  const look = (active: number | null, waiting: number | null, lock?: string): Observation => ({
    v: 1,
    at_ms: 0,
    active,
    waiting,
    generator_cpu_s: null,
    cores: 2,
    ...(lock === undefined
      ? {}
      : {
          locks: [
            {
              pid: 1,
              locktype: lock,
              mode: 'ExclusiveLock',
              relation: null,
              key: '',
              waited_ms: 1,
              blocked_by: [],
              statement: '',
            },
          ],
        }),
  });

  it('is the mean over the looks that saw somebody', () => {
    const looks = [
      look(0, 0),
      look(10, 8, 'advisory'),
      look(8, 6, 'advisory'),
      look(9, 7, 'tuple'),
      look(null, null),
    ];
    expect(measureCrowd(looks)).toEqual({ active: 9, waiting: 7, lock: 'advisory (ExclusiveLock)' });
  });

  it('is not seen where nobody may look', () => {
    expect(measureCrowd([look(null, null)])).toEqual({ active: null, waiting: null, lock: null });
  });
});

describe('the knee', () => {
  const points = (...pairs: [number, number | null][]) => pairs.map(([rate, p95]) => ({ rate, p95 }));

  it('of a queue with one exponential server is near half of its capacity', () => {
    // 95th percentile of the time in an M/M/1 queue: ln 20 / (μ - λ).
    const knee = findKnee(
      [5, 10, 20, 40, 60, 80, 95].map((rate) => ({ rate, p95: (Math.log(20) / (100 - rate)) * 1000 })),
    );
    expect(knee?.rate).toBeGreaterThan(48);
    expect(knee?.rate).toBeLessThan(56);
  });

  it('lies between the steps around it', () => {
    expect(findKnee(points([10, 50], [20, 50], [40, 200]))?.rate).toBeCloseTo(28.28, 1);
  });

  it('is not beyond what was measured', () => {
    expect(findKnee(points([10, 50], [20, 52], [40, 60]))).toBeNull();
    expect(findKnee(points([10, 50], [20, 500]))).toBeNull();
    expect(findKnee(points([10, 50], [20, null], [40, null], [80, 500]))).toBeNull();
  });

  it('is the last crossing, and the median of the runs at a rate', () => {
    const knee = findKnee(points([10, 300], [20, 50], [20, 400], [20, 52], [40, 55], [80, 400]));
    expect(knee?.floor_ms).toBe(52);
    expect(knee?.rate).toBeGreaterThan(40);
  });
});
