import { readFileSync } from 'node:fs';
import path from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HostedStandIn, startHostedStandIn } from '../../stand-in/hosted.ts';
import {
  readDiagnosis,
  readManifest,
  readVerdict,
  root,
  runFolderIn,
  runProgram,
  temporaryFolder,
  verdicts,
} from '../run/program.ts';
import { fillDeployed, writeMeanwhile } from './deployed-rows.ts';
import { remainsIn, rowsOf, settingsOf } from './remains.ts';

const ref = 'abcdefghijklmnopqrst';
const migrations = path.join(root, 'reference', 'migrations');

describe.each([
  { keyKind: 'secret', pooler: 'direct' },
  { keyKind: 'legacy', pooler: 'session' },
] as const)('a hosted project with a $keyKind key, $pooler connection', ({ keyKind, pooler }) => {
  let standIn: HostedStandIn;
  let sql: postgres.Sql;
  beforeAll(async () => {
    standIn = await startHostedStandIn({ migrations, ref, keyKind, pooler });
    sql = postgres(standIn.target.databaseUrl, { max: 1, onnotice: () => {} });
    expect(await fillDeployed(standIn.target)).toBeGreaterThan(3000);
  });
  afterAll(async () => {
    await sql?.end();
    await standIn?.stop();
  });

  it('is loaded in a schema of its own, while others write, and is what it was afterwards', async () => {
    const out = temporaryFolder();
    const before = { rows: await rowsOf(sql), settings: await settingsOf(sql) };
    const others = writeMeanwhile(standIn.target.databaseUrl);
    const args = ['run', 'smoke', 'hot-table', '--target', 'staging', '--yes', '--out', out];
    const { code, stdout, stderr } = await runProgram(args, { env: standIn.env });
    const writes = await others.stop();
    expect(writes).toBeGreaterThan(100);
    expect(code, stderr + stdout).toBe(0);

    expect(new Set(Object.values(verdicts(readVerdict(out))))).toEqual(new Set(['pass']));
    // What the machine of a hosted project does is seen by its provider only.
    expect(readDiagnosis(out).not_observed).toMatchObject([{ what: 'CPU of the database' }]);
    expect(await remainsIn(sql)).toEqual([]);
    const after = { rows: await rowsOf(sql), settings: await settingsOf(sql) };
    expect(after).toEqual({ ...before, rows: { ...before.rows, audit_log: after.rows.audit_log } });
    // The other client's writes are in the log, and nothing else is.
    expect(Number.parseInt(after.rows.audit_log ?? '', 10)).toBe(
      Number.parseInt(before.rows.audit_log ?? '', 10) + writes,
    );

    const manifest = readManifest(out);
    expect(manifest.target.kind).toBe('staging');
    expect(manifest.isolation).toMatchObject({
      schema: 'table_stress',
      source: 'public',
      cloned: true,
      made: 'by this run',
      role: 'table_stress_owner',
    });
    expect(stderr).toContain(`Load on project ${ref}`);
    expect(stderr).toMatch(/service_role +8 s \(authenticator\)/);
    const plan = JSON.parse(readFileSync(path.join(runFolderIn(out), 'plan.json'), 'utf8')) as {
      scenarios: { 'hot-table': { settings: { processes: number; period_ms: number } } };
    };
    const { processes, period_ms } = plan.scenarios['hot-table'].settings;
    expect((processes / period_ms) * 1000).toBeLessThanOrEqual(50);
  });

  it('shows no secret anywhere', async () => {
    const { code, stdout, stderr } = await runProgram(
      ['run', 'smoke', '--target', 'staging', '--out', temporaryFolder()],
      { env: standIn.env },
    );
    expect(code).toBe(2);
    expect(stderr).toContain('--yes');
    for (const secret of standIn.target.secrets) expect(stdout + stderr).not.toContain(secret);
    expect(await remainsIn(sql)).toEqual([]);
  });
});
