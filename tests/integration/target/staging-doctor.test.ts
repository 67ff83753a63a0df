import path from 'node:path';
import type postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Check } from '../../../target/checks.ts';
import { connectDatabase } from '../../../target/database-connection.ts';
import { checkStaging, type StagingReport } from '../../../target/staging/doctor/check-staging.ts';
import { readRights } from '../../../target/staging/rights.ts';
import { type HostedStandIn, startHostedStandIn } from '../../stand-in/hosted.ts';
import { ref } from '../../unit/target/staging/settings.ts';

let project: HostedStandIn;
let sql: postgres.Sql;
beforeAll(async () => {
  project = await startHostedStandIn({
    ref,
    migrations: path.resolve('reference/migrations'),
    pooler: 'session',
  });
  sql = await connectDatabase(project.target.databaseUrl, 'test');
});
afterAll(async () => {
  await sql?.end();
  await project?.stop();
});

async function report(change: Record<string, string> = {}, probe = false): Promise<StagingReport> {
  const env = { ...project.env, ...change };
  return checkStaging({ env, folder: '/', source: 'public', isolated: 'table_stress', probe });
}

const named = (checks: readonly Check[], name: string) => checks.find((check) => check.name === name);

describe('doctor --target staging', () => {
  it('passes on a project that is ready, and prints the undo', async () => {
    const { checks, exitCode } = await report();
    expect(checks.filter(({ status }) => status === 'fail')).toEqual([]);
    expect(exitCode).toBe(0);
    expect(checks.map(({ name, status }) => `${name}: ${status}`)).toEqual([
      'configuration: ok',
      'project: ok',
      'project URL: ok',
      'key: ok',
      'database URL: ok',
      'API: ok',
      'exposed schemas: ok',
      'database: ok',
      'same database: warn',
      'rights: ok',
      'right to expose: ok',
      'role settings: ok',
      'grants on public: ok',
      'grants on table_stress: ok',
      'time limits: ok',
      'data: ok',
      'undo: ok',
      'PostgREST: ok',
    ]);
    expect(named(checks, 'time limits')?.lines).toEqual([
      'role           statement            lock wait            idle in transaction',
      'anon           3 s (anon)           8 s (authenticator)  none (server)',
      'authenticated  8 s (authenticated)  8 s (authenticator)  none (server)',
      'service_role   8 s (authenticator)  8 s (authenticator)  none (server)',
      'authenticator  8 s (authenticator)  8 s (authenticator)  none (server)',
      'postgres       none (server)        none (server)        none (server)',
    ]);
    expect(named(checks, 'undo')?.lines).toEqual([
      'ALTER ROLE authenticator RESET pgrst.db_schemas;',
      "NOTIFY pgrst, 'reload config'; NOTIFY pgrst, 'reload schema';",
      'DROP SCHEMA IF EXISTS "table_stress" CASCADE;',
      'DROP OWNED BY "table_stress_owner";',
      'DROP ROLE IF EXISTS "table_stress_owner";',
    ]);
    const shown = JSON.stringify(checks);
    for (const secret of project.target.secrets) expect(shown).not.toContain(secret);
  });

  it('writes nothing', async () => {
    const look = () => sql`
      select (select json_agg(r order by r.oid) from pg_roles r) as roles,
             (select json_agg(n order by n.oid) from pg_namespace n where nspname !~ '^pg_') as schemas,
             (select json_agg(s) from pg_db_role_setting s) as settings`;
    const before = await look();
    await report({}, true);
    expect(await look()).toEqual(before);
  });

  it('each check fails by itself', async () => {
    const { checks, exitCode } = await report({ SUPABASE_SECRET_KEY: 'sb_secret_0123456789abcdefghijk' });
    expect(exitCode).toBe(3);
    expect(named(checks, 'API')).toMatchObject({
      status: 'fail',
      fix: expect.stringContaining('secret key'),
    });
    expect(named(checks, 'rights')?.status).toBe('ok');
    const wrong = await report({
      SUPABASE_URL: 'https://example.com',
      SUPABASE_SECRET_KEY: 'sb_publishable_x',
    });
    expect(wrong.exitCode).toBe(2);
    expect(wrong.checks.filter(({ status }) => status === 'fail').map(({ name }) => name)).toEqual([
      'project URL',
      'key',
      'database URL',
    ]);
  });

  it('API only: the isolated schema must be exposed already', async () => {
    const { checks } = await report({ SUPABASE_DB_URL: '' });
    expect(named(checks, 'exposed schemas')).toMatchObject({
      status: 'fail',
      fix: expect.stringContaining(
        `PATCH /v1/projects/${ref}/postgrest with {"db_schema":"public, table_stress"}`,
      ),
    });
  });
});

it('a role without rights is told what it lacks', async () => {
  await sql`create role weak login password 'weak-password-1'`;
  const url = new URL(project.target.databaseUrl);
  url.username = 'weak';
  url.password = 'weak-password-1';
  const weak = await connectDatabase(url.href, 'test');
  const rights = await readRights(weak).finally(() => weak.end());
  expect(rights).toMatchObject({ createSchema: false, createRole: false, expose: false });
  expect(rights.exposeProblem).toMatch(/permission denied/);
  await sql`drop role weak`;
});
