import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { DatabaseCounters } from '../../../contracts/database-counters.ts';
import { type Cause, causeNames, diagnosisSchema } from '../../../contracts/diagnosis.ts';
import type { LockWait, Observation } from '../../../contracts/observation.ts';
import { readThresholds } from '../../../contracts/read-thresholds.ts';
import { diagnose } from '../../../diagnose/diagnose.ts';
import type { ScenarioEvidence } from '../../../diagnose/evidence.ts';
import type { Operation } from '../../../history/operation.ts';
import { fixtureManifest } from '../report/fixture.ts';

const thresholds = readThresholds(path.resolve(import.meta.dirname, '../../../thresholds.json'));
const manifest = { ...fixtureManifest(), thresholds };

interface Call {
  code?: string | null;
  tables?: number;
  retry?: number;
  class?: string;
}

/** A call of 100 ms for so many tables. */
function call(index: number, { code = null, tables = 1, retry = 0, class: result }: Call = {}): Operation {
  return {
    v: 1,
    scenario: 'churn',
    process: index,
    index: 0,
    f: 'assign',
    input: { booking_id: 'b', table_ids: Array.from({ length: tables }, (_, table) => `t${table}`) },
    t0: index * 1e8,
    t1: index * 1e8 + 1e8,
    type: code === null ? 'ok' : 'fail',
    class: result ?? (code === null ? 'ok' : 'transient'),
    code,
    value: code === null ? [] : { message: `error ${code}`, details: null, hint: null },
    retry,
  } as unknown as Operation;
}

const calls = (count: number, each: (index: number) => Call = () => ({})): Operation[] =>
  Array.from({ length: count }, (_, index) => call(index, each(index)));

const wait = (more: Partial<LockWait> = {}): LockWait => ({
  pid: 10,
  locktype: 'transactionid',
  mode: 'ShareLock',
  relation: 's.table_inventory',
  key: '900',
  waited_ms: 400,
  blocked_by: [11],
  statement: 'WITH pgrst_source',
  ...more,
});

const looks = (count: number, locks: LockWait[], more: Partial<Observation> = {}): Observation[] =>
  Array.from({ length: count }, (_, index) => ({
    v: 1,
    at_ms: index * 60,
    waiting: locks.length,
    active: Math.max(1, locks.length),
    generator_cpu_s: index * 0.012,
    cores: 2,
    look_ms: 3,
    ...(locks.length > 0 ? { locks } : {}),
    ...more,
  }));

const counters = (more: Partial<DatabaseCounters> = {}): DatabaseCounters => ({
  v: 1,
  scenario: 'churn',
  seconds: 3,
  deadlocks: 0,
  commits: 100,
  rollbacks: 0,
  tables: [],
  statements: [],
  api_connections: 10,
  not_observed: [],
  ...more,
});

function found(evidence: Partial<ScenarioEvidence>): Cause[] {
  const scenario: ScenarioEvidence = {
    scenario: 'churn',
    operations: calls(100),
    looks: looks(60, []),
    counters: counters(),
    deadlocks: [],
    ...evidence,
  };
  const diagnosis = diagnosisSchema.parse(diagnose({ manifest, scenarios: [scenario] }));
  for (const { sentence, evidence: lines, advice } of diagnosis.findings) {
    expect(sentence.length).toBeGreaterThan(30);
    expect(lines.length).toBeGreaterThan(0);
    expect(advice.length).toBeGreaterThan(20);
  }
  return diagnosis.findings.map(({ cause }) => cause);
}

const logged = (relation: string) =>
  Array.from({ length: 5 }, () => ({
    at_ms: 1,
    relation,
    statement: 'SELECT 1 FOR UPDATE',
    place: 'f line 6',
  }));
const table = { name: 'allocations', seq_tup_read: 0, idx_scan: 0, live_rows: 0, dead_rows: 0 };
const rpc = { query: 'WITH pgrst_source … assign_tables_atomic_v2', toplevel: true, total_ms: 1, rows: 1 };

const unnamed = [wait({ relation: null }), wait({ relation: null, pid: 12 })];
const counting = {
  query: 'INSERT INTO counters AS c (n) VALUES ($1) ON CONFLICT (id) DO UPDATE SET n = c.n + $2',
  toplevel: false,
  calls: 100,
  total_ms: 6000,
  rows: 100,
};

