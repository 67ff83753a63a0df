import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Diagnosis } from '../../../contracts/diagnosis.ts';
import type { CaseResult, ExploreResult } from '../../../contracts/explore-result.ts';
import { keptViolations } from '../../../contracts/kept-violations.ts';
import type { Manifest } from '../../../contracts/manifest.ts';
import type { Repro } from '../../../contracts/repro.ts';
import { RunFolder } from '../../../contracts/run-folder.ts';
import type { StatusMatrix, StatusObservation } from '../../../contracts/status-matrix.ts';
import type { InvariantResult, Verdict, Violation } from '../../../contracts/verdict.ts';
import type { ClockAnchor, Operation } from '../../../history/operation.ts';
import { idOf } from '../../../plan/identity.ts';
import type { TableStatus } from '../../../plan/world.ts';
import type { ReportData } from '../../../report/report-data.ts';
import { noMatrix } from '../../../status-matrix/matrix.ts';

/** A small run, made in code: two scenarios, one broken promise, one table watched across its window. */

export const TAG = 'abcdef01';
export const ORIGIN = Date.UTC(2026, 10, 22, 18, 0, 0);

/** All that could break out of a text, an attribute, a style sheet, a Markdown table or an XML file. */
export const HOSTILE = `</style></script><script>alert("1")</script><img src=x onerror='alert(2)'>\u2028\u0000\u001b]]>|\`@all\``;

export const tableId = idOf(TAG, 1, 'window-boundary', 'table', 0);
export const bookingId = idOf(TAG, 1, 'window-boundary', 'booking', 0);

const iso = (ms: number): string => new Date(ORIGIN + ms).toISOString();

/** A call of the runner that is named like its scenario; times in milliseconds. */
export function call(scenario: string, process: number, index: number, t0: number, t1: number): Operation {
  return {
    v: 1,
    run: TAG,
    runner: scenario,
    process,
    index,
    scenario,
    f: 'assign',
    input: {
      booking_id: bookingId,
      table_ids: [tableId],
      idempotency_key: null,
      require_adjacency: false,
      start_at: iso(400),
      end_at: iso(700),
    },
    value: [{ table_id: tableId, start_at: iso(400), end_at: iso(700), merge_group_id: null }],
    t0: t0 * 1e6,
    t1: t1 * 1e6,
    type: 'ok',
    class: 'ok',
    code: null,
    http: 200,
    retry: 0,
  };
}

/** Status is polled every 100 ms: without a refresh, then right after one. The window is 400 ms to 700 ms. */
function watched(): Operation[] {
  const operations: Operation[] = [call('window-boundary', 0, 0, 5, 20)];
  let stored = 'available';
  for (let turn = 1; turn <= 9; turn += 1) {
    const at = turn * 100 + 50;
    const base = call('window-boundary', 0, 0, 0, 0);
    const read = (t0: number, index: number, status: string): Operation => ({
      ...base,
      index,
      t0: t0 * 1e6,
      t1: (t0 + 4) * 1e6,
      f: 'status',
      input: { table_ids: [tableId] },
      value: { [tableId]: status },
    });
    operations.push(read(at, turn * 3, stored));
    const refresh = { t0: (at + 10) * 1e6, t1: (at + 14) * 1e6, index: turn * 3 + 1 };
    operations.push({ ...base, ...refresh, f: 'refresh', input: { table_id: tableId }, value: null });
    stored = at >= 400 && at < 700 ? 'reserved' : 'available';
    operations.push(read(at + 20, turn * 3 + 2, stored));
  }
  return operations;
}

/** Rounds of four contenders, of whom one wins. */
function contended(): Operation[] {
  return Array.from({ length: 24 }, (_, index): Operation => {
    const round = Math.floor(index / 4);
    const start = round * 50 + index;
    const base = call('hot-table', index % 4, round, start, start + 20 + index);
    const mark = { round: { round, slot: 'all', scheduled: round * 50e6 } };
    if (index % 4 === 0) return { ...base, ...mark };
    const value = { message: HOSTILE, details: null, hint: null };
    return { ...base, ...mark, value, type: 'fail', class: 'conflict', code: 'P0001', http: 400 };
  });
}

