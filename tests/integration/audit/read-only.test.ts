import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Context } from '../../../audit/check.ts';
import { allChecks } from '../../../audit/checks/all.ts';
import { ReadOnlyDatabase, usualPatience } from '../../../audit/connection/read-only.ts';
import { readDeployment } from '../../../audit/deployment/read.ts';
import { Program } from '../../../audit/functions/program.ts';
import { judge } from '../../../audit/judge.ts';
import { startPooler } from '../../stand-in/pooler.ts';
import { startRewritingPooler } from '../../stand-in/rewriting-pooler.ts';
import { until } from '../reference/database.ts';
import { lookAt, type Stage, startStage } from './stage.ts';

let stage: Stage;
let url: string;
beforeAll(async () => {
  stage = await startStage();
  url = stage.reference.target.databaseUrl;
  const table = await stage.table('reserved');
  await stage.claim({ table, booking: await stage.booking(), from: -120, to: -30 });
});
afterAll(() => stage?.stop());

function readOnly(): ReadOnlyDatabase {
  const database = new ReadOnlyDatabase(url);
  onTestFinished(() => database.close());
  return database;
}

function session(): postgres.Sql {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  onTestFinished(() => sql.end({ timeout: 2 }));
  return sql;
}

/** Everything that is stored in the schema, and the transaction id that the next writer gets. */
async function state(): Promise<{ rows: unknown; next: string }> {
  const names = await stage.sql<{ name: string }[]>`
    SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1`;
  const rows = [];
  for (const { name } of names) {
    rows.push([
      name,
      ...(await stage.sql`
        SELECT count(*), sum(hashtextextended(t::text || t.xmin::text, 0)) AS hash FROM ${stage.sql(name)} t`),
    ]);
  }
  const catalog = await stage.sql`
    SELECT count(*), sum(hashtextextended(p::text || p.xmin::text, 0)) AS hash FROM pg_proc p`;
  const [snapshot] = await stage.sql`SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS next`;
  return { rows: [rows, catalog], next: snapshot?.next };
}

describe('the audit cannot write', () => {
  it('leaves every row, every function and the transaction counter as they were', async () => {
    for (let attempt = 1; ; attempt += 1) {
      const before = await state();
      const result = await lookAt(url);
      const after = await state();
      expect(result.checks).toHaveLength(allChecks.length);
      expect(result.read_only.transactions).toBeGreaterThan(allChecks.length);
      expect(result.read_only.with_transaction_id).toBe(0);
      expect(after.rows).toEqual(before.rows);
      // Only the server's own housekeeping may come between.
      if (after.next === before.next) break;
      expect(attempt).toBeLessThan(4);
    }
  });

  it.each([
    ['a delete', 'DELETE FROM public.allocations'],
    ['a call that writes', 'SELECT public.refresh_table_status(id) FROM public.table_inventory'],
    ['a row lock', 'SELECT 1 FROM public.allocations FOR UPDATE'],
    ['a table lock', 'LOCK TABLE public.allocations IN ROW EXCLUSIVE MODE'],
    ['a new table', 'CREATE TABLE public.left_behind (id int)'],
    ['a way out', 'COMMIT; DELETE FROM public.allocations'],
    ['another way out', 'SELECT 1; DELETE FROM public.allocations'],
    ['a copy', "COPY public.allocations TO PROGRAM 'true'"],
    ['a change of mind', 'SET TRANSACTION READ WRITE'],
  ])('refuses %s', async (_, statement) => {
    const before = await state();
    await expect(readOnly().transaction((ask) => ask(statement))).rejects.toThrow();
    expect((await state()).rows).toEqual(before.rows);
  });

  it('asks nothing where transactions are not confirmed to be read-only', async () => {
    const port = Number(new URL(url).port);
    const pooler = await startRewritingPooler(port, 'read only', '         ');
    onTestFinished(() => pooler.close());
    const through = new URL(url);
    through.port = String(pooler.port);
    await expect(lookAt(through.href)).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringMatching(/does not confirm that the transaction is read-only .* is off/),
    });
    expect(pooler.sent()).toContain('show transaction_read_only');
    expect(pooler.sent()).not.toMatch(/pg_class|allocations/);
  });
});

