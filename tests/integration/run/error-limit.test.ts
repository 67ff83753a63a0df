import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { beforeAll, describe, expect, it } from 'vitest';
import { TargetError } from '../../../contracts/errors.ts';
import type { Manifest } from '../../../contracts/manifest.ts';
import { readThresholds } from '../../../contracts/read-thresholds.ts';
import { RunFolder } from '../../../contracts/run-folder.ts';
import type { ScenarioName } from '../../../contracts/thresholds.ts';
import { planUnderCeiling } from '../../../plan/ceiling.ts';
import { bundleScenarios } from '../../../scripts/run/bundle.ts';
import type { LoadLimits } from '../../../scripts/run/load-guard.ts';
import { ManifestFile } from '../../../scripts/run/manifest-file.ts';
import { type LoadOptions, runScenarios } from '../../../scripts/run/scenarios.ts';
import type { RunContext } from '../../../scripts/run/under-load.ts';
import { StageReporter } from '../../../scripts/stage-reporter.ts';
import { resolveK6 } from '../../../target/k6/resolve.ts';
import { temporaryFolder } from './program.ts';

const scenarios: ScenarioName[] = ['smoke', 'hot-table'];
const limits = { max_error_share: 0.2, errors_over_calls: 100, max_duration_s: 600 };
/** Calls of each repetition of smoke. */
const ONCE = 23;
/** Two minutes of calls: whoever stops them early does so before they are over, however late. */
const MANY = 300;

/** The real k6 against a project that has no connection left. */
describe('a target in trouble', () => {
  let scripts: Record<ScenarioName, string>;
  let server: Server;
  let k6: string;
  let requests = 0;

  beforeAll(async () => {
    k6 = (await resolveK6()).path;
    scripts = await bundleScenarios(path.join(temporaryFolder(), 'dist'));
    server = createServer((request, response) => {
      requests += 1;
      request.resume();
      response.writeHead(504, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ code: 'PGRST003', message: 'Timed out acquiring connection' }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return () => server.close();
  });

  async function load(
    limit: LoadLimits | undefined,
    repetitions: number,
  ): Promise<{ error: unknown; manifest: Manifest }> {
    requests = 0;
    const folder = new RunFolder(temporaryFolder());
    for (const each of [folder.history, folder.k6]) mkdirSync(each);
    const thresholds = readThresholds('thresholds.json');
    const profile = structuredClone(thresholds.profiles.quick);
    profile.scenarios['hot-table'].rounds = 12;
    profile.scenarios.smoke.repetitions = repetitions;
    const options = { seed: 1, tag: 'abad1dea', anchor: Date.now(), profileName: 'quick', profile };
    const { plan } = planUnderCeiling({ ...options, scenarios, thresholds: {} }, thresholds.staging);
    writeFileSync(folder.plan, JSON.stringify(plan));
    const manifest = new ManifestFile(folder.manifest, { runs: [] as unknown[] } as Manifest);
    const reporter = new StageReporter(new PassThrough() as unknown as NodeJS.WriteStream);
    const run = {
      request: { scenarios, runners: 1 },
      folder,
      plan,
      manifest,
      reporter,
    } as unknown as RunContext;
    const { port } = server.address() as AddressInfo;
    const target = {
      restUrl: `http://127.0.0.1:${port}`,
      secretKey: 'sb_secret_x',
      secrets: [],
      databaseUrl: null,
    };
    const open = { target, lost: new Promise(() => {}), supervise: () => () => {} };
    const world = { schema: 'stress', confirmParameters: [] };
    const abort = new AbortController().signal;
    const given = { scenarios, k6, scripts, open, world, abort, limits: limit } as unknown as LoadOptions;
    const error = await runScenarios(run, given).catch((thrown: unknown) => thrown);
    return { error, manifest: manifest.data };
  }

  it('is spared: the load stops early, with exit code 3 and the reason', async () => {
    const { error, manifest } = await load(limits, MANY);
    expect(error).toBeInstanceOf(TargetError);
    expect((error as TargetError).message).toMatch(
      /^\d+ of the last \d+ calls failed with PGRST003: the run was/,
    );
    expect(manifest.runs.map(({ scenario, aborted }) => [scenario, aborted])).toEqual([
      ['smoke', (error as TargetError).message],
    ]);
    expect(requests).toBeGreaterThanOrEqual(20);
    expect(requests).toBeLessThan((MANY * ONCE) / 2);
  });

  it('is stopped when its time is up', async () => {
    const { error, manifest } = await load({ ...limits, max_error_share: 1, max_duration_s: 3 }, MANY);
    expect((error as TargetError).message).toContain('was not over after 3 s (staging.max_duration_s)');
    expect(manifest.runs.at(-1)?.aborted).toBe((error as TargetError).message);
  });

  it('of our own is not spared: the verdict says what happened', async () => {
    const { error, manifest } = await load(undefined, 3);
    expect(error).toBeUndefined();
    expect(manifest.runs.map(({ aborted }) => aborted)).toEqual([null, null]);
    expect(requests).toBe(3 * ONCE + 12 * 16);
  });
});
