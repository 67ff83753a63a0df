import { BOUNDARY_OBSERVATION_VERSION } from '../../../contracts/boundary-observation.ts';
import { MANIFEST_VERSION, type Manifest } from '../../../contracts/manifest.ts';
import { readThresholds } from '../../../contracts/read-thresholds.ts';
import type { StatusObservation } from '../../../contracts/status-matrix.ts';
import type { RefreshPolicy } from '../../../contracts/thresholds.ts';
import { classify } from '../../../history/classify.ts';
import { OPERATION_VERSION, type Operation } from '../../../history/operation.ts';
import { idOf } from '../../../plan/identity.ts';
import type { Plan } from '../../../plan/plan.ts';
import type { WatchedTable, WindowBoundaryPlan } from '../../../plan/scenarios/window-boundary.ts';
import type { Booking } from '../../../plan/world.ts';
import { noMatrix } from '../../../status-matrix/matrix.ts';
import type { RunData } from '../../../verify/run-data.ts';

/**
 * A small language for runs in tests. Times of calls are milliseconds, windows are seconds, all from the same zero.
 *
 *   p0 0..10 assign b1 t1,t2 @60-120 key=k round=3/all expect=ok -> ok | P0001 overlap | info | ok t1@60-90 group=none
 *   p0 20..30 unassign b1 [t1] -> ok | ok none | ok t2       by default it answers what it names, or all that b1 was given
 *   p0 0..9 hold h1 b1 t1,t2 @60-120 until=300 -> ok          b0: for nobody; until: when it expires, in seconds
 *   p0 0..9 confirm h1 b1 t1,t2 @60-120 -> ok                 p0 0..9 release h1 -> ok
 *   runner east error=5                                       another load generator; its calls begin with east:p0
 *   p0 0..1 refresh t1 -> ok        p0 1..2 status t1=reserved       p0 2..3 transition b1 checked_in -> ok
 *   final b1 t1 @60-120 [group=g1] [alone]     an assignment with its allocation; alone: without
 *   allocation b1 t1 @60-120 [shadow]          an allocation without an assignment
 *   group g1 b1 @60-120                        a merge group
 *   has ledger                                 the application keeps one; ledger b1 k t1 @60-120: an entry
 *   seeded                                     bookings are as planned; became b1 cancelled: but for one
 *   contention required                        as much of it as a real run needs
 *   looks 80 waits 3 [idle]                    what was observed; idle: of one call at a time at most
 *   matrix to-come available=reserved available   a cell of the status matrix: case, previous=stored, the rule
 *   matrix overlapping available=not-possible reserved | matrix skipped REASON | matrix failed REASON
 *   watch t1 every                             k6 polled that table, which the policy refreshes
 *   step t1 every b1@60-120/90 b2@180-240      a clock was stepped across its windows; b1's guests sat down at 90
 *   look t1 59.999999 reserved [refreshed]     what was read there
 *   no boundaries                              what was read was not written to its end
 *   clock error=20                             the database's clock is known to ± 20 ms only; clock unknown
 *   no final state | cut short | left bookings 3 | changed restaurants | booking b1 checked_in
 */

export const tag = 'abcdef01';
const zero = Date.parse('2026-06-01T12:00:00Z');

const number = (name: string): number => Number(name.slice(1));
export const booking = (name: string): string => idOf(tag, 1, 'hot-table', 'booking', number(name));
export const hold = (name: string): string => idOf(tag, 1, 'hot-table', 'hold', number(name));
export const table = (name: string): string => idOf(tag, 1, 'hot-table', 'table', number(name));
const group = (name: string): string =>
  `00000000-0000-4000-8000-0000000000${String(number(name)).padStart(2, '0')}`;
const iso = (seconds: number): string => new Date(zero + seconds * 1000).toISOString();

function window(text: string): { start: number; end: number } {
  const [from = 0, to = 0] = text.replace('@', '').split('-').map(Number);
  return { start: (zero + from * 1000) * 1000, end: (zero + to * 1000) * 1000 };
}

