import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type StatusMatrix, statusMatrixSchema } from '../../../contracts/status-matrix.ts';
import { root, runFolderIn, runProgram, temporaryFolder } from '../run/program.ts';

const reference = path.join(root, 'reference', 'migrations');

/** A copy of the reference application with one more migration. */
function changed(statements: string): string {
  const folder = temporaryFolder();
  for (const name of readdirSync(reference)) {
    copyFileSync(path.join(reference, name), path.join(folder, name));
  }
  writeFileSync(path.join(folder, '20260201000000_change.sql'), statements);
  return folder;
}

const readMatrix = (out: string): StatusMatrix =>
  statusMatrixSchema.parse(
    JSON.parse(readFileSync(path.join(runFolderIn(out), 'status-matrix.json'), 'utf8')),
  );

describe('bad usage', () => {
  it.each<[string[], number, RegExp]>([
    [['--help'], 0, /Examples:[\s\S]*--broken legacy-refresh/],
    [['--help'], 0, /--no-clock +leave out the clone/],
    [['--clock', 'virtual'], 2, /unknown option '--clock'/],
    [['--schema', 'public'], 2, /--schema public: is the deployed schema/],
    [['--schema', 'auth'], 2, /--schema auth: belongs to PostgreSQL or Supabase/],
    [['--schema', 'No Name'], 2, /--schema No Name: is no plain name/],
    [['--broken', 'nope'], 2, /Known ones: .*closed-upper-bound/],
    [['--broken', 'legacy-refresh', '--target', 'x.json'], 2, /--broken works on the local target only/],
    [['--migrations', reference, '--target', 'staging'], 2, /--migrations works on the local target only/],
    [['--migrations', 'no-such-folder'], 2, /no-such-folder/],
    [['--target', 'nowhere.json'], 2, /nowhere\.json/],
    [['--target', 'https://example.com'], 2, /--target: takes no address/],
    [['--target', 'staging'], 2, /SUPABASE_URL, .* not set/],
    [['--copy', 'nothing'], 2, /--copy nothing: no such table in schema public/],
    [['--source-schema', 'nowhere'], 3, /schema nowhere: no function/],
  ])('%j: exit %i', async (args, code, line) => {
    const ended = await runProgram(['status-matrix', ...args, '--out', temporaryFolder()]);
    expect(ended.code, ended.stdout + ended.stderr).toBe(code);
    expect(ended.stdout + ended.stderr).toMatch(line);
    expect(ended.stderr).not.toMatch(/\n\s+at /);
  });

  it('says so when the matrix cannot be written', async () => {
    const file = path.join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    const { code, stderr } = await runProgram(['status-matrix', '--no-clock', '--out', file]);
    expect(code, stderr).toBe(2);
    expect(stderr).toMatch(/--out .*: the status matrix cannot be written there/);
  });
});

