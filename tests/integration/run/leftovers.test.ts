import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import postgres from 'postgres';
import { beforeAll, describe, expect, it } from 'vitest';
import { descendants, survivors } from './processes.ts';
import {
  type Program,
  readManifest,
  readVerdict,
  root,
  runProgram,
  start,
  temporaryFolder,
  verdicts,
} from './program.ts';

/** One target that several commands attach to, as with two terminals. */
describe('a target of its own', () => {
  let target: Program;
  let file: string;
  const bookings = async (): Promise<number> => {
    const { database_url } = JSON.parse(readFileSync(file, 'utf8')) as { database_url: string };
    const sql = postgres(database_url, { max: 1 });
    const [schema] = await sql`select from pg_namespace where nspname = 'table_stress'`;
    const [row] = schema
      ? await sql<{ count: number }[]>`select count(*)::int as count from table_stress.bookings`
      : [{ count: 0 }];
    const [deployed] = await sql<{ count: number }[]>`select count(*)::int as count from public.bookings`;
    await sql.end();
    expect(deployed?.count).toBe(0);
    return row?.count ?? -1;
  };
  /** Schemas, roles and settings of ours. */
  const remains = async (): Promise<string[]> => {
    const { database_url } = JSON.parse(readFileSync(file, 'utf8')) as { database_url: string };
    const sql = postgres(database_url, { max: 1 });
    const rows = await sql<{ name: string }[]>`
      select nspname as name from pg_namespace where nspname like 'table_stress%'
      union all select rolname from pg_roles where rolname like 'table_stress%'
      union all select unnest(setconfig) from pg_db_role_setting s join pg_roles r on r.oid = s.setrole
                 where r.rolname = 'authenticator' and s.setconfig::text like '%table_stress%'`;
    await sql.end();
    return rows.map(({ name }) => name);
  };

  beforeAll(async () => {
    file = path.join(temporaryFolder(), 'target.json');
    target = start(['target', '--connection', file]);
    await target.until(/connection file:/);
    return async () => {
      const pids = descendants(target.pid).map((each) => each.pid);
      target.kill('SIGINT');
      const { code } = await target.ended;
      expect(code).toBe(0);
      expect(existsSync(file)).toBe(false);
      expect(await survivors(pids)).toEqual([]);
    };
  });

  it('is described in a file that only its owner can read', () => {
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('passes a run that attaches to it, and is clean afterwards', async () => {
    const { code, stdout, stderr } = await runProgram([
      'run',
      'smoke',
      '--target',
      file,
      '--out',
      temporaryFolder(),
    ]);
    expect(code, stderr + stdout).toBe(0);
    expect(await remains()).toEqual([]);
  });

  it('keeps rows on request, says that this proves nothing, and removes them by their tag', async () => {
    const out = temporaryFolder();
    const kept = await runProgram(['run', 'smoke', '--keep', '--target', file, '--out', out]);
    expect(kept.code, kept.stderr).toBe(4);
    expect(verdicts(readVerdict(out)).isolated).toBe('unknown');
    expect(kept.stdout).toContain('teardown --run');
    expect(await bookings()).toBeGreaterThan(0);
    const tag = readManifest(out).run;
    const removed = await runProgram(['teardown', '--run', tag, '--target', file]);
    expect(removed.code, removed.stderr).toBe(0);
    expect(removed.stderr).toMatch(/rows deleted, 0 left/);
    expect(await remains()).toEqual([]);
  });

  it('leaves the rows of a run that is still going on alone', async () => {
    const running = start(['run', 'hot-table', '--target', file, '--out', temporaryFolder()]);
    await running.until(/hot-table\s+[1-9]\d* calls/);
    // It stands still meanwhile: else it might be over before it is looked for.
    running.kill('SIGSTOP');
    const removed = await runProgram(['teardown', '--all', '--target', file]);
    running.kill('SIGCONT');
    expect(removed.stderr).toMatch(/run [0-9a-f]{8} is still going on/);
    expect(removed.code).toBe(3);
    const { code, stdout, stderr } = await running.ended;
    expect(code, stderr + stdout).toBe(0);
  });

  it('is asked before anything is written whether it answers', async () => {
    const elsewhere = path.join(temporaryFolder(), 'target.json');
    const connection = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    writeFileSync(elsewhere, JSON.stringify({ ...connection, rest_url: 'http://127.0.0.1:1' }));
    const { code, stderr } = await runProgram([
      'run',
      'smoke',
      '--target',
      elsewhere,
      '--out',
      temporaryFolder(),
    ]);
    expect(code).toBe(3);
    expect(stderr).toContain('PostgREST at http://127.0.0.1:1 does not answer');
    expect(await bookings()).toBe(0);
  });

  it('does not overwrite a file with its connection', async () => {
    const precious = path.join(temporaryFolder(), 'precious.txt');
    writeFileSync(precious, 'mine');
    const { code, stderr } = await runProgram(['target', '--connection', precious]);
    expect(code, stderr).toBe(2);
    expect(readFileSync(precious, 'utf8')).toBe('mine');
  });

  it('is torn down although nobody reads what the run says', async () => {
    const cli = path.join(root, 'scripts/cli.ts');
    const args = ['--import', 'tsx', cli, 'run', 'smoke', '--target', file, '--out', temporaryFolder()];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stderr.once('data', () => {
      child.stderr.destroy();
      child.stdout.destroy();
    });
    const code = await new Promise((resolve) => child.once('exit', resolve));
    expect(code).toBe(0);
    expect(await bookings()).toBe(0);
  });

  it('finds the rows of a crashed run in the database itself', async () => {
    const crashed = start(['run', 'hot-table', '--target', file, '--out', temporaryFolder()]);
    await crashed.until(/seed\s+\d+ rows/);
    const pids = descendants(crashed.pid).map((each) => each.pid);
    crashed.kill('SIGKILL');
    await crashed.ended;
    expect(await survivors(pids)).toEqual([]);
    expect(await bookings()).toBeGreaterThan(0);
    const removed = await runProgram(['teardown', '--all', '--target', file]);
    expect(removed.code, removed.stderr).toBe(0);
    expect(await remains()).toEqual([]);
    const again = await runProgram(['teardown', '--all', '--target', file]);
    expect(again.code).toBe(0);
    expect(again.stderr).toContain('no rows of any run found');
  });
});