/** @throws Error that names a line which the language does not know */
export function parseRun(script: string): RunData {
  const run = emptyRun();
  for (const raw of script.split('\n')) {
    const line = raw.replace(/#.*$/, '').trim();
    if (line === '') continue;
    if (!(parseCall(run, line) || parseState(run, line) || parseSetting(run, line))) {
      throw new Error(`no such line in the language of runs: ${line}`);
    }
  }
  run.history.operations.sort((a, b) => a.t0 - b.t0 || a.t1 - b.t1);
  return run;
}

function parseCall(run: RunData, line: string): boolean {
  const match =
    /^(?:(\w+):)?p(\d+) ([\d.]+)\.\.([\d.]+) (assign|unassign|refresh|status|transition|hold|release|confirm) (.*)$/.exec(
      line,
    );
  if (!match) return false;
  const [, runner = 'hot-table', process = '', t0 = '', t1 = '', f = '', rest = ''] = match;
  const [left = '', answer = 'ok'] = rest.split('->').map((part) => part.trim());
  const words = left.split(/\s+/);
  const [subject = ''] = words;
  const option = (name: string): string | undefined =>
    words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
  const round = option('round')?.split('/');
  const expect = option('expect');
  const base = {
    v: OPERATION_VERSION,
    run: tag,
    runner,
    process: Number(process),
    index: run.history.operations.length,
    scenario: 'hot-table',
    t0: Number(t0) * 1e6,
    t1: Number(t1) * 1e6,
    http: 200,
    retry: 0,
    ...outcome(answer),
    ...(round ? { round: { round: Number(round[0]), slot: round[1] ?? 'all', scheduled: 0 } } : {}),
    ...(expect ? { expect: expect.split(',') } : {}),
  };
  const shape = { ...base, f, ...shapeOf(f, subject, words, answer, base.type) } as Operation;
  if (shape.f === 'unassign' && shape.type === 'ok') shape.value = removedTables(run, shape, answer);
  run.history.operations.push(shape);
  return true;
}

function outcome(answer: string): Pick<Operation, 'type' | 'class' | 'code'> {
  const [code = 'ok', ...message] = answer.split(/\s+/);
  if (code === 'ok') return { type: 'ok', class: 'ok', code: null };
  if (code === 'info') return { type: 'info', class: 'connection', code: 'k6-1050' };
  const text = message.join(' ').replace('overlap', 'allocations_no_overlap');
  return { ...classify({ http: 400, code, message: text, readOnly: false }), code };
}

/** What an acknowledged unassign answers unless it says so: the tables that it names, else all that were assigned before. */
function removedTables(run: RunData, { input }: Operation & { f: 'unassign' }, answer: string): string[] {
  const [, named] = answer.split(/\s+/);
  if (named !== undefined) return named === 'none' ? [] : named.split(',').map(table);
  if (input.table_ids) return input.table_ids;
  const given = run.history.operations.flatMap((operation) =>
    operation.f === 'assign' && operation.type === 'ok' && operation.input.booking_id === input.booking_id
      ? operation.input.table_ids
      : [],
  );
  return [...new Set(given)];
}

function shapeOf(f: string, subject: string, words: string[], answer: string, type: string): object {
  const failed = type === 'ok' ? null : { message: answer, details: null, hint: null };
  if (f === 'status') {
    const [name = '', value = ''] = subject.split('=');
    return { input: { table_ids: [table(name)] }, value: { [table(name)]: value } };
  }
  if (f === 'refresh') return { input: { table_id: table(subject) }, value: failed };
  if (f === 'transition') return { input: { booking_id: booking(subject), status: words[1] }, value: failed };
  const named = words.find((word) => /^t\d/.test(word));
  const tables = named?.split(',').map(table) ?? null;
  if (f === 'unassign') {
    return { input: { booking_id: booking(subject), table_ids: tables }, value: failed ?? tables ?? [] };
  }
  if (f === 'release') return { input: { hold_id: hold(subject) }, value: failed };
  const asked = window(words.find((word) => word.startsWith('@')) ?? '@60-120');
  const [start, end] = [asked.start, asked.end].map((micro) => new Date(micro / 1000).toISOString());
  const key = words.find((word) => word.startsWith('key='))?.slice(4) ?? null;
  const held = f === 'hold' || f === 'confirm' ? { hold_id: hold(subject) } : {};
  const whose = booking((f === 'assign' ? subject : words[1]) ?? '');
  if (f === 'hold') {
    const until = words.find((word) => word.startsWith('until='))?.slice(6) ?? '3600';
    const booking_id = words[1] === 'b0' ? null : whose;
    const times = { start_at: start, end_at: end, expires_at: iso(Number(until)) };
    return { input: { ...held, booking_id, table_ids: tables, ...times }, value: failed };
  }
  const input = {
    ...held,
    booking_id: whose,
    table_ids: tables ?? [],
    idempotency_key: key,
    require_adjacency: false,
    start_at: start,
    end_at: end,
  };
  return { input, value: failed ?? answeredRows(answer, tables ?? [], start ?? '', end ?? '') };
}

function answeredRows(answer: string, tables: string[], start: string, end: string): unknown[] {
  const [, override = '', more = ''] = answer.split(/\s+/);
  const merged = tables.length > 1 && more !== 'group=none' ? group('g99') : null;
  if (override.startsWith('t')) {
    const [names = '', times = ''] = override.split('@');
    const other =
      times === '' ? { start, end } : { start: iso(window(times).start / 1e6 - zero / 1e3), end: '' };
    const until = times === '' ? end : iso(window(times).end / 1e6 - zero / 1e3);
    return names.split(',').map((name) => ({
      table_id: table(name),
      start_at: other.start,
      end_at: until,
      merge_group_id: merged,
    }));
  }
  return [...new Set(tables)].map((id) => ({
    table_id: id,
    start_at: start,
    end_at: end,
    merge_group_id: merged,
  }));
}

function parseState(run: RunData, line: string): boolean {
  const [kind, whose = '', what = '', ...more] = line.split(/\s+/);
  const state = run.finalState;
  if (!state || !['final', 'allocation', 'group'].includes(kind ?? '')) return false;
  const id = `allocation-${state.allocations.length}`;
  if (kind === 'group') {
    state.allocations.push(allocation(group(whose), what, 'merge_group', group(whose), more[0] ?? ''));
    return true;
  }
  const times = more.find((word) => word.startsWith('@')) ?? '@60-120';
  if (!more.includes('alone')) {
    state.allocations.push({
      ...allocation(id, whose, 'table', table(what), times),
      shadow: more.includes('shadow'),
      is_maintenance: more.includes('maintenance'),
    });
  }
  if (kind === 'final') {
    const named = more.find((word) => word.startsWith('group='))?.slice(6);
    state.assignments.push({
      id: `assignment-${state.assignments.length}`,
      booking_id: booking(whose),
      table_id: table(what),
      window: window(times),
      allocation_id: more.includes('alone') ? 'allocation-none' : id,
      merge_group_id: named ? group(named) : null,
      row: { line },
    });
  }
  state.rows += 1;
  return true;
}

function allocation(id: string, whose: string, type: string, resource: string, times: string) {
  return {
    id,
    booking_id: booking(whose),
    resource_type: type,
    resource_id: resource,
    window: window(times),
    shadow: false,
    is_maintenance: false,
    row: { id, times },
  };
}

function parseSetting(run: RunData, line: string): boolean {
  const words = line.split(/\s+/);
  if (words[0] === 'matrix') return parseMatrix(run, words.slice(1));
  if (line === 'no final state') run.finalState = null;
  else if (line === 'cut short')
    run.history.incomplete.set('hot-table', 'its load generator did not come to its end');
  else if (line === 'no teardown') run.teardown = null;
  else if (line === 'no boundaries') run.boundaries = null;
  else if (words[0] === 'watch') boundaryPlan(run).watched.push([watched(words[1] ?? '', words[2] ?? '')]);
  else if (words[0] === 'step') stepped(run, words.slice(1));
  else if (words[0] === 'look') look(run, words.slice(1));
  else if (line === 'clock unknown') run.manifest.database_clock = null;
  else if (words[0] === 'clock') {
    run.manifest.database_clock = { offset_ms: 0, error_ms: Number(words[1]?.replace('error=', '')) };
  } else if (words[0] === 'runner') {
    const [, runner = '', error = ''] = words;
    const anchor = run.history.anchors.get('hot-table');
    if (!anchor) return false;
    const error_ms = Number(error.replace('error=', ''));
    run.history.anchors.set('hot-table', { ...anchor, error_ms });
    run.history.anchors.set(runner, { ...anchor, runner, error_ms });
  } else if (line === 'has ledger') {
    run.teardown?.left?.push({ table: 'booking_assignment_idempotency', rows: 0 });
    for (const list of [run.teardown?.untagged_before, run.teardown?.untagged_after]) {
      list?.push({ table: 'booking_assignment_idempotency', rows: 0, hash: '0' });
    }
  } else if (words[0] === 'ledger') {
    run.finalState?.ledger.push({
      booking_id: booking(words[1] ?? ''),
      idempotency_key: words[2] ?? '',
      table_ids: (words[3] ?? '').split(',').map(table),
      window: window(words[4] ?? '@60-120'),
      row: { line },
    });
  } else if (words[0] === 'seeded') {
    const stored = new Map([...run.bookings.values()].map((each) => [each.id, { ...each }]));
    run.finalState?.others.set('bookings', stored as never);
  } else if (words[0] === 'became') {
    const row = run.finalState?.others.get('bookings')?.get(booking(words[1] ?? ''));
    if (row) row.status = words[2];
  } else if (words[0] === 'left') {
    const counted = run.teardown?.left?.find(({ table: name }) => name === words[1]);
    if (counted) counted.rows = Number(words[2]);
  } else if (words[0] === 'changed') {
    run.teardown?.untagged_before?.push({ table: words[1] ?? '', rows: 1, hash: '1' });
    run.teardown?.untagged_after?.push({ table: words[1] ?? '', rows: 1, hash: '2' });
  } else if (words[0] === 'appeared') {
    run.teardown?.untagged_before?.push({ table: words[1] ?? '', rows: 0, hash: '0' });
    run.teardown?.untagged_after?.push({ table: words[1] ?? '', rows: Number(words[2]), hash: '1' });
    run.teardown?.left?.push({ table: words[1] ?? '', rows: 0 });
  } else if (words[0] === 'clone') {
    isolated(run, words.slice(1));
  } else if (line === 'contention required') {
    if (run.thresholds) run.thresholds.contention = readThresholds('thresholds.json').contention;
  } else if (words[0] === 'looks') {
    const [looks, waits] = [Number(words[1]), Number(words[3])];
    // `looks 80 waits 0 idle`: at most one call at a time was at work in them.
    const busy = words[4] === 'idle' ? 0 : looks;
    run.observations.set('hot-table', { looks, busy, waits, generator_cpu: null, dropped: null });
  } else if (words[0] === 'booking') {
    const found = run.bookings.get(booking(words[1] ?? ''));
    if (found) found.status = words[2] as Booking['status'];
  } else return false;
  return true;
}

function parseMatrix(run: RunData, [first = '', cell = '', rule = '', ...rest]: string[]): boolean {
  if (first === 'skipped' || first === 'failed') {
    run.statusMatrix = noMatrix(tag, [cell, rule, ...rest].join(' '), first === 'failed');
    return true;
  }
  const [previous = '', result = ''] = cell.split('=');
  const missing = result.startsWith('not-') ? result.replace('-', ' ') : null;
  run.statusMatrix ??= { ...noMatrix(tag, '', false), skipped: null };
  run.statusMatrix.observations.push({
    runner: 'transaction',
    case: first,
    group: 'one window',
    title: 'a window',
    timezone: 'UTC',
    moment: null,
    utc_offset_us: 0,
    allocations: [],
    previous,
    previous_by: missing === null ? 'write' : null,
    elapsed_us: null,
    expected: [rule],
    stored: missing === null ? result : null,
    outcome: missing ?? (result === rule ? 'agrees' : 'differs'),
    reason: missing === null ? null : 'the application forbids it',
    script: result === rule || missing ? null : `-- a comment\nBEGIN;\nSELECT\n  1;\nROLLBACK;\n`,
  } as StatusObservation);
  return true;
}

const boundarySettings = readThresholds('thresholds.json').profiles.quick.scenarios['window-boundary'];

/** The run's plan of window-boundary, made when a line first speaks of it. */
function boundaryPlan(run: RunData): WindowBoundaryPlan {
  run.plan.scenarios['window-boundary'] ??= { settings: boundarySettings, watched: [], stepped: null };
  return run.plan.scenarios['window-boundary'];
}

function watched(name: string, policy: string): WatchedTable {
  return { table_id: table(name), policy } as WatchedTable;
}

function stepped(run: RunData, [name = '', policy = '', ...windows]: string[]): void {
  const plan = boundaryPlan(run);
  run.boundaries ??= [];
  plan.stepped ??= { from: iso(0), until: iso(1e6), tables: [] };
  plan.stepped.tables.push({
    table_id: table(name),
    policy: policy as RefreshPolicy,
    windows: windows.map((text) => {
      const [whose = '', times = '', seated] = text.split(/[@/]/);
      const [from = 0, to = 0] = times.split('-').map(Number);
      return {
        booking_id: booking(whose),
        start_at: iso(from),
        end_at: iso(to),
        check_in_at: seated === undefined ? null : iso(Number(seated)),
      };
    }),
  });
}

function look(run: RunData, [name = '', seconds = '', status = '', refreshed]: string[]): void {
  const [whole = '', fraction = ''] = seconds.split('.');
  const at = iso(Number(whole)).replace('000Z', `${fraction.padEnd(6, '0')}Z`);
  const planned = run.plan.scenarios['window-boundary']?.stepped?.tables;
  const policy = planned?.find(({ table_id }) => table_id === table(name))?.policy ?? 'none';
  run.boundaries?.push({
    v: BOUNDARY_OBSERVATION_VERSION,
    run: tag,
    at,
    table_id: table(name),
    policy,
    refreshed: refreshed === 'refreshed',
    status,
  });
}

/** Lines about an isolated schema: `clone`, then what is known of it and of the schema it was made from. */
function isolated(run: RunData, [what, name = '', count = '1']: string[]): void {
  run.manifest.isolation ??= isolation;
  const { teardown } = run;
  if (!teardown || what === 'unseen') return;
  teardown.source ??= {
    schema: 'public',
    tagged: [],
    unread: [],
    undisturbed: true,
    before: [{ table: 'bookings', rows: 5, hash: '5' }],
    after: [{ table: 'bookings', rows: 5, hash: '5' }],
  };
  if (what === 'tagged') teardown.source.tagged.push({ table: name, rows: Number(count) });
  else if (what === 'unread') teardown.source.unread.push(name);
  else if (what === 'changed') teardown.source.after = [{ table: 'bookings', rows: 5, hash: '6' }];
  else if (what === 'shared') Object.assign(teardown.source, { undisturbed: false, after: [] });
  const removal = { schema: 'table_stress', removed: false, stays: null, problems: [] };
  if (what === 'removed') teardown.isolation = { ...removal, removed: true };
  else if (what === 'stays') teardown.isolation = { ...removal, stays: 'another run uses it' };
  else if (what === 'stuck') teardown.isolation = { ...removal, problems: ['permission denied'] };
}

const isolation: NonNullable<Manifest['isolation']> = {
  schema: 'table_stress',
  cloned: true,
  source: 'public',
  role: 'table_stress_owner',
  made: 'by this run',
  clock: 'real',
  objects: {},
  findings: [],
  previous_fingerprint: null,
  functions: [],
  fingerprint: 'f',
};

function emptyRun(): RunData {
  const thresholds = readThresholds('thresholds.json');
  const bookings = Array.from({ length: 64 }, (_, index) => plannedBooking(index));
  const manifest: Manifest = {
    v: MANIFEST_VERSION,
    run: tag,
    command: ['run'],
    seed: 1,
    profile: 'quick',
    scenarios: ['smoke', 'hot-table', 'window-boundary'],
    left_out: [],
    broken: null,
    kept: false,
    started_at: iso(0),
    ended_at: iso(60),
    target: { kind: 'local', description: 'test', migrations: null },
    isolation: null,
    time_limits: null,
    versions: {},
    harness: { version: '0', commit: null, dirty: null, node: 'v20', platform: 'test' },
    thresholds,
    database_clock: { offset_ms: 0, error_ms: 0 },
    load: { runners: 1, where: 'here', collected_at: null },
    runs: ['smoke', 'hot-table', 'window-boundary'].map((scenario) => ({
      scenario,
      runner: scenario,
      started_at: iso(0),
      ended_at: iso(60),
      exit_code: 0,
      aborted: null,
      thresholds_crossed: [],
      clock: null,
    })),
    failure: null,
  };
  const anchor = {
    v: OPERATION_VERSION,
    anchor: true,
    run: tag,
    runner: 'hot-table',
    wall_ms: zero,
    error_ms: 0,
  };
  return {
    manifest,
    // Few calls are enough to show a broken promise; `contention required` asks for as many as a real run needs.
    thresholds: { ...thresholds, contention: { ...thresholds.contention, min_calls: 0, min_share: 0 } },
    observations: new Map(),
    plan: {
      world: {
        restaurants: [],
        zones: [],
        allowed_capacities: [],
        table_inventory: [],
        table_adjacencies: [],
        customers: [],
        bookings,
        table_holds: [],
      },
      scenarios: {},
    } as unknown as Plan,
    bookings: new Map(bookings.map((each) => [each.id, each])),
    history: {
      operations: [],
      anchors: new Map([['hot-table', anchor as never]]),
      incomplete: new Map(),
      warnings: [],
    },
    faults: [],
    boundaries: null,
    finalState: { allocations: [], assignments: [], ledger: [], others: new Map(), rows: 0 },
    statusMatrix: null,
    explored: null,
    teardown: {
      v: 1,
      run: tag,
      performed: true,
      deleted: [],
      left: [{ table: 'allocations', rows: 0 }],
      untagged_before: [{ table: 'allocations', rows: 0, hash: '0' }],
      untagged_after: [{ table: 'allocations', rows: 0, hash: '0' }],
      source: null,
      isolation: null,
      problems: [],
    },
  };
}

function plannedBooking(index: number): Booking {
  return {
    id: booking(`b${index}`),
    start_at: iso(60),
    end_at: iso(120),
    status: 'pending',
  } as Booking;
}
