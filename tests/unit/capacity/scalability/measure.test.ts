import { expect, it } from 'vitest';
import { type LevelRecord, measureLevel } from '../../../../capacity/scalability/measure.ts';
import { OBSERVATION_VERSION, type Observation } from '../../../../contracts/observation.ts';
import type { Operation } from '../../../../history/operation.ts';

/** One process that is never idle: an assignment of 6 ms, then its undoing of 4 ms. */
function history(
  milliseconds: number,
  more: (index: number) => Partial<Operation> = () => ({}),
): Operation[] {
  return Array.from({ length: milliseconds / 10 }, (_, index): Operation[] => {
    const at = 1e9 + index * 10e6;
    const base = { class: 'ok', type: 'ok', code: null, http: 200 } as const;
    return [
      { ...base, f: 'assign', t0: at, t1: at + 6e6, ...more(index) } as Operation,
      { ...base, f: 'unassign', t0: at + 6e6, t1: at + 10e6 } as Operation,
    ];
  }).flat();
}

function look(at_ms: number, more: Partial<Observation> = {}): Observation {
  const use = at_ms / 1000;
  return {
    v: OBSERVATION_VERSION,
    at_ms,
    waiting: 1,
    active: 3,
    generator_cpu_s: 0.4 * use,
    cores: 2,
    database_cpu_s: 0.8 * use,
    api_cpu_s: 0.2 * use,
    machine_cpu: { busy_s: 1.6 * use, all_s: 2 * use },
    ...more,
  };
}

const record: LevelRecord = {
  concurrency: 1,
  repetition: 2,
  folder: 'levels/n001-r2',
  operations: history(4000),
  anchor: { v: 1, anchor: true, run: 'a0000000', runner: 'scalability', wall_ms: 50_000, error_ms: 0.1 },
  observations: [51_000, 51_900, 52_100, 53_000, 53_900, 54_100].map((at) => look(at)),
  verdict: { verdict: 'pass', headline: 'all promises kept' },
  warm_up_s: 1,
  duration_s: 2,
  poolSize: 3,
};

it('counts what ended between the warm-up and the end, and nothing else', () => {
  const found = measureLevel(record);
  expect(found.throughput).toBe(100);
  expect(found.calls_per_s).toBe(200);
  expect(found.response_ms).toBeCloseTo(5, 6);
  expect(found.assign_p95_ms).toBeCloseTo(6, 6);
  expect(found.in_flight_share).toBeCloseTo(1, 6);
  expect(found).toMatchObject({
    conflict_share: 0,
    errors: {},
    pool_timeouts: 0,
    verdict: 'pass',
    repetition: 2,
  });
});

it('counts conflicts and errors, which are no throughput', () => {
  const operations = history(4000, (index) =>
    index % 4 === 0
      ? { type: 'fail', class: 'conflict', code: 'P0001' }
      : index % 20 === 1
        ? { type: 'fail', class: 'overload', code: 'PGRST003' }
        : {},
  );
  const found = measureLevel({ ...record, operations });
  expect(found.conflict_share).toBeCloseTo(0.25);
  expect(found.throughput).toBeCloseTo(70);
  expect(found).toMatchObject({ errors: { overload: 10 }, pool_timeouts: 10 });
});

it('takes CPU, connections and locks from the looks of that time', () => {
  const locks = [
    {
      pid: 1,
      locktype: 'tuple',
      mode: 'x',
      relation: 'table_stress.table_inventory',
      key: '',
      waited_ms: 1,
      blocked_by: [2],
      statement: '',
    },
  ];
  const outside = look(51_000, { waiting: 9, active: 9 });
  const looks = [outside, look(52_100, { locks }), look(53_000, { active: 1 }), look(53_900)];
  const found = measureLevel({ ...record, observations: looks });
  expect(found.generator_cpu).toBeCloseTo(0.2);
  expect(found.database_cpu).toBeCloseTo(0.4);
  expect(found.api_cpu).toBeCloseTo(0.1);
  expect(found.machine_cpu).toBeCloseTo(0.8);
  expect(found.waiting_for_lock).toBe(1);
  expect(found.busy_connections).toBeCloseTo(7 / 3);
  expect(found.pool_exhausted_share).toBeCloseTo(2 / 3);
  expect(found.locks).toEqual([{ what: 'rows of table_inventory', seen: 1 }]);
});

it('leaves open what was not observed', () => {
  const found = measureLevel({ ...record, observations: [], poolSize: null });
  expect(found).toMatchObject({
    busy_connections: null,
    waiting_for_lock: null,
    pool_exhausted_share: null,
    generator_cpu: null,
    database_cpu: null,
    machine_cpu: null,
  });
});

it('refuses a level without a call', () => {
  expect(() => measureLevel({ ...record, operations: [] })).toThrow(/without a call/);
});
