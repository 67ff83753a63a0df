import { copyFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readManifest, root, runProgram, temporaryFolder } from './program.ts';

const reference = path.join(root, 'reference', 'migrations');

/** A copy of the reference application with more files. */
function folderWith(files: Record<string, string>): string {
  const folder = temporaryFolder();
  for (const name of readdirSync(reference)) {
    copyFileSync(path.join(reference, name), path.join(folder, name));
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  return folder;
}

describe('migrations of the user', () => {
  it('run where the functions under test exist in the end, and failures are told', async () => {
    const folder = folderWith({
      '20260201000000_cron.sql':
        "create extension if not exists pg_cron;\nselect cron.schedule('tidy', '0 3 * * *', 'select 1');\n",
      '20260202000000_other_history.sql':
        'create table public.reviews (id int);\nalter table public.gone add x int;\n',
      '20260203000000_index.sql': 'create index concurrently later_idx on public.bookings (party_size);\n',
    });
    const out = temporaryFolder();
    const { code, stdout, stderr } = await runProgram(['run', 'smoke', '--migrations', folder, '--out', out]);
    expect(code, stderr + stdout).toBe(0);
    expect(stderr).toMatch(/19 migrations applied, 1 failed, 2 statements skipped/);
    expect(stderr).toMatch(
      /20260202000000_other_history\.sql, line 2, .*relation "public.gone" does not exist/,
    );
    expect(readManifest(out).target.migrations).toEqual({
      applied: 19,
      failed: ['20260202000000_other_history.sql'],
      skipped_statements: 2,
    });
  });

  it('are refused where they do not, with the failures at hand', async () => {
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, '20260101000000_first.sql'), 'create table public.bookings (id uuid);');
    writeFileSync(path.join(folder, '20260102000000_second.sql'), 'select public.no_such_function();');
    const { code, stderr } = await runProgram(['isolate', '--migrations', folder]);
    expect(code, stderr).toBe(3);
    expect(stderr).toMatch(/20260102000000_second\.sql, line 1, .*no_such_function/);
    expect(stderr).toMatch(/error: schema public: no function assign_tables_atomic_v2/);
  });

  it.each([
    [['--migrations', 'no-such-folder'], /no-such-folder/],
    [
      ['--migrations', reference, '--broken', 'no-lock-no-constraint'],
      /--broken damages the reference application/,
    ],
    [['--migrations', reference, '--target', 'staging'], /--migrations works on the local target only/],
  ])('%j is bad usage', async (args, message) => {
    const { code, stderr } = await runProgram(['run', 'smoke', ...args, '--out', temporaryFolder()]);
    expect(code, stderr).toBe(2);
    expect(stderr).toMatch(message);
  });

  it('need not be the reference to be looked at: isolate says what the clone consists of', async () => {
    const { code, stdout, stderr } = await runProgram(['isolate', '--json']);
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ cloned: true, source: 'public', made: 'by this run' });
  });
});

describe('a leftover', () => {
  const hidden = `
create function public.desk(p_schema text) returns text language plpgsql as $$ begin return p_schema; end $$;
create function public.notify_desk() returns text language plpgsql as $$
begin
  return public.desk('public');
end $$;`;

  it('refuses the run with object, line and reason, unless it is allowed by name', async () => {
    const folder = folderWith({ '20260201000000_desk.sql': hidden });
    const refused = await runProgram(['isolate', '--migrations', folder]);
    expect(refused.code, refused.stderr).toBe(3);
    expect(refused.stderr).toMatch(/function notify_desk\(\), line 3/);
    expect(refused.stderr).toMatch(/--allow/);
    const allowed = await runProgram(['isolate', '--migrations', folder, '--allow', 'notify_desk', '--json']);
    expect(allowed.code, allowed.stderr).toBe(0);
    expect(JSON.parse(allowed.stdout).findings).toContainEqual(
      expect.objectContaining({ kind: 'leftover', object: 'function notify_desk()' }),
    );
    const unknown = await runProgram(['isolate', '--migrations', folder, '--allow', 'nobody']);
    expect(unknown.code, unknown.stderr).toBe(2);
  });
});