const cases: [string, Cause[], Partial<ScenarioEvidence>][] = [
  ['nothing', [], {}],
  [
    'deadlocks over a parent row',
    ['lock-upgrade'],
    {
      operations: calls(100, (index) => (index < 7 ? { code: '40P01', tables: 2 } : {})),
      deadlocks: logged('restaurants'),
    },
  ],
  [
    'deadlocks of calls for one table',
    ['lock-upgrade'],
    {
      operations: calls(100, (index) => (index < 7 ? { code: '40P01' } : {})),
      deadlocks: logged('table_inventory'),
    },
  ],
  [
    'deadlocks of calls for two tables',
    ['opposite-lock-order'],
    {
      operations: calls(100, (index) => (index < 7 ? { code: '40P01', tables: 2 } : {})),
      deadlocks: logged('table_inventory'),
    },
  ],
  [
    'deadlocks without a log',
    ['opposite-lock-order'],
    { operations: calls(100, (index) => (index < 7 ? { code: '40P01', tables: 2 } : {})) },
  ],
  [
    'waits for one advisory lock',
    ['coarse-lock'],
    {
      looks: looks(
        60,
        Array.from({ length: 8 }, () => wait({ locktype: 'advisory', relation: null, key: '0/1/1' })),
      ),
    },
  ],
  [
    'waits for many advisory locks',
    [],
    {
      looks: looks(
        60,
        Array.from({ length: 8 }, (_, key) =>
          wait({ locktype: 'advisory', relation: null, key: `0/${key}/1` }),
        ),
      ),
    },
  ],
  [
    'short waits for one advisory lock',
    [],
    { looks: looks(60, [wait({ locktype: 'advisory', relation: null, key: '0/1/1', waited_ms: 20 })]) },
  ],
  ['waits for the tables that calls compete for', [], { looks: looks(60, [wait(), wait()]) }],
  [
    'waits for a row of another table',
    ['hot-row'],
    { looks: looks(60, [wait({ relation: 's.counters' }), wait({ relation: 's.counters' })]) },
  ],
  [
    'waits for rows that no lock names, in a statement that counts',
    ['hot-row'],
    { looks: looks(60, unnamed), counters: counters({ statements: [counting] }) },
  ],
  [
    'waits for rows that no lock names, in a statement for a table that calls compete for',
    [],
    {
      looks: looks(60, unnamed),
      counters: counters({ statements: [{ ...counting, query: 'UPDATE s.table_inventory SET x = $1' }] }),
    },
  ],
  [
    'waits for rows that no lock names, in no statement known to be slow',
    [],
    { looks: looks(60, unnamed), counters: counters({ statements: [{ ...counting, total_ms: 90 }] }) },
  ],
  [
    'no connection',
    ['pool-exhausted'],
    { operations: calls(100, (index) => (index < 3 ? { code: 'PGRST003', class: 'overload' } : {})) },
  ],
  [
    'time-outs',
    ['statement-time-out'],
    { operations: calls(100, (index) => (index < 3 ? { code: '57014' } : {})) },
  ],
  [
    'overloads',
    ['ambiguous-overloads'],
    { operations: calls(10, () => ({ code: 'PGRST203', class: 'setup' })) },
  ],
  [
    'a hidden schema',
    ['schema-not-exposed'],
    { operations: calls(10, () => ({ code: 'PGRST106', class: 'setup' })) },
  ],
  [
    'scans of a table with many rows',
    ['missing-index'],
    { counters: counters({ tables: [{ ...table, seq_scan: 100, seq_tup_read: 80_000 }] }) },
  ],
  [
    'scans of a table with few rows',
    [],
    { counters: counters({ tables: [{ ...table, seq_scan: 100, seq_tup_read: 4000 }] }) },
  ],
  ['few scans', [], { counters: counters({ tables: [{ ...table, seq_scan: 10, seq_tup_read: 80_000 }] }) }],
  [
    'repetitions after errors',
    ['retries-amplify'],
    { operations: calls(100, (index) => (index % 2 === 0 ? { code: '40001', tables: 1 } : { retry: 1 })) },
  ],
  ['repetitions on purpose', [], { operations: calls(100, () => ({ retry: 1 })) }],
  [
    'more executions than calls',
    ['retries-amplify'],
    { counters: counters({ statements: [{ ...rpc, calls: 150 }] }) },
  ],
  ['as many executions as calls', [], { counters: counters({ statements: [{ ...rpc, calls: 100 }] }) }],
  [
    'a load generator without CPU to spare',
    ['generator-saturated'],
    { looks: looks(60, []).map((look, index) => ({ ...look, generator_cpu_s: index * 0.119 })) },
  ],
  ['a target that shows nothing', [], { looks: [], counters: null }],
];

