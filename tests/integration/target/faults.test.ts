import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { connectDatabase } from '../../../target/database-connection.ts';
import { type EmbeddedSupabase, startEmbedded } from '../../../target/embedded.ts';
import { connection, isRunning, leftovers } from './support.ts';

let target: EmbeddedSupabase;
beforeAll(async () => {
  target = await startEmbedded();
});
afterAll(() => target?.stop());

const ask = async (): Promise<number> => {
  const headers = { apikey: target.secretApiKey };
  const answer = await fetch(`${target.supabaseUrl}/rest/v1/kept`, { headers }).catch(() => null);
  return answer?.status ?? 0;
};

async function untilServed(): Promise<void> {
  await expect.poll(ask, { timeout: 60_000, interval: 100 }).toBe(200);
}

it('a crash keeps what was committed, and nothing of what was not', async () => {
  const before = target.processes.postgresql;
  // The driver by itself would write to a connection that is gone.
  const sql = await connectDatabase(target.databaseUrl, 'test');
  onTestFinished(() => sql.end({ timeout: 1 }));
  await sql`create table kept (n int)`;
  await sql`grant all on kept to service_role`;
  await sql`notify pgrst, 'reload schema'`;
  await untilServed();
  await sql`insert into kept values (1)`;
  const open = sql`
    with written as (insert into kept values (2) returning n) select n, pg_sleep(600) from written`.catch(
    (error: Error) => error,
  );
  const other = await connectDatabase(target.databaseUrl, 'test');
  onTestFinished(() => other.end({ timeout: 1 }));
  const sleeping = () => other`select 1 from pg_stat_activity where wait_event = 'PgSleep'`;
  await expect.poll(async () => (await sleeping()).length, { timeout: 60_000 }).toBe(1);
  await target.faults.crashDatabase();
  expect(await open).toBeInstanceOf(Error);
  expect(target.processes.postgresql).not.toBe(before);
  expect(isRunning(before)).toBe(false);
  const again = connection(target.databaseUrl);
  expect((await again`select n from kept`).map(({ n }) => n)).toEqual([1]);
  await again.end();
  await untilServed();
});

it('a pause holds every answer back, for that long', async () => {
  const sql = connection(target.databaseUrl);
  await sql`select 1`;
  // Asked without a break, whenever the pause begins: one answer waits for its end.
  let isOver = false;
  const pause = target.faults.pauseDatabase(700).finally(() => {
    isOver = true;
  });
  let longest = 0;
  while (!isOver) {
    const asked = performance.now();
    await sql`select 1`;
    longest = Math.max(longest, performance.now() - asked);
  }
  expect(longest).toBeGreaterThan(650);
  await pause;
  await sql.end();
});

it('PostgREST comes back on the same address', async () => {
  const before = target.processes.postgrest;
  await target.faults.restartPostgrest();
  expect(target.processes.postgrest).not.toBe(before);
  await untilServed();
});

it('none of that counts as a failure of the target, and nothing is left of it', async () => {
  const quiet = await Promise.race([
    target.failure,
    new Promise((resolve) => setTimeout(() => resolve('quiet'), 300)),
  ]);
  expect(quiet).toBe('quiet');
  await target.stop();
  expect(leftovers(target)).toEqual([]);
});
