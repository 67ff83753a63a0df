import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ExitCode, InterruptedError, messageOf, StressError, TargetError } from '../../contracts/errors.ts';
import { writeJson } from '../../contracts/json-file.ts';
import { MANIFEST_VERSION } from '../../contracts/manifest.ts';
import { createRunFolder, type RunFolder } from '../../contracts/run-folder.ts';
import type { Verdict } from '../../contracts/verdict.ts';
import { makePlan, type Plan } from '../../plan/plan.ts';
import { writeReports } from '../../report/report.ts';
import { resolveK6 } from '../../target/k6/resolve.ts';
import { redact } from '../../target/redact.ts';
import { verifyRun } from '../../verify/verify.ts';
import { gitState, projectVersion } from '../project.ts';
import type { StageReporter } from '../stage-reporter.ts';
import { bundleScenarios } from './bundle.ts';
import { ManifestFile } from './manifest-file.ts';
import { type OpenTarget, openTarget } from './open-target.ts';
import { isolateWorld, type PreparedWorld, seedPlan } from './prepare-world.ts';
import type { RunRequest } from './request.ts';
import { refuseLeakedSecrets } from './scan-secrets.ts';
import { runScenarios } from './scenarios.ts';
import { tearDownWorld, writeEnd } from './wind-down.ts';

export interface RunOutcome {
  folder: RunFolder;
  verdict: Verdict;
}

/**
 * The whole flow: target, isolate, seed, scenarios, history, teardown, verify, report. Once rows may have been written,
 * teardown runs however the run ends; verdict and report are made from the folder alone.
 *
 * @param interrupt fires when the user wants to stop
 * @throws StressError when the run fails before there is anything to judge
 */
export async function runStress(
  request: RunRequest,
  reporter: StageReporter,
  interrupt: AbortSignal,
  onFolder: (folder: RunFolder) => void,
): Promise<RunOutcome> {
  const startedAt = Date.now();
  const folder = await createRunFolder(request.out, startedAt, request.tag);
  onFolder(folder);
  const plan = makePlan({
    seed: request.seed,
    tag: request.tag,
    anchor: startedAt,
    profileName: request.profile,
    profile: request.thresholds.profiles[request.profile],
    scenarios: request.scenarios,
    thresholds: request.thresholds.k6,
  });
  await writeJson(folder.plan, plan);
  const manifest = new ManifestFile(folder.manifest, await firstManifest(request, startedAt));
  await manifest.update({});
  const run = { request, folder, plan, manifest, reporter, interrupt };

  const bundles = await mkdtemp(path.join(tmpdir(), 'table-stress-k6-'));
  let secrets: readonly string[] = [];
  try {
    secrets = await underLoad(run, bundles);
  } finally {
    await rm(bundles, { recursive: true, force: true });
  }
  await manifest.update({ ended_at: new Date().toISOString() });
  const verdict = await reporter.stage(
    'verify',
    () => verifyRun(folder),
    (result) => result.verdict,
  );
  await reporter.stage(
    'report',
    () => writeReports(folder),
    () => path.relative(process.cwd(), folder.reportHtml),
  );
  await refuseLeakedSecrets(folder, secrets);
  return { folder, verdict };
}

export interface RunContext {
  request: RunRequest;
  folder: RunFolder;
  plan: Plan;
  manifest: ManifestFile;
  reporter: StageReporter;
  interrupt: AbortSignal;
}

/** From the target's start to its end. A failure on the way is noted in the manifest, which the verdict reads. */
async function underLoad(run: RunContext, bundles: string): Promise<readonly string[]> {
  const { reporter, request, interrupt, manifest } = run;
  let stage = 'target';
  let open: OpenTarget | null = null;
  let world: PreparedWorld | null = null;
  try {
    const k6 = await reporter.stage(
      'k6',
      (progress) => resolveK6({ progress, signal: interrupt }),
      (found) => `${found.version} (${found.source})`,
    );
    const scripts = await bundleScenarios(bundles);
    open = await reporter.stage(
      'target',
      (progress) =>
        openTarget(request.target, { progress, signal: interrupt, viaGateway: request.viaGateway }),
      ({ target }) => target.description,
    );
    const { target } = open;
    await manifest.update({
      target: { kind: target.kind, description: target.description },
      versions: { ...target.versions, k6: k6.version },
    });
    const abort = watch(open, interrupt);
    stage = 'isolate';
    world = await isolateWorld(run, open);
    stage = 'seed';
    await seedPlan(run, world, abort);
    stage = 'scenarios';
    await runScenarios(run, { k6: k6.path, scripts, open, world, abort });
    stage = 'history';
    await writeEnd(run, world);
  } catch (error) {
    // Nothing was started yet that could be judged, and nothing written that must be removed.
    if (!open) throw interrupt.aborted ? new InterruptedError() : error;
    await noteFailure(run, stage, error, open.target.secrets);
  } finally {
    await windDown(run, open, world);
  }
  return open?.target.secrets ?? [];
}

/** Teardown and the target's end: whatever fails here must not hide why the run failed. */
async function windDown(
  run: RunContext,
  open: OpenTarget | null,
  world: PreparedWorld | null,
): Promise<void> {
  if (!open) return;
  try {
    if (world) await tearDownWorld(run, open, world);
  } finally {
    await world?.close();
    await open.target.stop();
  }
}

/** Fires when the user interrupts, or when the target is lost; the reason is the error to end with. */
function watch(open: OpenTarget, interrupt: AbortSignal): AbortSignal {
  const controller = new AbortController();
  const stop = (): void => controller.abort(new InterruptedError());
  if (interrupt.aborted) stop();
  else interrupt.addEventListener('abort', stop, { once: true });
  void open.lost.then((error) => controller.abort(error));
  return controller.signal;
}

async function noteFailure(
  { manifest, reporter, interrupt }: RunContext,
  stage: string,
  thrown: unknown,
  secrets: readonly string[],
): Promise<void> {
  const error = interrupt.aborted
    ? new InterruptedError('interrupted by the user')
    : thrown instanceof StressError
      ? thrown
      : new TargetError(`stage ${stage} failed: ${messageOf(thrown)}`, [], thrown);
  const message = redact(error.message, secrets);
  await manifest.update({ failure: { stage, message, exit_code: error.exitCode } });
  if (error.exitCode !== ExitCode.interrupted) reporter.say(`stage ${stage}: ${message}`);
  for (const fix of error.fixes) reporter.say(`  → ${fix}`);
}

async function firstManifest(request: RunRequest, startedAt: number): Promise<ManifestFile['data']> {
  return {
    v: MANIFEST_VERSION,
    run: request.tag,
    command: process.argv.slice(2),
    seed: request.seed,
    profile: request.profile,
    scenarios: request.scenarios,
    broken: request.broken,
    kept: request.keep,
    started_at: new Date(startedAt).toISOString(),
    ended_at: null,
    target: { kind: 'local', description: request.target },
    isolation: null,
    versions: {},
    harness: {
      version: projectVersion,
      ...(await gitState()),
      node: process.version,
      platform: `${process.platform}-${process.arch}`,
    },
    thresholds: request.thresholds,
    database_clock: null,
    runs: [],
    failure: null,
  };
}
