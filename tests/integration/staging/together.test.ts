import path from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type HostedStandIn, startHostedStandIn } from '../../stand-in/hosted.ts';
import { descendants, waitFor } from '../run/processes.ts';
import {
  type Program,
  readVerdict,
  root,
  runProgram,
  start,
  temporaryFolder,
  thresholdsWith,
  verdicts,
  withPatience,
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
  const run = begin(temporaryFolder(), '--thresholds', thresholdsWith(withPatience));
  await run.until(/✔ seed/);
  // It cannot be over before it is looked for: its load generator stands still.
  const k6 = await waitFor(async () => descendants(run.pid).find(({ command }) => /k6.* run /.test(command)));
  process.kill(k6.pid, 'SIGSTOP');
  const before = await waitFor(marks);
  await sql`
    select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'table-stress run'`;
  await waitFor(async () => {
    const now = await marks();
    return now?.key === before.key && now.session !== before.session ? now : undefined;
  });
  const dropped = await stress('isolate', '--drop');
  const torn = await stress('teardown', '--all');
  process.kill(k6.pid, 'SIGCONT');
  const { code, stdout, stderr } = await run.ended;
  expect(dropped.code, dropped.stderr).toBe(3);
  expect(dropped.stderr).toMatch(/in use by table-stress run/);
  expect(torn.code, torn.stderr).toBe(3);
  expect(torn.stderr).toMatch(/is still going on/);
  expect(code, stderr + stdout).toBe(0);
  await nothingIsLeft();
});

/** The marks that a run has on the schema, and the session that has them. */
async function marks(): Promise<{ key: string; session: number } | undefined> {
  const [row] = await sql<{ key: string; session: number }[]>`
    select string_agg(distinct l.classid || ' ' || l.objid, ', ') as key, l.pid as session
      from pg_locks l join pg_stat_activity a using (pid)
     where l.locktype = 'advisory' and l.granted and a.application_name = 'table-stress run' group by l.pid`;
  return row;
}

it.each(['create schema table_stress', 'create role table_stress_owner'])(
  'a connection that is cut while it waits for %j of somebody else leaves nothing, and is no broken promise',
  async (statement) => {
    const rival = postgres(standIn.target.databaseUrl, { max: 1, onnotice: () => {} });
    await rival`begin`;
    await rival.unsafe(statement);
    const run = begin(temporaryFolder());
    const waiting = () => sql`
      select from pg_stat_activity where application_name = 'table-stress run' and wait_event_type = 'Lock'`;
    await waitFor(async () => ((await waiting()).length > 0 ? true : undefined));
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'table-stress%'`;
    await rival`rollback`;
    await rival.end();
    const { code, stderr } = await run.ended;
    expect([0, 3], stderr).toContain(code);
    expect(stderr).not.toMatch(/unexpected|TypeError/);
    await nothingIsLeft();
  },
);

it('an interrupt after the load ends with 130, once everything is removed', async () => {
  const run = begin(temporaryFolder());
  await run.until(/✔ seed/);
  // Teardown has to wait for somebody who reads a row that the load does not change.
  const reader = postgres(standIn.target.databaseUrl, { max: 1, onnotice: () => {} });
  await reader`begin`;
  expect(await reader`select from table_stress.restaurants for key share`).not.toEqual([]);
  await run.until(/✔ history/);
  run.kill('SIGINT');
  await run.until(/SIGINT: stopping/);
  await reader`rollback`;
  await reader.end();
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
