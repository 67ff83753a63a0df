import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { readThresholds } from '../../../contracts/read-thresholds.ts';
import { type ScenarioName, scenarioNames } from '../../../contracts/thresholds.ts';
import { readHistory } from '../../../history/read.ts';
import { describeFromCatalog } from '../../../isolate/describe.ts';
import { makePlan } from '../../../plan/plan.ts';
import { bundleScenarios } from '../../../scripts/run/bundle.ts';
import { seedWorld } from '../../../seed/seed.ts';
import { connectDatabase } from '../../../target/database-connection.ts';
import { type EmbeddedSupabase, startEmbedded } from '../../../target/embedded.ts';
import { resolveK6 } from '../../../target/k6/resolve.ts';
import { createStressClient } from '../../../target/supabase-client.ts';
import { temporaryFolder } from './program.ts';

const run = promisify(execFile);
const tag = 'abad1dea';

/** The bundles with a stock k6 and nothing of ours around it: no wrapper, no manifest. */
describe('each scenario as a plain k6 script', () => {
  let target: EmbeddedSupabase;
  let folder: string;
  let scripts: Record<ScenarioName, string>;
  let k6: string;

  beforeAll(async () => {
    folder = temporaryFolder();
    k6 = (await resolveK6()).path;
    scripts = await bundleScenarios(path.join(folder, 'dist'));
    target = await startEmbedded({ migrations: 'reference/migrations' });
    const thresholds = readThresholds('thresholds.json');
    const profile = structuredClone(thresholds.profiles.quick);
    profile.scenarios['hot-table'].rounds = 8;
    profile.scenarios['window-boundary'].window_ms = 500;
    // One for each arrival, so that none is dropped where the machine stands still for a moment.
    profile.scenarios.rush.max_users = 140;
    profile.scenarios.soak.max_users = 90;
    const plan = makePlan({
      seed: 1,
      tag,
      anchor: Date.now(),
      profileName: 'quick',
      profile,
      scenarios: scenarioNames,
      thresholds: thresholds.k6,
    });
    writeFileSync(path.join(folder, 'plan.json'), JSON.stringify(plan));
    const sql = await connectDatabase(target.databaseUrl, 'test');
    await seedWorld(createStressClient(target, 'public'), await describeFromCatalog(sql, 'public'), plan);
    await sql.end();
    return () => target.stop();
  });

  const environment = (): Record<string, string> => ({
    PATH: process.env.PATH ?? '',
    TABLE_STRESS_REST_URL: target.restUrl,
    TABLE_STRESS_SCHEMA: 'public',
    TABLE_STRESS_PLAN: path.join(folder, 'plan.json'),
    SUPABASE_SECRET_KEY: target.secretKey,
  });

  it.each(scenarioNames)('%s runs, and its console output is a history', async (name) => {
    const history = path.join(folder, name);
    await run('mkdir', ['-p', history]);
    const file = path.join(history, `${name}.ndjson`);
    const args = ['run', '--log-format=raw', `--console-output=${file}`, scripts[name]];
    const { stderr, stdout } = await run(k6, args, { env: environment() });
    expect(stdout + stderr).toMatch(/\d+ calls recorded by/);
    const { operations, incomplete } = await readHistory(history, tag);
    expect(operations.length).toBeGreaterThan(60);
    expect(incomplete.size).toBe(0);
  });

  it('runs from a k6 archive, which holds no key', async () => {
    const archive = path.join(folder, 'smoke.tar');
    const plan = `TABLE_STRESS_PLAN=${path.join(folder, 'plan.json')}`;
    await run(k6, ['archive', '-e', plan, '-O', archive, scripts.smoke], { env: environment() });
    expect(readFileSync(archive).includes(target.secretKey)).toBe(false);
    const { stderr, stdout } = await run(k6, ['run', archive], { env: environment() });
    expect(stdout + stderr).toMatch(/\d+ calls recorded by smoke/);
  });

  it.each(['TABLE_STRESS_REST_URL', 'SUPABASE_SECRET_KEY', 'TABLE_STRESS_SCHEMA', 'TABLE_STRESS_PLAN'])(
    'refuses to start without %s: there is no default target',
    async (name) => {
      const env = environment();
      delete env[name];
      await expect(run(k6, ['run', scripts.smoke], { env })).rejects.toThrow(`${name} is not set`);
    },
  );
});