export function fixtureData(): ReportData {
  const operations = [...contended(), ...watched()];
  return {
    verdict: fixtureVerdict(operations),
    manifest: fixtureManifest(),
    plan: null,
    history: { operations, anchors: anchorsOf(), incomplete: new Map(), warnings: [] },
    teardown: {
      v: 1,
      run: TAG,
      performed: true,
      deleted: [{ table: 'allocations', rows: 7 }],
      left: [{ table: 'allocations', rows: 0 }],
      untagged_before: [{ table: 'allocations', rows: 3, hash: '9' }],
      untagged_after: [{ table: 'allocations', rows: 3, hash: '9' }],
      source: null,
      isolation: null,
      problems: [],
    },
    statusMatrix: fixtureMatrix(),
    explored: fixtureExplored(),
    repro: null,
    freshness: null,
    diagnosis: null,
    faults: [],
    gaps: [],
  };
}

/** What became of the two violations that the verdict keeps. */
export function fixtureRepro({ verdict }: Pick<ReportData, 'verdict'>): Repro {
  const [one, other] = keptViolations(verdict);
  const entry = { invariant: 'no-double-booking', sessions: 2, calls: 2, earlier_calls: 0 } as const;
  return {
    v: 1,
    run: TAG,
    copy: { description: HOSTILE, schema: 'table_stress', broken: null, same_functions: true },
    violations: [
      {
        ...entry,
        number: 1,
        title: one?.violation.title ?? '',
        result: 'reproduced',
        tries: 3,
        found: HOSTILE,
        reason: null,
        script: 'repro/1-no-double-booking.sql',
      },
      {
        ...entry,
        number: 2,
        title: other?.violation.title ?? '',
        result: 'not tried',
        tries: 0,
        found: null,
        reason: HOSTILE,
        script: null,
      },
    ],
  };
}

/** One case after two previous statuses: agreeing, and differing; and one that a constraint forbids. */
function fixtureMatrix(): StatusMatrix {
  const seen = (previous: TableStatus, stored: TableStatus | null, group: string): StatusObservation => ({
    runner: 'transaction',
    case: 'to-come',
    group,
    title: `a window to come ${HOSTILE}`,
    timezone: 'UTC',
    moment: null,
    utc_offset_us: 0,
    allocations: [],
    previous,
    previous_by: 'write',
    elapsed_us: null,
    expected: ['available'],
    stored,
    outcome: stored === null ? 'not possible' : stored === 'available' ? 'agrees' : 'differs',
    reason: stored === null ? HOSTILE : null,
    script: null,
  });
  return {
    ...noMatrix(TAG, '', false),
    skipped: null,
    verdict: 'fail',
    schema: 'table_stress',
    variant: { names: ['legacy'], alternatives: [], clock: 'standing', text: `legacy: ${HOSTILE}` },
    observations: [
      seen('available', 'available', 'one window'),
      seen('reserved', 'reserved', 'one window'),
      seen('available', null, 'overlapping windows'),
    ],
    notes: [HOSTILE],
  };
}

function anchorsOf(): Map<string, ClockAnchor> {
  const anchor = (runner: string, wall_ms: number): ClockAnchor => ({
    v: 1,
    anchor: true,
    run: TAG,
    runner,
    wall_ms,
    error_ms: 0.01,
  });
  return new Map([
    ['hot-table', anchor('hot-table', ORIGIN - 1000)],
    ['window-boundary', anchor('window-boundary', ORIGIN)],
  ]);
}

export function violation(operations: Operation[]): Violation {
  return {
    title: `booked twice ${HOSTILE}`,
    steps: [
      { at: 5_000_000, operation: 'hot-table/p0#0', text: `A was acknowledged ${HOSTILE}` },
      { at: null, operation: null, text: 'yet B was acknowledged too' },
    ],
    operations,
    rows: [{ id: tableId, note: HOSTILE }],
    repro: 'npm run stress -- run hot-table --seed 1',
  };
}

