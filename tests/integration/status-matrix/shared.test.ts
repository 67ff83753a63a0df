import path from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HostedStandIn, startHostedStandIn } from '../../stand-in/hosted.ts';
import { root, runProgram, start, temporaryFolder } from '../run/program.ts';
import { fillDeployed, writeMeanwhile } from '../staging/deployed-rows.ts';
import { remainsIn, rowsOf, settingsOf } from '../staging/remains.ts';

/** A hosted project that others work with. */
describe.each(['direct', 'session'] as const)('a hosted project, %s connection', (pooler) => {
  let standIn: HostedStandIn;
  let sql: postgres.Sql;
  beforeAll(async () => {
    const migrations = path.join(root, 'reference', 'migrations');
    standIn = await startHostedStandIn({ migrations, ref: 'abcdefghijklmnopqrst', pooler });
    sql = postgres(standIn.target.databaseUrl, { max: 1, onnotice: () => {} });
    await fillDeployed(standIn.target);
  });
  afterAll(async () => {
    await sql?.end();
    await standIn?.stop();
  });

  it('is what it was afterwards, and others could write all the while', async () => {
    const before = { rows: await rowsOf(sql), settings: await settingsOf(sql) };
    const others = writeMeanwhile(standIn.target.databaseUrl);
    const args = ['status-matrix', '--target', 'staging', '--out', temporaryFolder()];
    const { code, stdout, stderr } = await runProgram(args, { env: standIn.env });
    const writes = await others.stop();
    expect(code, stderr + stdout).toBe(0);
    expect(stdout).toMatch(/^PASS {2}correct/m);
    expect(writes).toBeGreaterThan(50);
    expect(await remainsIn(sql)).toEqual([]);
    const after = { rows: await rowsOf(sql), settings: await settingsOf(sql) };
    expect(after).toEqual({ ...before, rows: { ...before.rows, audit_log: after.rows.audit_log } });
    // The other client's writes are in the log, and nothing else is.
    const entries = (rows: Record<string, string>): number => Number.parseInt(rows.audit_log ?? '', 10);
    expect(entries(after.rows)).toBe(entries(before.rows) + writes);
  });

  it('is tried by two at once, each with a clone and a clock of its own', async () => {
    const args = ['status-matrix', '--target', 'staging', '--out', temporaryFolder()];
    const both = await Promise.all([1, 2].map(() => runProgram(args, { env: standIn.env })));
    for (const { code, stdout, stderr } of both) expect(code, stderr + stdout).toBe(0);
    expect(await remainsIn(sql)).toEqual([]);
  });

  it('is left clean by an interrupt', async () => {
    const [refresh] = await sql<{ definition: string }[]>`
      select pg_get_functiondef('public.refresh_table_status(uuid)'::regprocedure) as definition`;
    const definition = refresh?.definition ?? '';
    // In the clone each of some three hundred refreshes takes half a second: none of them is over before it is interrupted.
    const slow =
      "PERFORM pg_sleep(CASE WHEN current_schema() = 'public' THEN 0 ELSE 0.5 END); v_status := CASE";
    expect(definition).toContain('v_status := CASE');
    await sql.unsafe(definition.replace('v_status := CASE', slow));
    try {
      const args = ['status-matrix', '--target', 'staging', '--out', temporaryFolder()];
      const program = start(args, { env: standIn.env });
      await program.until(/✔ clone/);
      program.kill('SIGINT');
      const { code, stderr } = await program.ended;
      expect(code, stderr).toBe(130);
      expect(await remainsIn(sql)).toEqual([]);
    } finally {
      await sql.unsafe(definition);
    }
  });

  it('needs a database connection', async () => {
    const env = { ...standIn.env, SUPABASE_DB_URL: '' };
    const { code, stderr } = await runProgram(['status-matrix', '--target', 'staging'], { env });
    expect(code, stderr).toBe(3);
    expect(stderr).toMatch(/this needs a database connection/);
  });
});
