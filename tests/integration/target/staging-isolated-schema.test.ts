import path from 'node:path';
import type postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Check } from '../../../target/checks.ts';
import { connectDatabase } from '../../../target/database-connection.ts';
import { pollUntil } from '../../../target/polling.ts';
import { checkStaging, type StagingReport } from '../../../target/staging/doctor/check-staging.ts';
import { probeRetries } from '../../../target/staging/retry-probe.ts';
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

/** Waits until PostgREST serves exactly these schemas. */
async function exposed(list: string): Promise<void> {
  const seen = async () => {
    const { checks } = await report({ SUPABASE_DB_URL: '' });
    return named(checks, 'exposed schemas')?.detail.includes(list) ? true : undefined;
  };
  expect(await pollUntil(seen, { intervalMs: 100, deadlineMs: 60_000 })).toBe(true);
}

describe('with an isolated schema', () => {
  beforeAll(async () => {
    await sql.unsafe(`
      create role table_stress_owner; grant table_stress_owner to postgres;
      create schema table_stress authorization table_stress_owner;
      grant usage on schema table_stress to service_role;
      alter role authenticator set pgrst.db_schemas = 'public, table_stress';
      notify pgrst, 'reload config'; notify pgrst, 'reload schema'`);
    await exposed('public, table_stress');
  });
  afterAll(async () => {
    await sql.unsafe(`
      alter role authenticator reset pgrst.db_schemas; notify pgrst, 'reload config';
      drop schema table_stress cascade; drop role table_stress_owner`);
  });

  it('PostgREST 12 repeats 40001 unseen and returns 40P01: measured', async () => {
    const { target } = project;
    const api = { restUrl: target.restUrl, secretKey: target.secretKey, secrets: target.secrets };
    const probe = await probeRetries(sql, api, 'table_stress');
    expect(probe.serialization).toMatchObject({ behaviour: 'repeats', executions: 4 });
    expect(probe.deadlock).toMatchObject({ behaviour: 'returns', executions: 1 });
    expect(probe.deadlock.answer).toMatch(/^HTTP 500, 40P01/);
    const left = await sql`
      select relname from pg_class where relnamespace = 'table_stress'::regnamespace
      union all select proname from pg_proc where pronamespace = 'table_stress'::regnamespace`;
    expect([...left]).toEqual([]);
  });

  it('the probe leaves nothing behind when the API is gone', async () => {
    const api = { restUrl: 'http://127.0.0.1:9', secretKey: 'sb_secret_x', secrets: [] };
    await expect(probeRetries(sql, api, 'table_stress')).rejects.toThrow(/127\.0\.0\.1/);
    const left = await sql`select from pg_class where relname like 'table_stress_probe%'`;
    expect(left).toHaveLength(0);
  });

  it('doctor names the override of the dashboard, how to put it back, and missing grants', async () => {
    const { checks } = await report({}, true);
    expect(named(checks, 'role settings')).toMatchObject({
      status: 'warn',
      detail: expect.stringContaining("pgrst.db_schemas = 'public, table_stress'"),
    });
    expect(named(checks, 'undo')?.lines?.[0]).toBe(
      "ALTER ROLE authenticator SET pgrst.db_schemas = 'public, table_stress';",
    );
    expect(named(checks, 'grants on table_stress')?.status).toBe('fail');
    expect(named(checks, 'hidden retries')?.lines?.[0]).toMatch(/^40001: 1 call, 4 executions, HTTP 200/);
  });
});
