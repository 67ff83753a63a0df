import { setTimeout as delay } from 'node:timers/promises';
import type postgres from 'postgres';
import type { ScenarioRun } from '../../contracts/manifest.ts';
import { silent } from '../../contracts/progress.ts';
import type { ScenarioName } from '../../contracts/thresholds.ts';
import { findServer } from '../../observe/server-cpu.ts';
import { watchLoad } from '../../observe/watch-load.ts';
import { definitionOf } from '../../plan/scenarios.ts';
import { connectDatabase } from '../../target/database-connection.ts';
import { countLoad } from './count-load.ts';
import { type DisturbedLoad, disturbLoad } from './disturb-load.ts';
import { followHistory } from './follow-history.ts';
import { runK6 } from './k6-process.ts';
import { LiveChecks } from './live-checks.ts';
import { LoadGuard, type LoadLimits } from './load-guard.ts';
import type { OpenTarget } from './open-target.ts';
import type { PreparedWorld } from './prepare-world.ts';
import { runSteppedScenario } from './stepped-scenario.ts';
import type { RunContext } from './under-load.ts';

export interface LoadOptions {
  scenarios: readonly ScenarioName[];
  /** Path of k6. */
  k6: string;
  scripts: Record<ScenarioName, string>;
  open: OpenTarget;
  world: PreparedWorld;
  abort: AbortSignal;
  /** When to stop for the target's sake; left out for a target of our own. */
  limits?: LoadLimits | undefined;
}

/** Leaves out what the deployment has no tables for, and notes it: what cannot be provoked is not covered. */
export async function leaveOutUnsupported(
  { request, manifest, reporter }: RunContext,
  { description }: PreparedWorld,
): Promise<ScenarioName[]> {
  const present = new Set(description.tables.map(({ name }) => name));
  const left_out = request.scenarios.flatMap((scenario) => {
    const missing = (definitionOf(scenario).requires ?? []).filter((table) => !present.has(table));
    if (missing.length === 0) return [];
    return [{ scenario, reason: `this deployment has no ${missing.join(' and ')}` }];
  });
  if (left_out.length === 0) return [...request.scenarios];
  for (const { scenario, reason } of left_out) reporter.say(`  ${scenario} is left out: ${reason}`);
  const scenarios = request.scenarios.filter((name) => !left_out.some(({ scenario }) => scenario === name));
  await manifest.update({ scenarios, left_out });
  return scenarios;
}

/**
 * Stage scenarios: one k6 process after the other, each with a history file of its own.
 *
 * @throws TargetError when the target's errors or the duration passed a limit
 */
export async function runScenarios(run: RunContext, options: LoadOptions): Promise<void> {
  const guard = new LoadGuard(options.limits);
  const watcher = await openWatcher(options.open.target.databaseUrl);
  // A target of another kind is elsewhere: a process here with the same number would be a stranger.
  const server = watcher && options.open.target.kind === 'local' ? await findServer(watcher) : null;
  const disturbed = await disturbLoad(run, options.open, options.world.schema);
  const load = {
    ...options,
    watcher,
    server,
    disturbed,
    abort: AbortSignal.any([options.abort, guard.signal]),
  };
  try {
    for (const scenario of options.scenarios) {
      load.abort.throwIfAborted();
      await runScenario(run, load, guard, scenario);
      await giveUpIfLost(load);
    }
  } finally {
    guard.release();
    await disturbed?.close();
    await watcher?.end({ timeout: 1 });
  }
}

interface Load extends LoadOptions {
  /** Connection that watches the database; null where only the API is known. */
  watcher: postgres.Sql | null;
  /** Process id of the database server; null where it is not on this machine. */
  server: number | null;
  /** Null: nothing is disturbed. */
  disturbed: DisturbedLoad | null;
}

/** A connection of its own, so that looking never waits for anything else. Without it nothing is observed. */
async function openWatcher(databaseUrl: string | null): Promise<postgres.Sql | null> {
  if (databaseUrl === null) return null;
  return connectDatabase(databaseUrl, 'observe').catch(() => null);
}

async function runScenario(
  run: RunContext,
  load: Load,
  guard: LoadGuard,
  scenario: ScenarioName,
): Promise<void> {
  const { folder, manifest, plan, reporter } = run;
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
      const boundary = scenario === 'window-boundary' ? plan.scenarios[scenario] : undefined;
      const stepped = boundary?.stepped ? boundary : null;
      let generator: number | null = null;
      const count = await countLoad(load, load.world.schema, folder, scenario);
      const unwatch = watchLoad(load.watcher, folder.observationsOf(scenario), () => generator, load.server);
      const injection = load.disturbed?.during(scenario) ?? null;
      const checks = new LiveChecks();
      const unfollow = followHistory(
        historyFile,
        stepped ? silent : progress,
        (line) => {
          injection?.begin();
          guard.observe(line);
          checks.observe(line);
          if (run.request.failFast) guard.stopAt(checks.violations[0]);
        },
        () => inWords(checks.violations),
      );
      try {
        const result = stepped
          ? await runSteppedScenario(run, load.world, stepped, { signal: load.abort, progress })
          : await runK6({
              program: load.k6,
              script: load.scripts[scenario],
              environment: {
                // Only the gateway can lose a reply.
                TABLE_STRESS_REST_URL:
                  scenario === 'idempotency' ? `${target.supabaseUrl}/rest/v1` : target.restUrl,
                TABLE_STRESS_CONFIRM: load.world.confirmParameters.join(','),
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
              outputs: run.request.k6Outputs,
              ...(run.request.dashboard ? { dashboardFile: folder.dashboardOf(scenario) } : {}),
              signal: load.abort,
              supervise: (pid) => {
                generator = pid;
                return load.open.supervise(pid);
              },
            });
        Object.assign(entry, {
          exit_code: result.exitCode,
          aborted: result.aborted === null ? null : (guard.reason ?? result.aborted),
          thresholds_crossed: result.thresholdsCrossed.map((each) => `${scenario}: ${each}`),
        });
      } finally {
        await injection?.end();
        await unwatch();
        await count();
        await unfollow();
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

function inWords(violations: readonly string[]): string {
  return violations.length === 0
    ? ''
    : `; ${violations.length} violations so far, the first: ${violations[0]}`;
}

/** A target that died makes k6 end early too; its own error is reported a moment later, and explains more. */
async function giveUpIfLost({ open, abort }: LoadOptions): Promise<void> {
  await Promise.race([open.lost, delay(50)]);
  abort.throwIfAborted();
}
