import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cause, DiagnosisFinding } from '../../../contracts/diagnosis.ts';
import { readCounters } from '../../../observe/database-counters.ts';
import { writeConnection } from '../../../target/attach.ts';
import { connectDatabase } from '../../../target/database-connection.ts';
import { type EmbeddedSupabase, startEmbedded } from '../../../target/embedded.ts';
import {
  readDiagnosis,
  root,
  runFolderIn,
  runProgram,
  start,
  temporaryFolder,
  thresholdsWith,
} from './program.ts';

const reference = path.join(root, 'reference', 'migrations');

const findingsOf = (out: string): Map<Cause, DiagnosisFinding> =>
  new Map(readDiagnosis(out).findings.map((finding) => [finding.cause, finding]));

/**
 * Each assignment counts itself in one row of its restaurant, before it locks anything, works on for 15 ms, so that the row
 * is hot however fast the machine is, and looks into the audit log, which has lost its index.
 */
const counting = `
CREATE TABLE public.restaurant_counters (
  restaurant_id uuid PRIMARY KEY REFERENCES public.restaurants ON DELETE CASCADE,
  assigned bigint NOT NULL DEFAULT 0
);
DROP INDEX public.audit_log_row_idx;
DO $do$
DECLARE
  v_before text := pg_get_functiondef('public.assign_tables_atomic_v2'::regproc);
  v_after text := replace(v_before, '-- 4. The tables', $sql$
  INSERT INTO restaurant_counters AS c (restaurant_id, assigned) VALUES (v_booking.restaurant_id, 1)
  ON CONFLICT (restaurant_id) DO UPDATE SET assigned = c.assigned + 1;
  PERFORM pg_sleep(0.015);
  PERFORM count(*) FROM audit_log a WHERE a.row_id = p_booking_id;
  -- 4. The tables$sql$);
BEGIN
  ASSERT v_before <> v_after;
  EXECUTE v_after;
END $do$;`;

/** The same parameters under other types: PostgREST cannot choose. */
const overload = `
CREATE FUNCTION table_stress.assign_tables_atomic_v2(
  p_booking_id text, p_table_ids uuid[], p_idempotency_key text = null, p_require_adjacency boolean = false,
  p_assigned_by uuid = null, p_start_at timestamptz = null, p_end_at timestamptz = null
) RETURNS void LANGUAGE sql AS '';
GRANT EXECUTE ON FUNCTION table_stress.assign_tables_atomic_v2(text, uuid[], text, boolean, uuid, timestamptz, timestamptz)
  TO service_role;
NOTIFY pgrst, 'reload schema';`;

const withoutOverload = `
DROP FUNCTION table_stress.assign_tables_atomic_v2(text, uuid[], text, boolean, uuid, timestamptz, timestamptz);
NOTIFY pgrst, 'reload schema';`;

it('a row that all assignments write, and an index that is missing, are named', async () => {
  const folder = temporaryFolder();
  for (const name of readdirSync(reference))
    copyFileSync(path.join(reference, name), path.join(folder, name));
  writeFileSync(path.join(folder, '20270101000000_counting.sql'), counting);
  const out = temporaryFolder();
  const { code, stdout, stderr } = await runProgram([
    'run',
    'churn',
    '--migrations',
    folder,
    '--seed',
    '5',
    '--no-replay',
    '--out',
    out,
  ]);
  expect(code, stderr + stdout).toBe(0);
  const findings = findingsOf(out);
  expect(findings.get('hot-row')?.sentence, stdout).toContain('restaurant_counters');
  expect(findings.get('missing-index')?.sentence, stdout).toMatch(/^audit_log was read whole/);
  expect([...findings.keys()]).not.toContain('coarse-lock');
  const [churn] = readDiagnosis(out).scenarios;
  expect(churn?.cpu?.database).toBeGreaterThan(0);
  expect(churn?.cpu?.generator).toBeGreaterThan(0);
  expect(churn?.limited_by).toMatch(/locks|CPU/);
});

