import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { InterruptedError, TargetError, UsageError } from '../../../contracts/errors.ts';
import { type EmbeddedOptions, type EmbeddedSupabase, startEmbedded } from '../../../target/embedded.ts';
import { connection, isRunning, leftovers, migrationsFolder, remove } from './support.ts';

async function start(options: EmbeddedOptions = {}): Promise<EmbeddedSupabase> {
  const target = await startEmbedded(options);
  onTestFinished(() => target.stop());
  return target;
}

/** An empty folder for the data, to see what a failed start leaves in it. */
async function dataParent(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ts-data-'));
  await chmod(folder, 0o755);
  onTestFinished(() => remove(folder));
  return folder;
}

it('two at once are two projects, and stop leaves nothing', async () => {
  const [one, two] = await Promise.all([start(), start()]);
  const sql = connection(one.databaseUrl);
  await sql`create table only_here ()`;
  expect((await connection(two.databaseUrl)`select to_regclass('only_here') as found`)[0]?.found).toBeNull();
  const crossed = await fetch(`${two.supabaseUrl}/rest/v1/`, { headers: { apikey: one.secretApiKey } });
  expect(crossed.status).toBe(401);
  await sql.end();
  await Promise.all([one.stop(), one.stop()]);
  expect(leftovers(one)).toEqual([]);
  expect(Object.values(two.processes).every(isRunning)).toBe(true);
  await two.stop();
  await two.stop();
  expect(leftovers(two)).toEqual([]);
});

it('stop does not wait for calls and transactions that are under way', async () => {
  const target = await start();
  const sql = connection(target.databaseUrl);
  await sql`select 1`;
  const sleeping = sql`select pg_sleep(60)`.catch((error: Error) => error.message);
  const idle = connection(target.databaseUrl);
  await idle`select 1`;
  const began = performance.now();
  await target.stop();
  expect(performance.now() - began).toBeLessThan(30_000);
  expect(await sleeping).toMatch(/terminating connection|CONNECTION/);
  expect(leftovers(target)).toEqual([]);
});

describe('a process that dies without stopping', () => {
  const program = fileURLToPath(new URL('./start-and-wait.ts', import.meta.url));

  it.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
    'by %s to its process group leaves nothing',
    async (signal) => {
      const child = spawn(process.execPath, ['--import', 'tsx', program], {
        stdio: ['ignore', 'pipe', 'inherit'],
        detached: true,
      });
      onTestFinished(() => void child.kill('SIGKILL'));
      const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
      const target = JSON.parse(line) as Pick<EmbeddedSupabase, 'processes' | 'folder'>;
      expect(leftovers(target)).toHaveLength(5);
      // What a terminal does on Ctrl-C; the servers and the watchdog have groups of their own.
      process.kill(-(child.pid as number), signal);
      await once(child, 'exit');
      await expect.poll(() => leftovers(target), { timeout: 60_000 }).toEqual([]);
    },
  );
});

it.each(['postgresql', 'postgrest'] as const)('reports that %s was killed', async (name) => {
  const target = await start();
  process.kill(target.processes[name], 'SIGKILL');
  const failure = await target.failure;
  expect(failure).toBeInstanceOf(TargetError);
  expect(failure.message).toMatch(/^Postgre(SQL|ST) ended during the run \(signal SIGKILL\)/i);
  for (const secret of target.secrets) expect(failure.message).not.toContain(secret);
  await target.stop();
  expect(leftovers(target)).toEqual([]);
});

describe('a start that fails says why and leaves nothing', () => {
  it.each(['database', 'postgrest', 'gateway'] as const)('port for %s taken', async (part) => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    onTestFinished(() => void taken.close());
    const address = taken.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const parent = await dataParent();
    const failing = startEmbedded({ ports: { [part]: port }, dataParent: parent });
    await expect(failing).rejects.toThrow(UsageError);
    await expect(failing).rejects.toThrow(`Port ${port}`);
    expect(await readdir(parent)).toEqual([]);
  });

  it.each(['/proc', '/nowhere/at/all'])('data folder %s', async (parent) => {
    const failing = startEmbedded({ dataParent: parent });
    await expect(failing).rejects.toThrow(UsageError);
    await expect(failing).rejects.toThrow(/no place for the database/);
  });

  it('a migration that fails, with file, line and cause', async () => {
    const parent = await dataParent();
    const migrations = await migrationsFolder({
      '1_good.sql': 'create table t (id int);',
      '2_bad.sql': '-- ä 🍽\ncreate table u (id int);\n  select nothing from t;\n',
    });
    onTestFinished(() => remove(migrations));
    const failing = startEmbedded({ migrations, dataParent: parent });
    await expect(failing).rejects.toThrow(TargetError);
    await expect(failing).rejects.toThrow(
      /2_bad\.sql, line 3, column 10, failed: column "nothing" does not exist \(42703\)\n {2}select nothing from t;/,
    );
    expect(await readdir(parent)).toEqual([]);
  });

  it.each([
    ['missing', '/nowhere', /cannot be read/],
    ['empty', null, /holds no migration/],
  ])('a migrations folder that is %s', async (_, path, message) => {
    const migrations = path ?? (await dataParent());
    await expect(startEmbedded({ migrations })).rejects.toThrow(message);
  });

  it.each([0, 60, 250, 400])('an interrupt after %i ms', async (ms) => {
    const parent = await dataParent();
    const migrations = await migrationsFolder({ '1.sql': 'select pg_sleep(100)' });
    onTestFinished(() => remove(migrations));
    const signal = ms === 0 ? AbortSignal.abort() : AbortSignal.timeout(ms);
    const began = performance.now();
    const failing = startEmbedded({ migrations, dataParent: parent, signal });
    await expect(failing).rejects.toThrow(InterruptedError);
    expect(performance.now() - began).toBeLessThan(60_000);
    expect(await readdir(parent)).toEqual([]);
  });
});

describe('the template', () => {
  async function withCache<T>(folder: string, action: () => Promise<T>): Promise<T> {
    const before = process.env.TABLE_STRESS_CACHE;
    process.env.TABLE_STRESS_CACHE = folder;
    try {
      return await action();
    } finally {
      if (before === undefined) delete process.env.TABLE_STRESS_CACHE;
      else process.env.TABLE_STRESS_CACHE = before;
    }
  }

  it('is made once by first starts at the same time, and made again when damaged', async () => {
    const cache = await dataParent();
    const told: string[] = [];
    const progress = (line: string) => void told.push(line);
    await withCache(cache, async () => {
      const both = await Promise.all([start({ progress }), start({ progress })]);
      await Promise.all(both.map((target) => target.stop()));
      const [template, ...others] = await readdir(join(cache, 'templates'));
      expect(others).toEqual([]);
      told.length = 0;
      await (await start({ progress })).stop();
      expect(told).toEqual([]);
      const data = join(cache, 'templates', template ?? '', 'data');
      await writeFile(join(data, 'global', 'pg_control'), 'damaged');
      const target = await start({ progress });
      expect(told).toEqual(['creating the local database (first start only)']);
      expect((await connection(target.databaseUrl)`select 1 as one`)[0]?.one).toBe(1);
    });
  });

  it('a cache that cannot be used is no error', async () => {
    const file = join(await dataParent(), 'a-file');
    await writeFile(file, '');
    const target = await withCache(join(file, 'cache'), () => start());
    expect(existsSync(target.folder)).toBe(true);
  });
});