export function result(id: InvariantResult['id'], verdict: InvariantResult['verdict']): InvariantResult {
  const checked = { count: 4, of: 'things' };
  const summary = `${verdict} of ${id}`;
  return { id, promise: 'it is kept', verdict, checked, summary, violation_count: 0, violations: [] };
}

function fixtureVerdict(operations: readonly Operation[]): Verdict {
  const broken = {
    ...result('no-double-booking', 'fail'),
    summary: HOSTILE,
    violation_count: 12,
    violations: [violation(operations.slice(0, 4)), violation(operations.slice(4, 6))],
  };
  return {
    v: 1,
    run: TAG,
    verdict: 'fail',
    headline: `no-double-booking is broken: ${HOSTILE}`,
    next: ['provoke it again: npm run stress -- run hot-table --seed 1'],
    exit_code: 1,
    invariants: [broken, result('linked', 'pass'), result('progress', 'unknown')],
    not_covered: ['status-rule'],
    operations: {
      total: operations.length,
      by_class: { ok: 34, conflict: 18 },
      by_type: { ok: 34, fail: 18 },
    },
    thresholds_crossed: [`assign_duration: ${HOSTILE}`],
    measurements: [{ scenario: 'hot-table', sentence: HOSTILE, values: { seated: 1 } }],
    explored: {
      verdict: 'fail',
      summary: HOSTILE,
      cases: [
        { name: 'assign-same-table', verdict: 'fail', claim: HOSTILE, schedules: 3 },
        { name: 'assign-swapped-sets', verdict: 'pass', claim: 'all up to 2 preemptions', schedules: 174 },
      ],
    },
    warnings: [HOSTILE],
  };
}

/** One case that breaks a promise, and one that does not. */
export function fixtureExplored(): ExploreResult {
  const passed: CaseResult = {
    name: 'assign-swapped-sets',
    about: HOSTILE,
    sessions: 2,
    verdict: 'pass',
    claim: { kind: 'bounded', preemptions: 2 },
    schedules: 174,
    sampled: 0,
    frontier: 12,
    outcomes: 2,
    transient: 0,
    ms: 2400,
    findings: [],
    notes: [HOSTILE],
  };
  const step = { session: 0, place: HOSTILE, statement: HOSTILE, rows: HOSTILE, waited: null };
  return {
    v: 1,
    run: TAG,
    command: ['run', HOSTILE],
    started_at: iso(-2000),
    target: HOSTILE,
    broken: null,
    seed: 1,
    fingerprint: 'f'.repeat(64),
    verdict: 'fail',
    interrupted: false,
    ms: 2490,
    cases: [
      {
        ...passed,
        name: 'assign-same-table',
        verdict: 'fail',
        schedules: 3,
        findings: [
          {
            promise: 'no-double-booking',
            title: HOSTILE,
            reasons: [HOSTILE],
            preemptions: 1,
            at_schedule: 3,
            after_ms: 90,
            schedule: [
              { session: 0, until: 9 },
              { session: 1, until: null },
              { session: 0, until: null },
            ],
            calls: [HOSTILE, 'assign t1 to b'],
            steps: [
              { ...step, preempts: false, answer: null },
              { ...step, session: 1, preempts: true, answer: 'acknowledged' },
              { ...step, waited: HOSTILE, preempts: false, answer: HOSTILE },
            ],
            outcome: '{}',
            replay: 'assign-same-table.no-double-booking.json',
            repro: 'assign-same-table.no-double-booking.repro.sql',
            command: 'npm run stress -- explore --replay runs/x/explore/y.json',
          },
        ],
      },
      passed,
    ],
    points: 51,
    uninstrumented: [],
    notes: [],
    skipped: null,
    left: null,
  };
}