describe('causes', () => {
  it.each(cases)('%s: %j', (_, expected, evidence) => {
    expect(found(evidence)).toEqual(expected);
  });

  it('each is named by some case', () => {
    expect(new Set(cases.flatMap(([, causes]) => causes))).toEqual(new Set(causeNames));
  });

  it('come ranked by how much they explain', () => {
    const operations = calls(100, (index) => ({
      code: index < 30 ? '57014' : index < 40 ? 'PGRST003' : null,
    }));
    expect(found({ operations })).toEqual(['statement-time-out', 'pool-exhausted']);
  });
});

it('what was seen is boiled down: waits by lock, the largest crowd, statements by time', () => {
  const crowd = [wait(), wait({ pid: 12, blocked_by: [10, 11], locktype: 'tuple' })];
  const scenario: ScenarioEvidence = {
    scenario: 'churn',
    operations: calls(10),
    looks: [...looks(3, [wait({ waited_ms: 5 })]), ...looks(1, crowd, { at_ms: 180 })],
    counters: counters({
      statements: [{ ...rpc, query: 'SELECT\n 1', calls: 4, total_ms: 8 }],
      deadlocks: 2,
    }),
    deadlocks: [],
  };
  const { scenarios, observing_share } = diagnose({ manifest, scenarios: [scenario] });
  expect(scenarios).toEqual([
    {
      scenario: 'churn',
      waits: [{ lock: 'a row of table_inventory', samples: 5, longest_ms: 400, waited_ms: 180 }],
      graph: [
        { waiter: 10, blocker: 11, lock: 'a row of table_inventory' },
        { waiter: 12, blocker: 10, lock: 'a row of table_inventory' },
        { waiter: 12, blocker: 11, lock: 'a row of table_inventory' },
      ],
      statements: [{ query: 'SELECT 1', toplevel: true, calls: 4, total_ms: 8 }],
      deadlocks: 2,
      cpu: { cores: 2, generator: null, database: null, machine: null },
      limited_by: 'not known: no CPU time was observed',
    },
  ]);
  expect(observing_share).toBeGreaterThan(0);
});

describe('the bottleneck', () => {
  const limited = (generator: number, database: number | null, waiting = 0, machine = 0.5): string => {
    const seen = looks(60, []).map((look, index) => ({
      ...look,
      waiting,
      active: 4,
      // Two cores, a look each 60 ms.
      generator_cpu_s: index * 0.12 * generator,
      ...(index % 8 === 0
        ? {
            database_cpu_s: database === null ? null : index * 0.12 * database,
            machine_cpu: { busy_s: index * 0.12 * machine, all_s: index * 0.12 },
          }
        : {}),
    }));
    const scenario = { scenario: 'churn', operations: [], looks: seen, counters: null, deadlocks: [] };
    return diagnose({ manifest, scenarios: [scenario] }).scenarios[0]?.limited_by ?? '';
  };

  it.each<[string, Parameters<typeof limited>, RegExp]>([
    ['the load generator', [0.95, 0.02], /^the load generator, with 95 % of all cores/],
    [
      'the CPU that both share',
      [0.3, 0.6],
      /^the CPU of this machine, of which 90 % were used: the database took 60 %/,
    ],
    ['the CPU that others take', [0.1, 0.1, 2, 0.97], /^the CPU of this machine, of which 97 % were used/],
    ['locks', [0.2, 0.3, 2], /^locks: 50 % of the sessions/],
    ['nothing', [0.2, 0.3], /^neither CPU nor locks/],
    ['what cannot be told without the database', [0.2, null], /the database’s CPU was not observed/],
  ])('%s', (_, shares, expected) => expect(limited(...shares)).toMatch(expected));
});
