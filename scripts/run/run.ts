import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Diagnosis, DiagnosisFinding } from '../../contracts/diagnosis.ts';
import { messageOf } from '../../contracts/errors.ts';
import { readJson } from '../../contracts/json-file.ts';
import { MANIFEST_VERSION, manifestSchema } from '../../contracts/manifest.ts';
import { createRunFolder, RunFolder } from '../../contracts/run-folder.ts';
import type { Verdict } from '../../contracts/verdict.ts';
import { diagnoseRun } from '../../diagnose/diagnose.ts';
import { writeReports } from '../../report/report.ts';
import { verifyRun } from '../../verify/verify.ts';
import type { StageReporter } from '../stage-reporter.ts';
import { firstManifest, ManifestFile } from './manifest-file.ts';
import type { OpenTarget } from './open-target.ts';
import { planRun } from './plan-run.ts';
import type { RunRequest } from './request.ts';
import { refuseLeakedSecrets } from './scan-secrets.ts';
import { staysOpen, underLoad } from './under-load.ts';

export interface RunOutcome {
  folder: RunFolder;
  verdict: Verdict;
  /** Null: it could not be made. */
  diagnosis: Diagnosis | null;
  /** A target of this run's own that stays up because its rows were to be kept; the caller closes it. */
  stillOpen: OpenTarget | null;
}

/**
 * The whole flow: target, isolate, seed, scenarios, history, teardown, verify, diagnose, report. Once rows may have been written,
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
  const startedAt = Date.now();
  const previousFingerprint = await fingerprintOfLast(request);
  const { plan } = planRun(request, startedAt);
  const folder = await createRunFolder(request.out, startedAt, request.tag);
  // Without indentation: a soak plan would double its hundred megabytes.
  await writeFile(folder.plan, `${JSON.stringify(plan)}\n`);
  const manifest = new ManifestFile(folder.manifest, await firstManifest(request, startedAt));
  await manifest.update({});
  const run = { request, folder, plan, manifest, reporter, interrupt, previousFingerprint };

  const open = await underLoad(run);
  await manifest.update({ ended_at: new Date().toISOString() });
  const verdict = await reporter.stage(
    'verify',
    () => verifyRun(folder),
    (result) => result.verdict,
  );
  const diagnosis = await explain(folder, reporter);
  await reporter.stage(
    'report',
    () => writeReports(folder),
    () => path.relative(process.cwd(), folder.reportHtml),
  );
  await refuseLeakedSecrets(folder, open.target.secrets);
  return { folder, verdict, diagnosis, stillOpen: staysOpen(run, open) ? open : null };
}

/** Why it went so is a help to the reader: where it cannot be told, the verdict stands all the same. */
async function explain(folder: RunFolder, reporter: StageReporter): Promise<Diagnosis | null> {
  try {
    return await reporter.stage(
      'diagnose',
      () => diagnoseRun(folder),
      ({ findings }) => (findings.length === 0 ? 'nothing to explain' : plainCauses(findings)),
    );
  } catch (error) {
    reporter.say(`  no diagnosis: ${messageOf(error)}`);
    return null;
  }
}

function plainCauses(findings: readonly DiagnosisFinding[]): string {
  const names = new Set(findings.map(({ cause }) => cause));
  return `${findings.length} finding${findings.length === 1 ? '' : 's'}: ${[...names].join(', ')}`;
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
