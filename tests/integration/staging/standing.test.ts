import { readFileSync } from 'node:fs';
import path from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type HostedStandIn, startHostedStandIn } from '../../stand-in/hosted.ts';
import {
  readDiagnosis,
  readManifest,
  readVerdict,
  root,
  runFolderIn,
  runProgram,
  temporaryFolder,
  verdicts,
} from '../run/program.ts';
import { remainsIn, settingsOf } from './remains.ts';

/** A schema that `isolate` makes once, for runs that find it. */
const ref = 'abcdefghijklmnopqrst';
let standIn: HostedStandIn;
let sql: postgres.Sql;
let settings: string[];

beforeAll(async () => {
  standIn = await startHostedStandIn({ migrations: path.join(root, 'reference', 'migrations'), ref });
  sql = postgres(standIn.target.databaseUrl, { max: 1, onnotice: () => {} });
  // The API shows it beside the tables, and nothing can be deleted from it.
  await sql`
    create view public.busy as select restaurant_id, count(*) as bookings from public.bookings group by restaurant_id`;
  await sql`grant all on public.busy to service_role`;
  settings = await settingsOf(sql);
});
afterAll(async () => {
  await sql?.end();
  await standIn?.stop();
});

const stress = (args: string[], env: Record<string, string> = {}) =>
  runProgram([...args, '--target', 'staging'], { env: { ...standIn.env, ...env } });
const run = (out: string, env: Record<string, string> = {}) =>
  stress(['run', 'smoke', '--yes', '--out', out], env);
/** Without a database URL. */
const apiOnly = { SUPABASE_DB_URL: '' };

it('without a database connection the isolated schema must be there', async () => {
  const { code, stderr } = await run(temporaryFolder(), apiOnly);
  expect(code, stderr).toBe(3);
  expect(stderr).toMatch(/schema table_stress is not served by the API: nothing was written/);
  expect(await remainsIn(sql)).toEqual([]);
});

it('isolate makes it, proves it, and says what it consists of', async () => {
  const { code, stdout, stderr } = await stress(['isolate']);
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(/schema table_stress: made, a proven clone of public, owned by table_stress_owner/);
  expect(stdout).toMatch(/functions: \d+, fingerprint [0-9a-f]{12}/);
  const again = await stress(['isolate', '--json']);
  expect(again.code, again.stderr).toBe(0);
  expect(JSON.parse(again.stdout)).toMatchObject({ schema: 'table_stress', made: 'before', cloned: true });
});

it('a run uses it and leaves it', async () => {
  const out = temporaryFolder();
  const { code, stdout, stderr } = await run(out);
  expect(code, stderr + stdout).toBe(0);
  expect(readManifest(out).isolation).toMatchObject({ made: 'before' });
  expect(stderr).toMatch(/schema table_stress stays: it was made by isolate/);
  expect(await remainsIn(sql)).toContain('schema table_stress');
});

it('a run without a database connection sees less, and says so', async () => {
  const out = temporaryFolder();
  const { code, stdout, stderr } = await run(out, apiOnly);
  expect(code, stderr + stdout).toBe(4);
  const values = verdicts(readVerdict(out));
  expect(values.isolated).toBe('unknown');
  expect(Object.entries(values).filter(([, value]) => value === 'fail')).toEqual([]);
  expect(values['acked-is-durable']).toBe('pass');
  const unseen = readDiagnosis(out).not_observed;
  expect(unseen.map(({ what }) => what)).toEqual([
    'locks, waits, deadlocks, statements, scans and connections',
    'CPU of the database',
  ]);
  expect(unseen[0]?.grant).toContain('SUPABASE_DB_URL');
  // Nothing is left all the same.
  const [row] = await sql<{ rows: number }[]>`
    select ((select count(*) from table_stress.bookings) + (select count(*) from table_stress.restaurants))::int as rows`;
  expect(row?.rows).toBe(0);
  const rows = readFileSync(path.join(runFolderIn(out), 'final-state.ndjson'), 'utf8')
    .trim()
    .split('\n');
  expect(rows.length).toBeGreaterThan(200);
});

