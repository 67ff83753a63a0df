import path from 'node:path';
import { ExitCode, InterruptedError, messageOf, StressError, TargetError } from '../../contracts/errors.ts';
import type { RunFolder } from '../../contracts/run-folder.ts';
import type { Plan } from '../../plan/plan.ts';
import { resolveK6 } from '../../target/k6/resolve.ts';
import { redact } from '../../target/redact.ts';
import type { StageReporter } from '../stage-reporter.ts';
import { beforeLoad, type Reached } from './before-load.ts';
import { bundleScenarios } from './bundle.ts';
import { exploreBeside } from './explore-beside.ts';
import { keepLogs } from './keep-logs.ts';
import type { ManifestFile } from './manifest-file.ts';
import type { OpenTarget } from './open-target.ts';
import type { PreparedWorld } from './prepare-world.ts';
import type { RunRequest } from './request.ts';
import { leaveOutUnsupported, runScenarios } from './scenarios.ts';
import { tearDownWorld, writeEnd } from './wind-down.ts';

/** What every stage of a run has at hand. */
export interface RunContext {
  request: RunRequest;
  folder: RunFolder;
  plan: Plan;
  manifest: ManifestFile;
  reporter: StageReporter;
  interrupt: AbortSignal;
  /** Fingerprint of the functions that the last run in the same folder tested; null when there was none. */
  previousFingerprint: string | null;
}

/** From the target's start to its end. A failure on the way is noted in the manifest, which the verdict reads. */
export async function underLoad(run: RunContext): Promise<OpenTarget> {
  const { reporter, request, interrupt, manifest } = run;
  const reached: Reached = { stage: 'target', open: null, world: null };
  try {
    const k6 = await reporter.stage(
      'k6',
      (progress) => resolveK6({ progress, signal: interrupt }),
      (found) => `${found.version} (${found.source})`,
    );
    const scripts = await bundleScenarios(path.join(run.folder.k6, 'scripts'));
    await manifest.update({ versions: { k6: k6.version } });
    const { open, world, abort } = await beforeLoad(run, reached);
    reached.stage = 'scenarios';
    const limits = request.staging === null ? undefined : request.thresholds.staging;
    const scenarios = await leaveOutUnsupported(run, world);
    await runScenarios(run, { scenarios, k6: k6.path, scripts, open, world, abort, limits });
    reached.stage = 'explore';
    await exploreBeside(run, open, abort);
  } catch (error) {
    // Nothing was started yet that could be judged, and nothing written that must be removed.
    if (!reached.open) throw interrupt.aborted ? new InterruptedError() : error;
    await noteFailure(run, reached.stage, error, reached.open.target.secrets);
  } finally {
    await windDown(run, reached.open, reached.world);
  }
  // Whoever comes here has one.
  return reached.open as OpenTarget;
}

/** Kept rows of an embedded target can only be looked at as long as it runs. */
export function staysOpen({ request, interrupt }: RunContext, open: OpenTarget): boolean {
  return request.keep && open.temporary && !open.isLost() && !interrupt.aborted;
}

/**
 * Final state, teardown and the target's end, however the load ended: what was acknowledged before an interrupt can
 * still be judged. Whatever fails here must not hide why the run failed.
 */
export async function windDown(
  run: RunContext,
  open: OpenTarget | null,
  world: PreparedWorld | null,
): Promise<void> {
  await endWith(run, { open, world }, async (target, made) => {
    if (!target.isLost()) await noteIfFailing(run, target, 'history', () => writeEnd(run, made));
    await noteIfFailing(run, target, 'teardown', () => tearDownWorld(run, target, made));
  });
}

/** Ends a world and its target, once `action` has done with them what is left to do, and also when that fails. */
export async function endWith(
  run: RunContext,
  { open, world }: Pick<Reached, 'open' | 'world'>,
  action: (open: OpenTarget, world: PreparedWorld) => Promise<void>,
): Promise<void> {
  if (!open) return;
  try {
    await world?.marks?.release();
    if (world) await action(open, world);
  } finally {
    await world?.close();
    await keepLogs(run.folder, open);
    if (!staysOpen(run, open)) await open.close();
  }
}

/** Does something that must not hide why a run failed. */
export async function noteIfFailing(
  run: RunContext,
  open: OpenTarget,
  stage: string,
  action: () => Promise<void>,
): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (run.manifest.data.failure === null) await noteFailure(run, stage, error, open.target.secrets);
  }
}

/** Writes into the manifest why the run did not come to its end, and tells it. */
export async function noteFailure(
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
