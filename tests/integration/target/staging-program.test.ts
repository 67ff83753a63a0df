import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Check } from '../../../target/checks.ts';
import { connectDatabase } from '../../../target/database-connection.ts';
import { type HostedStandIn, startHostedStandIn } from '../../stand-in/hosted.ts';
import { ref } from '../../unit/target/staging/settings.ts';
import { runProgram, temporaryFolder } from '../run/program.ts';

type Variables = Record<string, string>;

let project: HostedStandIn;
beforeAll(async () => {
  const migrations = path.resolve('reference/migrations');
  project = await startHostedStandIn({ ref, migrations, pooler: 'session' });
});
afterAll(() => project?.stop());

describe('run --target staging is refused: one line, no stack, nothing written', () => {
  it.each<[string, () => Variables | Promise<Variables>, number, RegExp]>([
    [
      'a custom domain',
      () => ({ SUPABASE_URL: 'https://api.example.com' }),
      2,
      /error: SUPABASE_URL: the host/,
    ],
    [
      'the anon key',
      () => ({ SUPABASE_SECRET_KEY: project.target.anonKey }),
      2,
      /error: SUPABASE_SECRET_KEY:/,
    ],
    ['a protected ref', () => ({ TABLE_STRESS_PROTECTED_REFS: ref }), 2, /is protected/],
    ['a wrong key', () => ({ SUPABASE_SECRET_KEY: 'sb_secret_0123456789abcdefghijk' }), 3, /refuses the key/],
    [
      'a transaction pooler',
      async () => ({ SUPABASE_DB_URL: await project.databaseUrlThrough('transaction') }),
      3,
      /leads to a transaction pooler/,
    ],
  ])('%s', async (_, change, code, line) => {
    const variables: Variables = { ...project.env, ...(await change()) };
    const out = temporaryFolder();
    const args = ['run', 'smoke', '--target', 'staging', '--yes', '--out', out];
    const ended = await runProgram(args, { env: variables });
    const shown = ended.stdout + ended.stderr;
    expect(shown).toMatch(line);
    expect(shown).not.toMatch(/\n\s+at /);
    expect(ended.code).toBe(code);
    for (const secret of [...project.target.secrets, variables.SUPABASE_SECRET_KEY ?? '']) {
      expect(shown).not.toContain(secret);
    }
    const sql = await connectDatabase(project.target.databaseUrl, 'test');
    const schemas = await sql`select from pg_namespace where nspname = 'table_stress'`;
    await sql.end();
    expect(schemas).toHaveLength(0);
  });
});

it('doctor --target staging', async () => {
  const good = await runProgram(['doctor', '--target', 'staging'], { env: { ...project.env } });
  expect(good.code, good.stdout + good.stderr).toBe(0);
  expect(good.stdout).toMatch(/✔ undo .*\n.*ALTER ROLE authenticator RESET/);
  const json = await runProgram(['doctor', '--target', 'staging', '--json'], {
    env: { ...project.env, SUPABASE_SECRET_KEY: project.target.anonKey },
  });
  expect(json.code).toBe(2);
  expect((JSON.parse(json.stdout) as Check[]).find(({ name }) => name === 'key')?.detail).toMatch(/anon key/);
  for (const secret of project.target.secrets) expect(good.stdout + json.stdout).not.toContain(secret);
});
