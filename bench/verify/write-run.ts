import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { writeJson } from '../../contracts/json-file.ts';
import { MANIFEST_VERSION } from '../../contracts/manifest.ts';
import { readThresholds } from '../../contracts/read-thresholds.ts';
import { RunFolder } from '../../contracts/run-folder.ts';
import { TEARDOWN_VERSION } from '../../contracts/teardown-result.ts';
import { OPERATION_VERSION } from '../../history/operation.ts';
import { idOf } from '../../plan/identity.ts';
import { PLAN_VERSION } from '../../plan/plan.ts';
import { emptyWorld, type World } from '../../plan/world.ts';
import { WINDOWS_A_DAY } from './application.ts';
import { type Call, Callers, type Shape } from './callers.ts';

const TAG = 'be7c4000';
const SEED = 1;
const RUNNER = 'window-boundary';
const FIRST_DAY = Date.parse('2026-06-10T08:00:00Z');
const STARTED = '2026-06-01T08:00:00.000Z';
const HALF_HOUR = 1_800_000;

const table = (index: number): string => idOf(TAG, SEED, RUNNER, 'table', index);
const booking = (index: number): string => idOf(TAG, SEED, RUNNER, 'booking', index);
const group = '00000000-0000-4000-8000-000000000001';

/** Writes the folder of a run that was never there, as it goes: nothing of it is kept in memory. */
export async function writeRun(root: string, shape: Shape): Promise<RunFolder> {
  const folder = new RunFolder(root);
  await mkdir(folder.history, { recursive: true });
  const world = makeWorld(shape);
  const plan = {
    v: PLAN_VERSION,
    seed: SEED,
    tag: TAG,
    anchor: STARTED,
    profile: 'quick',
    world,
    scenarios: {},
  };
  await writeJson(folder.plan, { ...plan, thresholds: {} });
  const callers = new Callers(shape, SEED);
  await writeLines(folder.historyOf(RUNNER), historyLines(callers));
  await writeLines(folder.finalState, finalLines(callers, world));
  await writeJson(folder.manifest, manifest());
  await writeJson(folder.teardown, teardown());
  return folder;
}

function windowOf(index: number): { start_at: string; end_at: string } {
  const day = Math.floor(index / WINDOWS_A_DAY);
  const start = FIRST_DAY + day * 86_400_000 + (index % WINDOWS_A_DAY) * HALF_HOUR;
  return {
    start_at: new Date(start).toISOString(),
    end_at: new Date(start + 3 * HALF_HOUR).toISOString(),
  };
}

function makeWorld(shape: Shape): World {
  const world = emptyWorld();
  const restaurant = idOf(TAG, SEED, RUNNER, 'restaurant', 0);
  const zone = idOf(TAG, SEED, RUNNER, 'zone', 0);
  const customer = idOf(TAG, SEED, RUNNER, 'customer', 0);
  world.restaurants.push({ id: restaurant, name: 'bench', slug: `ts-${TAG}-bench`, timezone: 'UTC' });
  world.zones.push({ id: zone, restaurant_id: restaurant, name: 'hall' });
  for (let index = 0; index < shape.tables; index += 1) {
    world.table_inventory.push({
      id: table(index),
      restaurant_id: restaurant,
      zone_id: zone,
      table_number: String(index),
      capacity: 4,
      min_party_size: 1,
      max_party_size: 4,
      status: 'available',
      mobility: 'movable',
      active: true,
    });
  }
  for (let index = 0; index < shape.bookings; index += 1) {
    const window = windowOf(index % shape.windows);
    world.bookings.push({
      id: booking(index),
      restaurant_id: restaurant,
      customer_id: customer,
      booking_date: window.start_at.slice(0, 10),
      start_time: window.start_at.slice(11, 19),
      end_time: window.end_at.slice(11, 19),
      ...window,
      party_size: 2,
      status: 'pending',
      checked_in_at: null,
      checked_out_at: null,
      customer_name: 'bench',
      customer_email: `${index}@ts-${TAG}.test`,
      customer_phone: '0000000',
      reference: `ts-${TAG}-${index}`,
    });
  }
  return world;
}

const common = { v: OPERATION_VERSION, run: TAG, runner: RUNNER };

function* historyLines(callers: Callers): Generator<object> {
  yield { ...common, anchor: true, wall_ms: Date.parse(STARTED), error_ms: 0.1 };
  let count = 0;
  for (const call of callers.calls()) {
    count += 1;
    yield recordOf(call);
  }
  yield { ...common, end: true, begun: count, recorded: count };
}

