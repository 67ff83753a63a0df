import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { UsageError } from '../../contracts/errors.ts';
import { readJson } from '../../contracts/json-file.ts';
import {
  MANIFEST_VERSION,
  type Manifest,
  manifestSchema,
  type ScenarioRun,
} from '../../contracts/manifest.ts';
import { PREPARED_VERSION, preparedSchema } from '../../contracts/prepared.ts';
import type { RunFolder } from '../../contracts/run-folder.ts';
import { TEARDOWN_VERSION, teardownResultSchema } from '../../contracts/teardown-result.ts';
import type { ScenarioName } from '../../contracts/thresholds.ts';
import { describeLoad } from '../../plan/load.ts';
import { PLAN_VERSION, type Plan } from '../../plan/plan.ts';
import { planSchema } from '../../plan/schema.ts';
import { collectLogs, collectSummaries } from '../../runners/collect-logs.ts';
import { runnerNames } from '../../runners/segments.ts';
import { type Span, spanOf } from '../../runners/span.ts';
import type { StageReporter } from '../stage-reporter.ts';
import { openRunTarget } from './before-load.ts';
import { describeCollected } from './describe-collected.ts';
import { ManifestFile } from './manifest-file.ts';
import { mergeRunners } from './merge-runners.ts';
import type { PreparedWorld } from './prepare-world.ts';
import { reopenWorld } from './reopen-world.ts';
import type { RunRequest } from './request.ts';
import { judgeRunFolder, type RunOutcome } from './run.ts';
import { type RunContext, windDown } from './under-load.ts';

/** What `collect` is given. */
export interface CollectRequest {
  folder: RunFolder;
  logs: readonly string[];
  summaries: readonly string[];
  /** How far the wall clock of each machine may be off, milliseconds. */
  clockErrorMs: number;
  /** Makes the request of the run that was prepared, for the target of now. */
  requestOf: (manifest: Manifest) => RunRequest;
}

/**
 * The stages from the load on, for a load that others made: their records are brought into the run folder, then the final
 * state is read, everything is torn down, and the run is judged, as after a load of our own.
 *
 * @throws UsageError when the folder was not prepared for this, was collected and torn down already, or when logs do not fit
 */
export async function collectRun(
  { folder, logs, summaries, clockErrorMs, requestOf }: CollectRequest,
  reporter: StageReporter,
  interrupt: AbortSignal,
): Promise<RunOutcome> {
  const manifest = new ManifestFile(
    folder.manifest,
    await readJson(folder.manifest, manifestSchema, MANIFEST_VERSION),
  );
  await refuseOthers(folder, manifest.data);
  const prepared = await readJson(folder.prepared, preparedSchema, PREPARED_VERSION);
  const plan = (await readJson(folder.plan, planSchema, PLAN_VERSION)) as unknown as Plan;
  const request = requestOf(manifest.data);
  const run: RunContext = {
    request,
    folder,
    plan,
    manifest,
    reporter,
    interrupt,
    previousFingerprint: manifest.data.isolation?.previous_fingerprint ?? null,
  };
  const { runners } = manifest.data.load;
  const scenarios = manifest.data.scenarios as ScenarioName[];
  const expected = scenarios.flatMap((scenario) => runnerNames(scenario, runners));
  const collected = await reporter.stage(
    'collect',
    async () => {
      const before = await collectedBefore(folder, expected);
      const found = await collectLogs(plan.tag, [...before, ...logs], expected, folder);
      const files = await collectSummaries(plan.tag, summaries, expected, folder);
      return { ...found, summaries: new Set([...found.summaries, ...files]) };
    },
    (found) => describeCollected(found, expected).headline,
    (found) => describeCollected(found, expected).notes.length === 0,
  );
  for (const note of describeCollected(collected, expected).notes) reporter.say(`  ${note}`);
  await noteRuns(run, scenarios, clockErrorMs);

  const open = await openRunTarget(run);
  let world: PreparedWorld | null = null;
  try {
    world = await reopenWorld(run, open, prepared);
    await manifest.update({
      kept: request.keep,
      load: { ...manifest.data.load, collected_at: new Date().toISOString() },
    });
  } catch (error) {
    await open.close();
    throw error;
  }
  await windDown(run, open, world);
  return judgeRunFolder(run, open);
}

/** One entry for each load generator, and the thresholds of each scenario over all of its. */
async function noteRuns(
  { folder, manifest, plan }: RunContext,
  scenarios: readonly ScenarioName[],
  clockErrorMs: number,
): Promise<void> {
  const { load } = manifest.data;
  const users = new Map<string, number>(
    describeLoad(plan).scenarios.map(({ scenario, virtual_users }) => [scenario, virtual_users]),
  );
  const runs: ScenarioRun[] = [];
  for (const scenario of scenarios) {
    const entries: ScenarioRun[] = [];
    for (const runner of runnerNames(scenario, load.runners)) {
      const span = await spanOf(folder.historyOf(runner));
      entries.push({
        scenario,
        runner,
        started_at: span.from ?? manifest.data.started_at,
        ended_at: span.until,
        exit_code: null,
        aborted: whyCutShort(span, (users.get(scenario) ?? 0) >= load.runners),
        thresholds_crossed: [],
        clock: null,
      });
    }
    await mergeRunners(folder, plan, scenario, entries, clockErrorMs);
    runs.push(...entries);
  }
  await manifest.update({ runs, failure: null });
}

/** @param hasUsers whether it was to have a virtual user; who has none has nothing to do */
function whyCutShort({ from, ended, calls }: Span, hasUsers: boolean): string | null {
  if (from === null) return 'nothing was collected of it';
  if (!ended) return 'its log has no end';
  return hasUsers && calls === 0 ? 'it made no call; its log says why' : null;
}

/** Logs add to what was collected before, so that collect can be repeated with those that were missing. */
async function collectedBefore(folder: RunFolder, expected: readonly string[]): Promise<string[]> {
  const names = new Set(await readdir(folder.history));
  return expected.map((runner) => folder.historyOf(runner)).filter((file) => names.has(path.basename(file)));
}

async function refuseOthers(folder: RunFolder, { load }: Manifest): Promise<void> {
  if (load.where !== 'elsewhere') {
    throw new UsageError(`${folder.root}: was not prepared for a load elsewhere`, [
      'prepare one: npm run stress -- prepare SCENARIO --target TARGET --runners N',
    ]);
  }
  const teardown = await readJson(folder.teardown, teardownResultSchema, TEARDOWN_VERSION).catch(() => null);
  if (teardown?.performed !== true) return;
  throw new UsageError(`${folder.root}: was collected and torn down already; its rows are gone`, [
    'judge it again from its files: npm run stress -- verify FOLDER',
  ]);
}
