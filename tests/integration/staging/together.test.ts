import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type HostedStandIn, startHostedStandIn } from '../../stand-in/hosted.ts';
import {
  type Program,
  readVerdict,
  root,
  runProgram,
  start,
  temporaryFolder,
  verdicts,
} from '../run/program.ts';
import { remainsIn, settingsOf } from './remains.ts';

/** Several processes at one project, and connections that are cut: nobody loses what is in use. */
let standIn: HostedStandIn;
let sql: postgres.Sql;
let settings: string[];

beforeAll(async () => {
  const migrations = path.join(root, 'reference', 'migrations');
  standIn = await startHostedStandIn({ migrations, ref: 'abcdefghijklmnopqrst' });
  sql = postgres(standIn.target.databaseUrl, { max: 1, onnotice: () => {} });
  settings = await settingsOf(sql);
});
afterAll(async () => {
  await sql?.end();
  await standIn?.stop();
});

const begin = (out: string, ...more: string[]): Program =>
  start(['run', 'smoke', '--target', 'staging', '--yes', '--out', out, ...more], {
    env: { ...standIn.env },
  });
const stress = (...args: string[]) =>
  runProgram([...args, '--target', 'staging'], { env: { ...standIn.env } });
const nothingIsLeft = async (): Promise<void> => {
  expect(await remainsIn(sql)).toEqual([]);
  expect(await settingsOf(sql)).toEqual(settings);
};

it('two runs that begin and end at the same time both pass, and the last one cleans up', async () => {
  const folders = [temporaryFolder(), temporaryFolder()];
  const ended = await Promise.all(folders.map((out) => begin(out).ended));
  for (const { code, stdout, stderr } of ended) expect(code, stderr + stdout).toBe(0);
  for (const out of folders) expect(verdicts(readVerdict(out)).isolated).toBe('pass');
  expect(ended.filter(({ stderr }) => /schema table_stress removed/.test(stderr))).toHaveLength(1);
  await nothingIsLeft();
});

it('what a run uses is not removed, even when its connection was cut', async () => {
  const out = temporaryFolder();
  const run = begin(out);
  await run.until(/✔ seed/);
  await sql`
    select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'table-stress run'`;
  // The run looks after its marks every two seconds.
  await delay(2300);
  const dropped = await stress('isolate', '--drop');
  const torn = await stress('teardown', '--all');
  const { code, stdout, stderr } = await run.ended;
  expect(code, stderr + stdout).toBe(0);
  if (/removed/.test(dropped.stderr)) expect(dropped.stderr).toMatch(/in use by table-stress run/);
  expect([0, 3]).toContain(torn.code);
  await nothingIsLeft();
});

it.each([1200, 2000])(
  'a connection that is cut %d ms into cloning leaves nothing, and is no broken promise',
  async (wait) => {
    const run = begin(temporaryFolder());
    await run.until(/✔ target/);
    await delay(wait - 1000);
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'table-stress%'`;
    const { code, stderr } = await run.ended;
    expect([0, 3], stderr).toContain(code);
    expect(stderr).not.toMatch(/unexpected|TypeError/);
    await nothingIsLeft();
  },
);

it('an interrupt after the load ends with 130, once everything is removed', async () => {
  const run = begin(temporaryFolder());
  await run.until(/✔ history/);
  run.kill('SIGINT');
  const { code, stderr } = await run.ended;
  expect(code, stderr).toBe(130);
  expect(stderr).toMatch(/schema table_stress removed/);
  await nothingIsLeft();
});

it('bookings of somebody else are never dropped with the schema, nor is a schema with a copied marker', async () => {
  expect((await stress('isolate')).code).toBe(0);
  await sql`insert into table_stress.restaurants (name, slug, timezone) values ('Real', 'real', 'UTC')`;
  await sql`
    insert into table_stress.customers (restaurant_id, full_name, email, phone)
    select id, 'Guest', 'guest@example.org', '+49 30 1234567' from table_stress.restaurants`;
  await sql`
    insert into table_stress.bookings (restaurant_id, customer_id, booking_date, start_time, end_time, party_size,
                                       customer_name, customer_email, customer_phone)
    select c.restaurant_id, c.id, current_date, '18:00', '20:00', 2, full_name, email, phone
      from table_stress.customers c`;
  const refused = await stress('isolate', '--drop');
  expect(refused.code, refused.stderr).toBe(3);
  expect(refused.stderr).toMatch(/holds 1 bookings that no run of table-stress made/);
  await sql`delete from table_stress.bookings`;
  const [row] = await sql<{ comment: string }[]>`
    select obj_description('table_stress'::regnamespace, 'pg_namespace') as comment`;
  expect((await stress('isolate', '--drop')).code).toBe(0);
  await nothingIsLeft();

  const comment = (row?.comment ?? '')
    .replaceAll('"schema":"table_stress"', '"schema":"public"')
    .replaceAll('"source":"public"', '"source":"other"')
    .replaceAll('"standing"', '"run"');
  const [old] = await sql<{ comment: string | null }[]>`
    select obj_description('public'::regnamespace, 'pg_namespace') as comment`;
  await sql.unsafe(`comment on schema public is '${comment.replaceAll("'", "''")}'`);
  const torn = await stress('teardown', '--all');
  expect(torn.code, torn.stderr).toBe(3);
  expect(torn.stderr).toMatch(/schema public carries a marker of ours, and cannot be ours/);
  expect(await sql`select to_regclass('public.bookings') as bookings`).toMatchObject([
    { bookings: 'bookings' },
  ]);
  await sql.unsafe(`comment on schema public is '${(old?.comment ?? '').replaceAll("'", "''")}'`);
});