describe('the audit keeps nobody waiting', () => {
  it('holds no lock but those of a reader', async () => {
    const database = readOnly();
    const deployment = await database.transaction((ask) => readDeployment(ask, 'public'));
    const context: Context = { deployment, program: new Program(deployment), at: 'now()' };
    const modes = await database.transaction(async (ask) => {
      for (const check of allChecks) {
        const question = check.ask(context);
        if ('query' in question && question.query !== null) await ask(question.query);
      }
      return ask<{ mode: string }>(
        "select distinct mode from pg_locks where pid = pg_backend_pid() and locktype <> 'virtualxid'",
      );
    });
    expect(modes).toEqual([{ mode: 'AccessShareLock' }]);
  });

  it('lets others write while it reads, and alter a table right after', async () => {
    const [writer, owner] = [session(), session()];
    let altered = false;
    let change: Promise<unknown> = Promise.resolve();
    await readOnly().transaction(async (ask) => {
      await ask('select count(*) from public.allocations, public.table_inventory, public.bookings');
      await writer`SET lock_timeout = '30s'`;
      await writer`UPDATE bookings SET source = 'while it reads'`;
      await writer`INSERT INTO allocations (restaurant_id, resource_type, resource_id, "window", shadow)
        SELECT restaurant_id, resource_type, gen_random_uuid(), "window", true FROM allocations`;
      await writer`INSERT INTO zones (restaurant_id, name) SELECT id, 'while it reads' FROM restaurants`;
      await writer`DELETE FROM zones WHERE name = 'while it reads'`;
      change = owner`ALTER TABLE allocations ALTER COLUMN created_by SET STATISTICS 10`.then(() => {
        altered = true;
      });
      await until(async () => {
        const waiting = await stage.sql`SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'`;
        return waiting.length > 0 || altered;
      });
    });
    await change;
    expect(altered).toBe(true);
  });

  it('does not wait for somebody who alters a table, and goes on with the other checks', async () => {
    const owner = session();
    await owner.unsafe('BEGIN; LOCK TABLE booking_table_assignments IN ACCESS EXCLUSIVE MODE');
    const result = await lookAt(url, [], { patience: { statement: 30_000, lock: 50 } });
    await owner.unsafe('ROLLBACK');
    const verdicts = Object.fromEntries(result.checks.map(({ id, verdict }) => [id, verdict]));
    expect(verdicts).toMatchObject({
      'status-differs': 'finding',
      'overlapping-allocations': 'ok',
      'assignments-without-allocation': 'not possible',
      'empty-merge-groups': 'not possible',
      'missing-triggers': 'ok',
      'lock-upgrades': 'ok',
    });
    const open = result.checks.find(({ id }) => id === 'empty-merge-groups');
    expect(open?.summary).toMatch(/somebody holds a lock on a table that it reads.* it waited 0\.05 s/);
    expect(open?.query).toContain('merge_group');
  });

  it('stops a query that takes too long, and goes on with the other checks', async () => {
    // On any machine it takes too long: it waits for a table, for which it may wait longer than it may take.
    const owner = session();
    await owner.unsafe('BEGIN; LOCK TABLE allocations IN ACCESS EXCLUSIVE MODE');
    const result = await lookAt(url, ['overlapping-allocations', 'missing-triggers'], {
      patience: { statement: 3000, lock: 60_000 },
    });
    await owner.unsafe('ROLLBACK');
    expect(result.checks.map(({ verdict }) => verdict)).toEqual(['not possible', 'ok']);
    expect(result.checks[0]?.summary).toBe('its query took longer than 3 s and was stopped');
    expect(result.checks[0]?.next.join()).toMatch(/--statement-timeout/);
    expect(result).toMatchObject({ verdict: 'not possible', exit_code: 4 });
  });
});

it('a check that fails by itself is not possible', async () => {
  const [check] = allChecks;
  if (check === undefined) throw new Error('there are no checks');
  const database = readOnly();
  const deployment = await database.transaction((ask) => readDeployment(ask, 'public'));
  const context: Context = { deployment, program: new Program(deployment), at: 'now()' };
  const broken = {
    ...check,
    ask: () => {
      throw new Error('out of order');
    },
  };
  const result = await judge(broken, context, database, { limit: 1, patience: usualPatience });
  expect(result).toMatchObject({ verdict: 'not possible', summary: expect.stringContaining('out of order') });
});

it('works through a transaction pooler, which keeps no session', async () => {
  const ref = 'abcdefghijklmnopqrst';
  const pooler = await startPooler({ ref, databasePort: Number(new URL(url).port), mode: 'transaction' });
  onTestFinished(() => pooler.close());
  const through = new URL(url);
  through.port = String(pooler.port);
  through.username = `postgres.${ref}`;
  const checks = ['status-differs', 'missing-triggers', 'lock-upgrades'] as const;
  const result = await lookAt(through.href, checks);
  const direct = await lookAt(url, checks);
  expect(result.checks.map(({ rows: _, ...check }) => check)).toEqual(
    direct.checks.map(({ rows: _, ...check }) => check),
  );
  expect(result.checks[0]?.verdict).toBe('finding');
});
