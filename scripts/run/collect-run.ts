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
import { PLAN_VERSION, type Plan } from '../../plan/plan.ts';
import { planSchema } from '../../plan/schema.ts';
import { collectLogs, collectSummaries } from '../../runners/collect-logs.ts';
import { runnerNames } from '../../runners/segments.ts';
import { spanOf } from '../../runners/span.ts';
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
      const found = await collectLogs(plan.tag, logs, expected, folder);
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
  const runs: ScenarioRun[] = [];
  for (const scenario of scenarios) {
    const entries: ScenarioRun[] = [];
    for (const runner of runnerNames(scenario, load.runners)) {
      const { from, until, ended } = await spanOf(folder.historyOf(runner));
      entries.push({
        scenario,
        runner,
        started_at: from ?? manifest.data.started_at,
        ended_at: until,
        exit_code: null,
        aborted: from === null ? 'nothing was collected of it' : ended ? null : 'its log has no end',
        thresholds_crossed: [],
        clock: null,
      });
    }
    await mergeRunners(folder, plan, scenario, entries, clockErrorMs);
    runs.push(...entries);
  }
  await manifest.update({ runs, failure: null });
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