it('nor does it see the cases of the status matrix, which have not passed then', async () => {
  const out = temporaryFolder();
  const args = ['run', 'window-boundary', '--yes', '--out', out];
  const { code, stdout, stderr } = await stress(args, apiOnly);
  expect(code, stderr + stdout).toBe(4);
  expect(stderr).toMatch(/! status-matrix +not tried: only the API is known/);
  const rule = readVerdict(out).invariants.find(({ id }) => id === 'status-rule');
  // Without the database's clock the reads say nothing either.
  expect(rule?.verdict, rule?.summary).toBe('unknown');
  expect(rule?.summary).toMatch(/the matrix of cases was not observed: only the API is known$/);
});

it('is refused when it holds bookings that no run made', async () => {
  await sql`insert into table_stress.restaurants (name, slug, timezone) values ('Real', 'real', 'UTC')`;
  await sql`
    insert into table_stress.customers (restaurant_id, full_name, email, phone)
    select id, 'Guest', 'guest@example.org', '+49 30 1234567' from table_stress.restaurants`;
  await sql`
    insert into table_stress.bookings (restaurant_id, customer_id, booking_date, start_time, end_time, party_size,
                                       customer_name, customer_email, customer_phone)
    select c.restaurant_id, c.id, current_date, '18:00', '20:00', 2, full_name, email, phone
      from table_stress.customers c`;
  for (const env of [{}, apiOnly]) {
    const { code, stderr } = await run(temporaryFolder(), env);
    expect(code, stderr).toBe(3);
    expect(stderr).toMatch(/1 bookings that no run of table-stress made/);
  }
  await sql`delete from table_stress.bookings`;
  await sql`delete from table_stress.restaurants where slug = 'real'`.catch(async () => {
    await sql`delete from table_stress.customers`;
    await sql`delete from table_stress.restaurants`;
  });
});

it('is refused when other functions are deployed meanwhile', async () => {
  const [old] = await sql<{ text: string }[]>`
    select pg_get_functiondef('public.refresh_table_status(uuid)'::regprocedure) as text`;
  const text = old?.text ?? '';
  await sql.unsafe(text.replace(/(\n\s*begin\b)/i, '\n-- deployed anew$1'));
  const { code, stderr } = await run(temporaryFolder());
  expect(code, stderr).toBe(3);
  expect(stderr).toMatch(/made from other functions than those that are deployed now/);
  await sql.unsafe(text);
});

it('is refused when its marker names another project', async () => {
  const [row] = await sql<{ comment: string }[]>`
    select obj_description('table_stress'::regnamespace, 'pg_namespace') as comment`;
  const comment = row?.comment ?? '';
  const set = (text: string) =>
    sql.unsafe(`comment on schema table_stress is '${text.replaceAll("'", "''")}'`);
  await set(comment.replaceAll(ref, 'zyxwvutsrqponmlkjihg'));
  const { code, stderr } = await run(temporaryFolder());
  expect(code, stderr).toBe(2);
  expect(stderr).toMatch(/it was made for zyxwvutsrqponmlkjihg/);
  const dropped = await stress(['isolate', '--drop']);
  expect(dropped.code).not.toBe(0);
  await set(comment);
});

it('isolate --drop removes it and puts back what was exposed', async () => {
  const { code, stderr } = await stress(['isolate', '--drop']);
  expect(code, stderr).toBe(0);
  expect(await remainsIn(sql)).toEqual([]);
  expect(await settingsOf(sql)).toEqual(settings);
  const again = await stress(['isolate', '--drop']);
  expect(again.code, again.stderr).toBe(0);
});

it("doctor's undo takes a kept run back by hand", async () => {
  const kept = await stress(['run', 'smoke', '--yes', '--keep', '--out', temporaryFolder()]);
  expect(kept.code, kept.stderr).toBe(4);
  expect(await remainsIn(sql)).not.toEqual([]);
  const { stdout } = await stress(['doctor', '--json']);
  const checks = JSON.parse(stdout) as { name: string; lines?: string[] }[];
  const undo = checks.find(({ name }) => name === 'undo')?.lines ?? [];
  expect(undo.length).toBeGreaterThan(4);
  for (const line of undo) await sql.unsafe(line);
  expect(await remainsIn(sql)).toEqual([]);
  expect(await settingsOf(sql)).toEqual(settings);
});
