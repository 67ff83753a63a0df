import type postgres from 'postgres';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { connectDatabase } from '../../../target/database-connection.ts';
import { type EmbeddedSupabase, startEmbedded } from '../../../target/embedded.ts';

/** Whoever uses a connection that is cut hears of it, whatever it was doing at that moment. */
let target: EmbeddedSupabase;
let other: postgres.Sql;
let sql: postgres.Sql;

beforeAll(async () => {
  target = await startEmbedded();
  other = await connectDatabase(target.databaseUrl, 'test');
});
afterAll(async () => {
  await other?.end({ timeout: 1 });
  await target?.stop();
});
beforeEach(async () => {
  sql = await connectDatabase(target.databaseUrl, 'cut');
});
afterEach(() => sql.end({ timeout: 0 }));

const cut = () => other`
  select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'table-stress cut'`;

/** Begins a transaction, cuts its connection, and goes on with `late` when the loss is known. */
async function cutWithin(late: (transaction: postgres.TransactionSql) => Promise<unknown>): Promise<unknown> {
  let fail = (_error: unknown): void => {};
  const failed = new Promise<unknown>((resolve) => {
    fail = resolve;
  });
  let outcome: Promise<unknown> = Promise.resolve();
  const begun = sql.begin(async (transaction) => {
    await transaction`select 1`;
    outcome = failed
      .then(() => late(transaction))
      .then(
        () => 'answered',
        (error: Error) => error.message,
      );
    await cut();
    await outcome;
  });
  fail(await begun.catch((error: unknown) => error));
  return outcome;
}

it.each<[string, (transaction: postgres.TransactionSql) => Promise<unknown>]>([
  ['with a parameter', (transaction) => transaction`select ${1}::int`],
  ['without', (transaction) => transaction.unsafe('select 1')],
  ['longer than a kilobyte', (transaction) => transaction.unsafe(`select '${'x'.repeat(2000)}'`)],
])('a late statement %s in a cut transaction fails, and the next one is answered', async (_name, late) => {
  expect(await cutWithin(late)).toBe('the connection to the database was cut');
  expect(await sql`select ${2}::int as two`).toEqual([{ two: 2 }]);
});

it('a late statement is not run outside of its transaction', async () => {
  const outcome = await cutWithin(async (transaction) => {
    await sql`select 1`;
    await transaction`create table public.late ()`;
  });
  expect(outcome).toBe('the connection to the database was cut');
  expect(await sql`select to_regclass('public.late') as late`).toEqual([{ late: null }]);
});

it('statements on a reserved connection fail once it is cut', async () => {
  const reserved = await sql.reserve();
  await reserved`select 1`;
  await cut();
  // The first may be the one that finds out.
  await reserved`select ${1}::int`.catch(() => {});
  for (const number of [2, 3, 4]) {
    await expect(reserved`select ${number}::int`).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' });
  }
  reserved.release();
  expect(await sql`select ${5}::int as five`).toEqual([{ five: 5 }]);
});

it('all that were under way or waiting fail, and a time limit holds in the new session as well', async () => {
  const asleep = [1, 2, 3].map((number) => sql`select pg_sleep(60), ${number}::int`.catch((e: Error) => e));
  const sleeping = () => other`select 1 from pg_stat_activity where wait_event = 'PgSleep'`;
  await expect.poll(sleeping, { timeout: 60_000 }).toHaveLength(1);
  expect(await cut()).toHaveLength(1);
  for (const answer of await Promise.all(asleep)) expect(answer).toBeInstanceOf(Error);
  expect(await sql`show statement_timeout`).toEqual([{ statement_timeout: '1min' }]);
});