describe('a target whose settings change while it is under load', () => {
  let target: EmbeddedSupabase;
  let superuser: postgres.Sql;

  beforeAll(async () => {
    target = await startEmbedded({ migrations: reference });
    superuser = await connectDatabase(target.superuserUrl, 'test');
  });
  afterAll(async () => {
    await superuser?.end();
    await target?.stop();
  });

  it('ambiguous overloads and a hidden schema are named', async () => {
    const connection = path.join(temporaryFolder(), 'target.json');
    await writeConnection(connection, target);
    // It goes on until it is interrupted.
    const thresholds = thresholdsWith(({ profiles }) => {
      profiles.quick.scenarios.soak.duration_s = 600;
    });
    const out = temporaryFolder();
    const program = start([
      'run',
      'soak',
      '--target',
      connection,
      '--thresholds',
      thresholds,
      '--no-replay',
      '--out',
      out,
    ]);
    const answered = async (pattern: RegExp): Promise<void> => {
      for (const deadline = Date.now() + 120_000; Date.now() < deadline; ) {
        const file = existsSync(path.join(out, 'latest')) ? historyIn(out) : '';
        if (existsSync(file) && pattern.test(readFileSync(file, 'utf8'))) return;
        await delay(50);
      }
      throw new Error(`no call was answered with ${pattern}\n${program.shown()}`);
    };
    await answered(/"class":"ok"/);
    await superuser.unsafe(overload);
    await answered(/"code":"PGRST203"/);
    await superuser.unsafe(withoutOverload);
    const [served] = await superuser<{ setting: string }[]>`
      select s.setting from pg_db_role_setting d, unnest(d.setconfig) s (setting)
       where d.setrole = 'authenticator'::regrole and s.setting like 'pgrst.db_schemas=%'`;
    const schemas = served?.setting.split('=')[1] ?? '';
    expect(schemas).toContain('table_stress');
    await superuser.unsafe(
      `ALTER ROLE authenticator SET pgrst.db_schemas = 'public'; NOTIFY pgrst, 'reload config'`,
    );
    await answered(/"code":"PGRST106"/);
    await superuser.unsafe(
      `ALTER ROLE authenticator SET pgrst.db_schemas = '${schemas}'; NOTIFY pgrst, 'reload config'; NOTIFY pgrst, 'reload schema'`,
    );
    program.kill('SIGINT');
    const { code, stdout, stderr } = await program.ended;
    expect(code, stderr + stdout).toBe(130);
    const findings = findingsOf(out);
    expect(findings.get('ambiguous-overloads')?.evidence.join(), stdout).toContain('PGRST203');
    expect(findings.get('schema-not-exposed')?.evidence.join(), stdout).toContain('PGRST106');
  });

  it('what a role may not see is not observed, and the grant is named that shows it', async () => {
    await superuser.unsafe(
      `CREATE ROLE onlooker LOGIN PASSWORD 'onlooker'; GRANT USAGE ON SCHEMA extensions TO onlooker`,
    );
    const url = new URL(target.superuserUrl);
    url.username = 'onlooker';
    url.password = 'onlooker';
    const sql = await connectDatabase(url.href, 'test');
    try {
      const blind = await (await readCounters(sql, 'public'))('smoke');
      expect(blind).toMatchObject({ statements: [], api_connections: null });
      expect(blind.not_observed.map(({ what }) => what)).toEqual([
        'statements within the functions',
        'connections of the API',
        'who waits for whom, on which lock',
      ]);
      for (const { grant } of blind.not_observed)
        expect(grant).toContain('grant pg_read_all_stats to onlooker');
      await superuser.unsafe('GRANT pg_monitor TO onlooker');
      const seeing = await (await readCounters(sql, 'public'))('smoke');
      expect(seeing.not_observed).toEqual([]);
      expect(seeing.api_connections).toBeGreaterThan(0);
    } finally {
      await sql.end();
    }
  });
});

function historyIn(out: string): string {
  return path.join(runFolderIn(out), 'history', 'soak.ndjson');
}
