import { setTimeout as delay } from 'node:timers/promises';
import type { ScenarioRun } from '../../contracts/manifest.ts';
import type { ScenarioName } from '../../contracts/thresholds.ts';
import { followHistory } from './follow-history.ts';
import { runK6 } from './k6-process.ts';
import type { OpenTarget } from './open-target.ts';
import type { PreparedWorld } from './prepare-world.ts';
import type { RunContext } from './under-load.ts';

export interface LoadOptions {
  /** Path of k6. */
  k6: string;
  scripts: Record<ScenarioName, string>;
  open: OpenTarget;
  world: PreparedWorld;
  abort: AbortSignal;
}

/** Stage scenarios: one k6 process after the other, each with a history file of its own. */
export async function runScenarios(run: RunContext, load: LoadOptions): Promise<void> {
  for (const scenario of run.request.scenarios) {
    load.abort.throwIfAborted();
    await runScenario(run, load, scenario);
    await giveUpIfLost(load);
  }
}

async function runScenario(run: RunContext, load: LoadOptions, scenario: ScenarioName): Promise<void> {
  const { folder, manifest, reporter } = run;
  const { target } = load.open;
  const entry: ScenarioRun = {
    scenario,
    runner: scenario,
    started_at: new Date().toISOString(),
    ended_at: null,
    exit_code: null,
    aborted: 'it did not end',
    thresholds_crossed: [],
  };
  await manifest.update({ runs: [...manifest.data.runs, entry] });
  const historyFile = folder.historyOf(scenario);
  await reporter.stage(
    scenario,
    async (progress) => {
      const unfollow = followHistory(historyFile, progress);
      try {
        const result = await runK6({
          program: load.k6,
          script: load.scripts[scenario],
          environment: {
            TABLE_STRESS_REST_URL: target.restUrl,
            SUPABASE_SECRET_KEY: target.secretKey,
            TABLE_STRESS_SCHEMA: load.world.schema,
            TABLE_STRESS_PLAN: folder.plan,
            TABLE_STRESS_RUNNER: scenario,
            TABLE_STRESS_SUMMARY: folder.k6SummaryOf(scenario),
          },
          historyFile,
          summaryFile: folder.k6SummaryOf(scenario),
          logFile: folder.k6LogOf(scenario),
          secrets: target.secrets,
          signal: load.abort,
          supervise: load.open.supervise,
        });
        Object.assign(entry, {
          exit_code: result.exitCode,
          aborted: result.aborted,
          thresholds_crossed: result.thresholdsCrossed.map((each) => `${scenario}: ${each}`),
        });
      } finally {
        unfollow();
        entry.ended_at = new Date().toISOString();
        await manifest.update({});
      }
      return entry;
    },
    ({ aborted, thresholds_crossed }) =>
      aborted ??
      (thresholds_crossed.length === 0 ? 'done' : `${thresholds_crossed.length} thresholds crossed`),
    ({ aborted, thresholds_crossed }) => aborted === null && thresholds_crossed.length === 0,
  );
}

/** A target that died makes k6 end early too; its own error is reported a moment later, and explains more. */
async function giveUpIfLost({ open, abort }: LoadOptions): Promise<void> {
  await Promise.race([open.lost, delay(50)]);
  abort.throwIfAborted();
}