describe('exit codes', () => {
  it('0: every case agrees, in the transaction and on the virtual clock', async () => {
    const out = temporaryFolder();
    const { code, stdout, stderr } = await runProgram(['status-matrix', '--out', out]);
    expect(code, stderr + stdout).toBe(0);
    expect(stdout).toMatch(/^PASS {2}correct: refresh_table_status follows the rule/m);
    expect(stdout).toMatch(/^ {2}time zones +32\/32 +32\/32 +32\/32 +32\/32$/m);
    expect(stdout).toMatch(/^ {2}overlapping windows +not possible/m);
    expect(stdout).toMatch(/not possible here, and not passed: overlapping, /);
    expect(stdout.split('\n').length).toBeLessThan(26);
    expect(stderr).toMatch(/it locks rows that only it can see, and waits 2 s at most/);
    expect(stderr).toMatch(/✔ deployed +244 cells tried in public; rolled back, nothing is left/);
    expect(stderr).toMatch(/✔ removal +schema table_stress_[0-9a-f]{8} and its role are gone/);
    expect(readMatrix(out)).toMatchObject({ verdict: 'pass', variant: { names: ['correct'] } });
    expect(existsSync(path.join(runFolderIn(out), 'status-matrix'))).toBe(false);
  });

  it('1: the rule is broken, with a script for each case', async () => {
    const out = temporaryFolder();
    const args = ['status-matrix', '--broken', 'legacy-refresh', '--no-clock', '--out', out];
    const { code, stdout, stderr } = await runProgram(args);
    expect(code, stderr + stdout).toBe(1);
    expect(stdout).toMatch(/^FAIL {2}legacy: /m);
    expect(stdout).toMatch(/^ {2}start of a window +✖ 2\/3/m);
    expect(stdout).toMatch(/✖ to-come, previous status available: stored reserved, the rule gives available/);
    expect(stdout).toMatch(/→ correct it, then: npm run stress -- status-matrix --broken legacy-refresh/);
    const shown = /-f (\S+\.sql)/.exec(stdout)?.[1] ?? '';
    expect(readFileSync(path.resolve(root, shown), 'utf8')).toMatch(
      /^-- got: reserved\n[\s\S]*ROLLBACK;\n$/m,
    );
    const { observations } = readMatrix(out);
    const differing = observations.filter(({ outcome }) => outcome === 'differs');
    expect(readdirSync(path.join(runFolderIn(out), 'status-matrix'))).toHaveLength(differing.length);
  });

  it('3: there is no such application', async () => {
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, '20260101000000_first.sql'), 'create table public.bookings (id uuid);');
    const { code, stderr } = await runProgram(['status-matrix', '--migrations', folder]);
    expect(code, stderr).toBe(3);
    expect(stderr).toMatch(/error: schema public: no function assign_tables_atomic_v2/);
  });

  it('3: the connection goes away on the way', async () => {
    const folder = changed(`
      create function public.hang_up() returns trigger language plpgsql as $$
      begin perform pg_terminate_backend(pg_backend_pid()); return new; end $$;
      create trigger hang_up before insert on public.allocations for each row execute function public.hang_up();`);
    const args = ['status-matrix', '--migrations', folder, '--out', temporaryFolder()];
    const { code, stderr } = await runProgram(args);
    expect(code, stderr).toBe(3);
    expect(stderr).toMatch(/error: the database broke the status matrix off \(/);
  });

  it('4: cases were not observed', async () => {
    const folder = changed(`
      create function public.keep_status() returns trigger language plpgsql as $$
      begin
        if pg_trigger_depth() = 1 and position('refresh_table_status' in current_query()) = 0 then
          new.status := old.status;
        end if;
        return new;
      end $$;
      create trigger keep_status before update of status on public.table_inventory
        for each row execute function public.keep_status();
      alter table public.table_inventory enable always trigger keep_status;`);
    const args = ['status-matrix', '--migrations', folder, '--no-clock', '--out', temporaryFolder()];
    const { code, stdout, stderr } = await runProgram(args);
    expect(code, stderr + stdout).toBe(4);
    expect(stdout).toMatch(/^UNKNOWN {2}correct: .*and so would: /m);
    expect(stdout).toMatch(/\? nothing, previous status reserved: the status reserved cannot be written/);
    expect(stdout).toMatch(/what was not observed has not passed/);
  });

  it('4: the schema cannot be cloned, but the deployed one was tried', async () => {
    const folder = changed(`
      create function public.desk(p_schema text) returns text language sql as $$ select p_schema $$;
      create function public.notify_desk() returns text language plpgsql as $$
      begin
        return public.desk('public');
      end $$;`);
    const args = ['status-matrix', '--migrations', folder, '--out', temporaryFolder()];
    const { code, stdout, stderr } = await runProgram(args);
    expect(code, stderr + stdout).toBe(4);
    expect(stdout).toMatch(/! not tried with the virtual clock: the schema public cannot be cloned safely/);
    expect(stdout).toMatch(/^ {2}no allocation +1\/1/m);
    const allowed = await runProgram([...args, '--allow', 'notify_desk']);
    expect(allowed.code, allowed.stderr + allowed.stdout).toBe(0);
  });
});

it('prints the matrix as JSON, and nothing else, on standard output', async () => {
  const args = ['status-matrix', '--json', '--no-clock', '--broken', 'counts-shadows', '--out'];
  const { code, stdout } = await runProgram([...args, temporaryFolder()]);
  expect(code).toBe(1);
  expect(statusMatrixSchema.parse(JSON.parse(stdout)).variant?.names).toEqual(['counts-shadows']);
});
