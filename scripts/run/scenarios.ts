import { stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type postgres from 'postgres';
import type { ScenarioRun } from '../../contracts/manifest.ts';
import { silent } from '../../contracts/progress.ts';
import type { ScenarioName } from '../../contracts/thresholds.ts';
import { findServer } from '../../observe/server-cpu.ts';
import { watchLoad } from '../../observe/watch-load.ts';
import { definitionOf } from '../../plan/scenarios.ts';
import { runnerNames, segmentsOf } from '../../runners/segments.ts';
import { connectDatabase } from '../../target/database-connection.ts';
import type { Target } from '../../target/target.ts';
import { countLoad } from './count-load.ts';
import { type DisturbedLoad, disturbLoad } from './disturb-load.ts';
import { followHistory } from './follow-history.ts';
import { type K6Result, runK6 } from './k6-process.ts';
import { LiveChecks } from './live-checks.ts';
import { LoadGuard, type LoadLimits } from './load-guard.ts';
import { clockOf, mergeRunners } from './merge-runners.ts';
import type { OpenTarget } from './open-target.ts';
import type { PreparedWorld } from './prepare-world.ts';
import { startTogether } from './start-together.ts';
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
 * Stage scenarios: one after the other, each load generator with a history file of its own.
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
  const { folder, manifest, plan, reporter, request } = run;
  const boundary = scenario === 'window-boundary' ? plan.scenarios[scenario] : undefined;
  const stepped = boundary?.stepped ? boundary : null;
  const entries = runnerNames(scenario, stepped ? 1 : request.runners).map(
    (runner): ScenarioRun => ({
      scenario,
      runner,
      started_at: new Date().toISOString(),
      ended_at: null,
      exit_code: null,
      aborted: 'it did not end',
      thresholds_crossed: [],
      clock: null,
    }),
  );
  await manifest.update({ runs: [...manifest.data.runs, ...entries] });
  await reporter.stage(
    scenario,
    async (progress) => {
      const generators = new Set<number>();
      const count = await countLoad(load, load.world.schema, folder, scenario);
      const unwatch = watchLoad(load.watcher, folder.observationsOf(scenario), () => [...generators], {
        database: load.server,
        api: load.open.servers?.api ?? null,
      });
      const injection = load.disturbed?.during(scenario) ?? null;
      const checks = new LiveChecks();
      const unfollow = followHistory(
        entries.map(({ runner }) => folder.historyOf(runner)),
        stepped ? silent : progress,
        (line) => {
          injection?.begin();
          guard.observe(line);
          checks.observe(line);
          if (request.failFast) guard.stopAt(checks.violations[0]);
        },
        () => inWords(checks.violations),
      );
      try {
        if (stepped) {
          const options = { signal: load.abort, progress };
          noteEnd(entries[0], await runSteppedScenario(run, load.world, stepped, options), guard);
        } else await runLoadGenerators(run, load, guard, { scenario, entries, generators });
      } finally {
        await injection?.end();
        await unwatch();
        await count();
        await unfollow();
        for (const entry of entries) {
          entry.ended_at ??= new Date().toISOString();
          entry.clock ??= await clockOf(folder.historyOf(entry.runner));
        }
        await manifest.update({});
      }
      return entries;
    },
    (ended) => {
      const aborted = ended.find((entry) => entry.aborted !== null)?.aborted;
      const crossed = ended.flatMap((entry) => entry.thresholds_crossed).length;
      return aborted ?? (crossed === 0 ? 'done' : `${crossed} thresholds crossed`);
    },
    (ended) => ended.every((entry) => entry.aborted === null && entry.thresholds_crossed.length === 0),
  );
}

interface ScenarioLoad {
  scenario: ScenarioName;
  /** One for each load generator. */
  entries: readonly ScenarioRun[];
  /** Process ids of those that run. */
  generators: Set<number>;
}

/** Runs a scenario in one k6 process, or in several that begin at one instant, each with its part of it. */
async function runLoadGenerators(
  run: RunContext,
  load: Load,
  guard: LoadGuard,
  { scenario, entries, generators }: ScenarioLoad,
): Promise<void> {
  const { folder, plan, reporter, request } = run;
  const { target } = load.open;
  const segments = segmentsOf(entries.length);
  const launch = async (index: number, startAt: number | null, signal: AbortSignal): Promise<void> => {
    const entry = entries[index] as ScenarioRun;
    const segment = segments[index];
    const { runner } = entry;
    const result = await runK6({
      program: load.k6,
      script: load.scripts[scenario],
      environment: {
        ...loadEnvironment(target, load.world, scenario),
        SUPABASE_SECRET_KEY: target.secretKey,
        TABLE_STRESS_PLAN: folder.plan,
        TABLE_STRESS_RUNNER: scenario,
        TABLE_STRESS_SUMMARY: folder.k6SummaryOf(runner),
        ...(startAt === null ? {} : { TABLE_STRESS_START: String(startAt) }),
      },
      historyFile: folder.historyOf(runner),
      summaryFile: folder.k6SummaryOf(runner),
      logFile: folder.k6LogOf(runner),
      secrets: target.secrets,
      outputs: request.k6Outputs,
      ...(request.dashboard ? { dashboardFile: folder.dashboardOf(scenario) } : {}),
      ...(segment && segments.length > 1 ? { segment } : {}),
      signal,
      supervise: (pid) => {
        generators.add(pid);
        const forget = load.open.supervise(pid);
        return () => {
          generators.delete(pid);
          forget();
        };
      },
    });
    noteEnd(entry, result, guard);
  };
  if (entries.length === 1) {
    await launch(0, null, load.abort);
    return;
  }
  await startTogether({
    files: entries.map(({ runner }) => folder.historyOf(runner)),
    planBytes: (await stat(folder.plan)).size,
    launch,
    signal: load.abort,
    say: (line) => reporter.say(line),
  });
  await mergeRunners(folder, plan, scenario, entries, 0);
}

/** What a scenario is told of the target, without its key. */
export function loadEnvironment(
  target: Target,
  { schema, confirmParameters }: Pick<PreparedWorld, 'schema' | 'confirmParameters'>,
  scenario: ScenarioName,
): Record<string, string> {
  return {
    // Only the gateway can lose a reply.
    TABLE_STRESS_REST_URL: scenario === 'idempotency' ? `${target.supabaseUrl}/rest/v1` : target.restUrl,
    TABLE_STRESS_CONFIRM: confirmParameters.join(','),
    TABLE_STRESS_SCHEMA: schema,
  };
}

function noteEnd(
  entry: ScenarioRun | undefined,
  { exitCode, aborted, thresholdsCrossed }: K6Result,
  guard: LoadGuard,
): void {
  if (!entry) return;
  entry.exit_code = exitCode;
  entry.aborted = aborted === null ? null : (guard.reason ?? aborted);
  entry.thresholds_crossed = thresholdsCrossed.map((each) => `${entry.scenario}: ${each}`);
  entry.ended_at = new Date().toISOString();
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
