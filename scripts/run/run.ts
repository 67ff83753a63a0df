import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Diagnosis } from '../../contracts/diagnosis.ts';
import { readJson } from '../../contracts/json-file.ts';
import { MANIFEST_VERSION, manifestSchema } from '../../contracts/manifest.ts';
import type { Repro } from '../../contracts/repro.ts';
import { createRunFolder, RunFolder } from '../../contracts/run-folder.ts';
import type { Verdict } from '../../contracts/verdict.ts';
import { writeReports } from '../../report/report.ts';
import { verifyRun } from '../../verify/verify.ts';
import type { StageReporter } from '../stage-reporter.ts';
import { explainRun } from './explain-run.ts';
import { firstManifest, ManifestFile } from './manifest-file.ts';
import type { OpenTarget } from './open-target.ts';
import { planRun } from './plan-run.ts';
import { replayRun } from './replay.ts';
import type { RunRequest } from './request.ts';
import { refuseLeakedSecrets } from './scan-secrets.ts';
import { type RunContext, staysOpen, underLoad } from './under-load.ts';

export interface RunOutcome {
  folder: RunFolder;
  verdict: Verdict;
  /** Null: it could not be made. */
  diagnosis: Diagnosis | null;
  /** Which violations could be provoked again; null: there was none. */
  repro: Repro | null;
  /** A target of this run's own that stays up because its rows were to be kept; the caller closes it. */
  stillOpen: OpenTarget | null;
}

/**
 * The whole flow: target, isolate, seed, scenarios, history, teardown, verify, replay, diagnose, report. Once rows may have been written,
 * teardown runs however the run ends; verdict and report are made from the folder alone.
 *
 * @param interrupt fires when the user wants to stop
 * @throws StressError when the run fails before there is anything to judge
 */
export async function runStress(
  request: RunRequest,
  reporter: StageReporter,
  interrupt: AbortSignal,
): Promise<RunOutcome> {
  const run = await beginRun(request, reporter, interrupt);
  return judgeRunFolder(run, await underLoad(run));
}

/** Plan, run folder and manifest: what is there before anything is started. */
export async function beginRun(
  request: RunRequest,
  reporter: StageReporter,
  interrupt: AbortSignal,
): Promise<RunContext> {
  const startedAt = Date.now();
  const previousFingerprint = await fingerprintOfLast(request);
  const { plan } = planRun(request, startedAt);
  const folder = await createRunFolder(request.out, startedAt, request.tag);
  // Without indentation: a soak plan would double its hundred megabytes.
  await writeFile(folder.plan, `${JSON.stringify(plan)}\n`);
  const manifest = new ManifestFile(folder.manifest, await firstManifest(request, startedAt));
  await manifest.update({});
  return { request, folder, plan, manifest, reporter, interrupt, previousFingerprint };
}

/**
 * The stages after the load, from the folder alone: verify, replay, diagnose and report.
 *
 * @param open the target, whose secrets must stand in no file
 */
export async function judgeRunFolder(run: RunContext, open: OpenTarget): Promise<RunOutcome> {
  const { folder, manifest, reporter } = run;
  await manifest.update({ ended_at: new Date().toISOString() });
  const verdict = await reporter.stage(
    'verify',
    () => verifyRun(folder),
    (result) => result.verdict,
  );
  const { repro, secrets } = await replayRun(run, verdict);
  const diagnosis = await explainRun(folder, reporter);
  await reporter.stage(
    'report',
    () => writeReports(folder),
    () => path.relative(process.cwd(), folder.reportHtml),
  );
  await refuseLeakedSecrets(folder, [...open.target.secrets, ...secrets]);
  return { folder, verdict, repro, diagnosis, stillOpen: staysOpen(run, open) ? open : null };
}

/** What the last run in the same folder tested, when it was of the same application. An unreadable folder tells nothing. */
async function fingerprintOfLast(request: RunRequest): Promise<string | null> {
  const { manifest } = new RunFolder(path.join(request.out, 'latest'));
  const last = await readJson(manifest, manifestSchema, MANIFEST_VERSION).catch(() => null);
  if (!last?.isolation) return null;
  const { command, target, isolation, broken } = last;
  const place = command.indexOf('--migrations');
  const migrations = place === -1 ? null : path.resolve(command[place + 1] ?? '');
  const same =
    target.kind === (request.staging === null ? 'local' : 'staging') &&
    (request.staging === null || target.description.includes(request.staging.projectRef)) &&
    migrations === request.migrations &&
    broken === request.broken &&
    isolation.source === request.isolation.source;
  return same ? isolation.fingerprint : null;
}