export function fixtureManifest(): Manifest {
  return {
    v: 1,
    run: TAG,
    command: ['run', HOSTILE],
    seed: 1,
    profile: 'quick',
    scenarios: ['hot-table', 'window-boundary'],
    left_out: [],
    broken: null,
    kept: false,
    started_at: iso(-2000),
    ended_at: iso(2000),
    target: { kind: 'local', description: HOSTILE, migrations: null },
    isolation: {
      schema: 'table_stress',
      cloned: true,
      source: HOSTILE,
      role: 'table_stress_owner',
      made: 'by this run',
      clock: 'real',
      objects: { function: 3 },
      findings: [{ object: HOSTILE, kind: 'note', line: 3, text: HOSTILE, reason: HOSTILE }],
      previous_fingerprint: 'e'.repeat(64),
      functions: [{ name: 'assign_tables_atomic_v2', arguments: HOSTILE, sha256: 'a'.repeat(64) }],
      fingerprint: 'f'.repeat(64),
    },
    time_limits: [HOSTILE],
    versions: { postgresql: '17.10' },
    harness: {
      version: '0.1.0',
      commit: 'c'.repeat(40),
      dirty: true,
      node: 'v20.19.0',
      platform: 'linux-x64',
    },
    thresholds: { note: HOSTILE },
    database_clock: { offset_ms: 0, error_ms: 0.5 },
    load: { runners: 1, where: 'here', collected_at: null },
    runs: [],
    failure: null,
  };
}

/** A cause, waits, and statements. */
export function fixtureDiagnosis(): Diagnosis {
  return {
    v: 1,
    run: TAG,
    findings: [
      {
        cause: 'hot-row',
        scenario: 'hot-table',
        share: 0.4,
        sentence: HOSTILE,
        evidence: [HOSTILE],
        advice: HOSTILE,
      },
    ],
    scenarios: [
      {
        scenario: 'hot-table',
        waits: [
          { lock: `a row of ${HOSTILE}`, samples: 40, longest_ms: 120, waited_ms: 4000 },
          { lock: 'a row', samples: 4, longest_ms: null, waited_ms: 400 },
        ],
        graph: [
          { waiter: 11, blocker: 10, lock: HOSTILE },
          { waiter: 12, blocker: 11, lock: 'a row' },
          { waiter: 12, blocker: 10, lock: 'a row' },
        ],
        statements: [{ query: HOSTILE, toplevel: false, calls: 4, total_ms: 9 }],
        deadlocks: 1,
      },
    ],
    not_observed: [{ what: HOSTILE, why: HOSTILE, grant: HOSTILE }],
    observing_share: 0.02,
  };
}

/** Writes what is there into a run folder of its own; `remove` deletes it. */
export async function writeRunFolder(
  data: ReportData,
): Promise<{ folder: RunFolder; remove(): Promise<void> }> {
  const root = await mkdtemp(path.join(os.tmpdir(), 'table-stress-report-'));
  const folder = new RunFolder(root);
  const write = (file: string, content: unknown): Promise<void> => writeFile(file, JSON.stringify(content));
  await write(folder.verdict, data.verdict);
  if (data.manifest) await write(folder.manifest, data.manifest);
  if (data.teardown) await write(folder.teardown, data.teardown);
  if (data.statusMatrix) await write(folder.statusMatrix, data.statusMatrix);
  if (data.explored) {
    await mkdir(folder.explore, { recursive: true });
    await write(folder.exploreResult, data.explored);
  }
  if (data.repro) await write(folder.repro, data.repro);
  if (data.diagnosis) await write(folder.diagnosis, data.diagnosis);
  if (data.history) {
    await mkdir(folder.history);
    for (const anchor of data.history.anchors.values()) {
      const own = data.history.operations.filter((operation) => operation.runner === anchor.runner);
      const end = {
        v: 1,
        end: true,
        run: TAG,
        runner: anchor.runner,
        begun: own.length,
        recorded: own.length,
      };
      const lines = [anchor, ...own, end].map((record) => JSON.stringify(record));
      await writeFile(folder.historyOf(anchor.runner), `${lines.join('\n')}\n`);
    }
  }
  return { folder, remove: () => rm(root, { recursive: true, force: true }) };
}
