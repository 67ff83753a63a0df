import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { interpret } from '../../capacity/result.ts';
import {
  CAPACITY_VERSION,
  type CapacityEnding,
  type CapacityResult,
  type Slice,
} from '../../contracts/capacity-result.ts';
import { InterruptedError, messageOf, UsageError } from '../../contracts/errors.ts';
import { writeJson } from '../../contracts/json-file.ts';
import { folderName, RunFolder } from '../../contracts/run-folder.ts';
import { writeCapacityReports } from '../../report/capacity/write.ts';
import { writeReports } from '../../report/report.ts';
import { resolveK6 } from '../../target/k6/resolve.ts';
import { openAndIsolate, type Reached } from '../run/before-load.ts';
import { bundleScenarios } from '../run/bundle.ts';
import { firstManifest, ManifestFile } from '../run/manifest-file.ts';
import type { OpenTarget } from '../run/open-target.ts';
import { refuseLeakedSecrets } from '../run/scan-secrets.ts';
import { endWith, noteFailure, noteIfFailing, type RunContext } from '../run/under-load.ts';
import { tearDownWorld } from '../run/wind-down.ts';
import type { StageReporter } from '../stage-reporter.ts';
import { judgeIsolation } from './judge-isolation.ts';
import type { CapacityRequest } from './request.ts';
import { runStep, type SearchWorld, stepFolderOf } from './run-step.ts';
import { type Found, nothingFound, search } from './search.ts';
import { planStep, sizeStep } from './step-plan.ts';

export interface CapacityOutcome {
  /** Where `capacity.json`, the reports and a folder for each step are. */
  folder: RunFolder;
  result: CapacityResult;
}

/**
 * The whole search: one target, one clone, then step after step, teardown, result and reports. Once rows may have been
 * written, teardown runs however the search ends, and what was found so far is the result.
 *
 * @param interrupt fires when the user wants to stop
 * @throws StressError when it fails before there is anything to report
 */
export async function runCapacity(
  request: CapacityRequest,
  reporter: StageReporter,
  interrupt: AbortSignal,
): Promise<CapacityOutcome> {
  const startedAt = Date.now();
  const { run: asked, search: settings } = request;
  const folder = new RunFolder(path.join(asked.out, `${folderName(startedAt, asked.tag)}-capacity`));
  await makeFolders(folder, asked.out);
  const rate = Math.min(settings.start_rate, settings.max_rate);
  const run: RunContext = {
    request: asked,
    folder,
    plan: planStep(request, { number: 0, rate, size: sizeStep(request, rate), anchor: startedAt }),
    manifest: new ManifestFile(folder.manifest, await firstManifest(asked, startedAt)),
    reporter,
    interrupt,
    previousFingerprint: null,
  };
  await run.manifest.update({});
  const found = nothingFound();
  const open = await underSearch(request, run, found);
  const { manifest } = run;
  const failure = manifest.data.failure;
  await manifest.update({ ended_at: new Date().toISOString() });
  const result = interpret({
    v: CAPACITY_VERSION,
    kind: 'capacity',
    run: asked.tag,
    started_at: new Date(startedAt).toISOString(),
    ended_at: new Date().toISOString(),
    seed: asked.seed,
    target: {
      kind: manifest.data.target.kind,
      description: manifest.data.target.description,
      functions: manifest.data.isolation?.fingerprint ?? null,
      broken: asked.broken,
    },
    versions: manifest.data.versions,
    slice: sliceOf(request),
    slo: request.slo,
    search: settings,
    ended: endingOf(found, interrupt),
    steps: found.steps,
    isolated: await judgeIsolation(folder, found.data),
    violation: found.violation,
    failed: failure?.exit_code ?? null,
    notes: [...found.notes, ...(failure ? [`stage ${failure.stage}: ${failure.message}`] : [])],
  });
  await writeJson(path.join(folder.root, 'capacity.json'), result);
  // The evidence is that of its step.
  if (found.violation) await writeReports(stepFolderOf(folder, found.violation.step));
  await reporter.stage(
    'report',
    () => writeCapacityReports(folder.root, result),
    (page) => path.relative(process.cwd(), page),
  );
  await refuseLeakedSecrets(folder, open.target.secrets);
  return { folder, result };
}

function endingOf({ ended, violation }: Found, interrupt: AbortSignal): CapacityEnding {
  if (violation) return 'violation';
  return ended ?? (interrupt.aborted ? 'interrupted' : 'failed');
}

async function makeFolders(folder: RunFolder, out: string): Promise<void> {
  try {
    for (const directory of [folder.root, folder.k6, folder.logs])
      await mkdir(directory, { recursive: true });
  } catch (error) {
    throw new UsageError(
      `--out ${out}: the folder cannot be written there (${messageOf(error)})`,
      ['choose a folder that you may write to: --out DIR'],
      error,
    );
  }
}

/** From the target's start to its end. */
async function underSearch(request: CapacityRequest, run: RunContext, found: Found): Promise<OpenTarget> {
  const { reporter, interrupt, manifest, folder } = run;
  const reached: Reached = { stage: 'target', open: null, world: null };
  try {
    const k6 = await reporter.stage(
      'k6',
      (progress) => resolveK6({ progress, signal: interrupt }),
      ({ version, source }) => `${version} (${source})`,
    );
    const scripts = await bundleScenarios(path.join(folder.k6, 'scripts'));
    await manifest.update({ versions: { k6: k6.version } });
    const { open, world, abort } = await openAndIsolate(run, reached, request.poolSize ?? undefined);
    reached.stage = 'search';
    const shared: SearchWorld = { request, run, open, world, k6: k6.path, scripts };
    await search({ request, reporter, runStep: (...step) => runStep(shared, ...step) }, found, abort);
  } catch (error) {
    // Nothing was started yet that could be told of, and nothing written that must be removed.
    if (!reached.open) throw interrupt.aborted ? new InterruptedError() : error;
    await noteFailure(run, reached.stage, error, reached.open.target.secrets);
  } finally {
    await endWith(run, reached, (open, world) =>
      noteIfFailing(run, open, 'teardown', () => tearDownWorld(run, open, world)),
    );
  }
  // Whoever comes here has one.
  return reached.open as OpenTarget;
}

function sliceOf({ settings, poolSize }: CapacityRequest): Slice {
  return {
    tables: settings.popularity,
    tables_per_restaurant: settings.tables,
    zipf_exponent: settings.popularity === 'zipf' ? settings.zipf_exponent : null,
    restaurants: settings.restaurants,
    merged: settings.merged_share,
    conflicts: settings.conflict_share,
    watched: settings.watched_share,
    pool_size: poolSize,
  };
}
