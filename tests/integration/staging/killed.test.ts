import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type HostedStandIn, startHostedStandIn } from '../../stand-in/hosted.ts';
import { sampled } from '../proof.ts';
import { descendants, survivors } from '../run/processes.ts';
import { root, runProgram, start, temporaryFolder } from '../run/program.ts';
import { fillDeployed } from './deployed-rows.ts';
import { remainsIn, rowsOf, settingsOf } from './remains.ts';

const ref = 'abcdefghijklmnopqrst';
let standIn: HostedStandIn;
let sql: postgres.Sql;
let before: unknown;
const state = async () => ({ rows: await rowsOf(sql), settings: await settingsOf(sql) });

beforeAll(async () => {
  standIn = await startHostedStandIn({ migrations: path.join(root, 'reference', 'migrations'), ref });
  sql = postgres(standIn.target.databaseUrl, { max: 1, onnotice: () => {} });
  await fillDeployed(standIn.target);
  // What the project has of its own must survive as well.
  await sql`alter role authenticator set pgrst.db_schemas = 'public, graphql_public'`;
  await sql`notify pgrst, 'reload config'`;
  before = await state();
});
afterAll(async () => {
  await sql?.end();
  await standIn?.stop();
});

/** The stage after which the run is killed, and how much later, milliseconds. */
const moments: [RegExp, number][] = [
  [/✔ target/, 0],
  [/✔ target/, 1200],
  [/✔ target/, 2000],
  [/✔ target/, 2600],
  [/✔ isolate/, 0],
  [/✔ isolate/, 300],
  [/✔ seed/, 0],
  [/✔ smoke/, 0],
  [/✔ history/, 0],
  [/✔ history/, 400],
  [/✔ history/, 900],
  [/✔ teardown/, 0],
];

it.each(sampled(moments, 3))(
  'a run killed at %s and %d ms is cleaned up by one teardown --all',
  async (line, wait) => {
    const args = ['run', 'smoke', '--target', 'staging', '--yes', '--out', temporaryFolder()];
    const run = start(args, { env: { ...standIn.env } });
    await run.until(line);
    await delay(wait);
    const pids = descendants(run.pid).map(({ pid }) => pid);
    run.kill('SIGKILL');
    await run.ended;
    expect(await survivors(pids)).toEqual([]);

    const { code, stderr } = await runProgram(['teardown', '--all', '--target', 'staging'], {
      env: { ...standIn.env },
    });
    expect(code, `${run.shown()}\n---\n${stderr}`).toBe(0);
    expect(await remainsIn(sql)).toEqual([]);
    expect(await state()).toEqual(before);
  },
);
