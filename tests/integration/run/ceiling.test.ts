import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { readThresholds } from '../../../contracts/read-thresholds.ts';
import { type ScenarioName, scenarioNames } from '../../../contracts/thresholds.ts';
import type { Operation } from '../../../history/operation.ts';
import { readHistory } from '../../../history/read.ts';
import { describeFromCatalog } from '../../../isolate/describe.ts';
import { type BoundedPlan, planUnderCeiling } from '../../../plan/ceiling.ts';
import { leastCalls } from '../../../plan/load.ts';
import { bundleScenarios } from '../../../scripts/run/bundle.ts';
import { seedWorld } from '../../../seed/seed.ts';
import { connectDatabase } from '../../../target/database-connection.ts';
import { type EmbeddedSupabase, startEmbedded } from '../../../target/embedded.ts';
import { resolveK6 } from '../../../target/k6/resolve.ts';
import { createStressClient } from '../../../target/supabase-client.ts';
import { temporaryFolder } from './program.ts';

const run = promisify(execFile);
const tag = 'abad1dea';
const RATE = 20;

/** What the histories say, against what was promised before. */
describe('under a ceiling of 20 requests per second', () => {
  let target: EmbeddedSupabase;
  let bounded: BoundedPlan;
  const histories = new Map<ScenarioName, Operation[]>();

  beforeAll(async () => {
    const folder = temporaryFolder();
    const k6 = (await resolveK6()).path;
    const scripts = await bundleScenarios(path.join(folder, 'dist'));
    target = await startEmbedded({ migrations: 'reference/migrations' });
    const thresholds = readThresholds('thresholds.json');
    const profile = structuredClone(thresholds.profiles.quick);
    Object.assign(profile.scenarios['hot-table'], { processes: 40, rounds: 12 });
    Object.assign(profile.scenarios['window-boundary'], { processes: 4, window_ms: 500 });
    for (const name of ['merge', 'idempotency', 'holds'] as const) profile.scenarios[name].rounds = 5;
    profile.scenarios.churn.rounds = 4;
    profile.scenarios.rush.duration_s = 8;
    bounded = planUnderCeiling(
      {
        seed: 1,
        tag,
        anchor: Date.now(),
        profileName: 'quick',
        profile,
        scenarios: scenarioNames,
        thresholds: {},
      },
      { ...thresholds.staging, max_requests_per_second: RATE, max_connections: 8 },
    );
    const planFile = path.join(folder, 'plan.json');
    writeFileSync(planFile, JSON.stringify(bounded.plan));
    const sql = await connectDatabase(target.databaseUrl, 'test');
    const description = await describeFromCatalog(sql, 'public');
    await sql.end();
    await seedWorld(createStressClient(target, 'public'), description, bounded.plan);
    for (const name of scenarioNames) {
      const history = path.join(folder, name);
      mkdirSync(history);
      const output = `--console-output=${path.join(history, `${name}.ndjson`)}`;
      await run(k6, ['run', '--log-format=raw', output, scripts[name]], {
        env: {
          PATH: process.env.PATH ?? '',
          TABLE_STRESS_REST_URL: target.restUrl,
          TABLE_STRESS_SCHEMA: 'public',
          TABLE_STRESS_PLAN: planFile,
          SUPABASE_SECRET_KEY: target.secretKey,
        },
      });
      const { operations, incomplete } = await readHistory(history, tag);
      expect(incomplete.size).toBe(0);
      histories.set(name, operations);
    }
    return () => target.stop();
  });

  const startsOf = (name: ScenarioName): number[] =>
    (histories.get(name) ?? []).map(({ t0 }) => t0 / 1e9).sort((a, b) => a - b);
  const loadOf = (name: ScenarioName) => {
    const load = bounded.forecast.scenarios.find(({ scenario }) => scenario === name);
    if (!load) throw new Error(`no forecast of ${name}`);
    return load;
  };

  const timed: Partial<Record<ScenarioName, number>> = { soak: 0.3, 'window-boundary': 0.6 };
  it.each(scenarioNames)('%s makes no more calls than forecast', (name) => {
    const { requests } = loadOf(name);
    const calls = startsOf(name).length;
    expect(calls).toBeLessThanOrEqual(requests);
    // A bound that is far off would be of no use. Where time decides how many calls there are, a machine that stands still
    // for two seconds makes fewer.
    const least = name === 'rush' ? leastCalls(bounded.plan, name) - 1 : requests * (timed[name] ?? 0.7);
    expect(calls).toBeGreaterThan(least);
  });

  it.each(scenarioNames)('%s stays below the rate on average', (name) => {
    const starts = startsOf(name);
    const { virtual_users, requests_per_second } = loadOf(name);
    const span = (starts.at(-1) ?? 0) - (starts[0] ?? 0);
    // Each virtual user's first call needs no time before it.
    const rate = (starts.length - virtual_users) / span;
    expect(requests_per_second).toBeLessThanOrEqual(RATE);
    expect(rate).toBeLessThanOrEqual(RATE);
    // Diners who get their first choice need one call of the several that are allowed for.
    expect(rate).toBeGreaterThan(name === 'rush' ? RATE / 10 : RATE / 3);
  });

  it.each(scenarioNames)('%s has at most one burst above it in any second', (name) => {
    const starts = startsOf(name);
    const most = starts.map((from) => starts.filter((at) => at >= from && at < from + 1).length);
    expect(Math.max(...most)).toBeLessThanOrEqual(RATE + loadOf(name).virtual_users);
  });

  it('rounds still start together', () => {
    const late = (histories.get('hot-table') ?? []).map(
      ({ t0, round }) => (t0 - (round?.scheduled ?? 0)) / 1e6,
    );
    expect(late.length).toBe(8 * 12);
    // Calls that only kept their distance would be spread over the 400 ms of a round.
    expect(late.sort((a, b) => a - b)[late.length / 2]).toBeLessThan(100);
  });

  it('calls add no more rows than forecast', async () => {
    const sql = await connectDatabase(target.databaseUrl, 'test');
    for (const [table, most] of Object.entries(bounded.forecast.rows.added)) {
      const [row] = await sql`select count(*)::int as rows from ${sql(table)}`;
      expect(row?.rows, table).toBeLessThanOrEqual(most);
      expect(row?.rows, table).toBeGreaterThan(most * 0.5);
    }
    await sql.end();
  });
});
