import path from 'node:path';
import postgres from 'postgres';
import { expect, it } from 'vitest';
import { startHostedStandIn } from '../../stand-in/hosted.ts';
import { root, runProgram, temporaryFolder } from '../run/program.ts';
import { remainsIn, settingsOf } from './remains.ts';

it('a PostgREST that never reloads ends the run with one message, and nothing is left', async () => {
  const standIn = await startHostedStandIn({
    migrations: path.join(root, 'reference', 'migrations'),
    ref: 'abcdefghijklmnopqrst',
    listensForReloads: false,
  });
  const sql = postgres(standIn.target.databaseUrl, { max: 1, onnotice: () => {} });
  try {
    const before = await settingsOf(sql);
    const env = { ...standIn.env, TABLE_STRESS_RELOAD_TIMEOUT_MS: '3000' };
    const args = ['run', 'smoke', '--target', 'staging', '--yes', '--out', temporaryFolder()];
    const { code, stderr } = await runProgram(args, { env });
    expect(code, stderr).toBe(3);
    expect(stderr).toMatch(/does not serve the schema table_stress after 3 s/);
    expect(stderr).toMatch(/→ restart PostgREST/);
    expect(await remainsIn(sql)).toEqual([]);
    expect(await settingsOf(sql)).toEqual(before);
    const odd = await runProgram(args, { env: { ...env, TABLE_STRESS_RELOAD_TIMEOUT_MS: 'long' } });
    expect(odd.code, odd.stderr).toBe(2);
    expect(odd.stderr).toContain('TABLE_STRESS_RELOAD_TIMEOUT_MS');
    expect(await remainsIn(sql)).toEqual([]);
  } finally {
    await sql.end();
    await standIn.stop();
  }
});