function recordOf({ process, index, t0, t1, request, reply }: Call): object {
  const { kind, guest, key } = request;
  const tables = request.tables.map(table);
  const names = { ...common, process, index, scenario: RUNNER, f: kind };
  const times = { t0: t0 * 1000, t1: t1 * 1000 };
  const rest = { retry: 0 };
  const input = {
    assign: {
      booking_id: booking(guest.booking),
      table_ids: tables,
      idempotency_key: key,
      require_adjacency: false,
      ...windowOf(request.window),
    },
    unassign: { booking_id: booking(guest.booking), table_ids: tables },
    refresh: { table_id: tables[0] },
    status: { table_ids: tables },
  }[kind];
  if (reply === null) {
    const value = { message: 'request timeout', details: null, hint: null };
    const outcome = { type: 'info', class: 'connection', code: 'k6-1050', value, http: 0 };
    return { ...names, input, ...times, ...outcome, ...rest };
  }
  if (reply.kind === 'conflict') {
    const message = `allocations_no_overlap: table ${tables[0]} is taken`;
    const outcome = {
      type: 'fail',
      class: 'conflict',
      code: 'P0001',
      value: { message, details: null, hint: null },
    };
    return { ...names, input, ...times, ...outcome, http: 400, ...rest };
  }
  const answered = reply.kind === 'assigned' || reply.kind === 'removed' ? reply.tables : [];
  const merge_group_id = answered.length > 1 ? group : null;
  const value = {
    assigned: () =>
      answered.map((each) => ({
        table_id: table(each),
        ...windowOf(reply.kind === 'assigned' ? reply.window : 0),
        merge_group_id,
      })),
    removed: () => answered.map(table),
    done: () => (kind === 'status' ? { [tables[0] ?? '']: 'available' } : null),
  }[reply.kind]();
  return { ...names, input, ...times, type: 'ok', class: 'ok', code: null, value, http: 200, ...rest };
}

function* finalLines({ application, guests }: Callers, world: World): Generator<object> {
  let rows = 0;
  const line = (name: string, row: object): object => {
    rows += 1;
    return { table: name, row };
  };
  for (const row of world.bookings) yield line('bookings', row);
  for (const [index, claims] of application.claims.entries()) {
    for (const { guest, window } of claims) {
      const { start_at, end_at } = windowOf(window);
      const id = `${booking(guest.booking)}/${index}`;
      const whose = { booking_id: booking(guest.booking), restaurant_id: world.restaurants[0]?.id };
      const range = `["${start_at}","${end_at}")`;
      const kind = {
        resource_type: 'table',
        resource_id: table(index),
        shadow: false,
        is_maintenance: false,
      };
      yield line('allocations', { id, ...whose, ...kind, window: range });
      const links = { allocation_id: id, merge_group_id: null };
      yield line('booking_table_assignments', {
        id,
        ...whose,
        table_id: table(index),
        start_at,
        end_at,
        ...links,
      });
    }
  }
  for (const guest of guests) {
    for (const [key, entry] of guest.keys) {
      const { start_at, end_at } = windowOf(entry.window);
      yield line('booking_assignment_idempotency', {
        booking_id: booking(guest.booking),
        idempotency_key: key,
        table_ids: entry.tables.map(table),
        assignment_window: `["${start_at}","${end_at}")`,
      });
    }
  }
  yield { end: true, rows };
}

async function writeLines(file: string, lines: Iterable<object>): Promise<void> {
  const out = createWriteStream(file);
  let chunk = '';
  for (const line of lines) {
    chunk += `${JSON.stringify(line)}\n`;
    if (chunk.length < 1_000_000) continue;
    if (!out.write(chunk)) await once(out, 'drain');
    chunk = '';
  }
  out.end(chunk);
  await once(out, 'finish');
}

function manifest(): object {
  const run = { scenario: RUNNER, runner: RUNNER, started_at: STARTED, ended_at: STARTED };
  return {
    v: MANIFEST_VERSION,
    run: TAG,
    command: ['bench'],
    seed: SEED,
    profile: 'quick',
    scenarios: [RUNNER],
    broken: null,
    kept: false,
    started_at: STARTED,
    ended_at: STARTED,
    target: { kind: 'local', description: 'never there', migrations: null },
    isolation: null,
    versions: {},
    harness: { version: '0', commit: null, dirty: null, node: process.version, platform: process.platform },
    thresholds: readThresholds('thresholds.json'),
    database_clock: { offset_ms: 0, error_ms: 1 },
    runs: [{ ...run, exit_code: 0, aborted: null, thresholds_crossed: [] }],
    failure: null,
  };
}

function teardown(): object {
  const tables = ['allocations', 'booking_table_assignments', 'booking_assignment_idempotency', 'bookings'];
  const untagged = tables.map((name) => ({ table: name, rows: 0, hash: '0' }));
  return {
    v: TEARDOWN_VERSION,
    run: TAG,
    performed: true,
    deleted: [],
    left: tables.map((name) => ({ table: name, rows: 0 })),
    untagged_before: untagged,
    untagged_after: untagged,
    problems: [],
  };
}
