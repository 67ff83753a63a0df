import path from 'node:path';
import { makeSubfolders, RunFolder } from '../../contracts/run-folder.ts';
import type { ScenarioName } from '../../contracts/thresholds.ts';
import { makePlan, type Plan } from '../../plan/plan.ts';
import { resolveK6 } from '../../target/k6/resolve.ts';
import { type Isolated, openAndIsolate, type Reached } from '../run/before-load.ts';
import { bundleScenarios } from '../run/bundle.ts';
import { firstManifest, ManifestFile } from '../run/manifest-file.ts';
import { endWith, type RunContext } from '../run/under-load.ts';
import { tearDownWorld } from '../run/wind-down.ts';
import type { StageReporter } from '../stage-reporter.ts';
import type { ScalabilityRequest } from './request.ts';

/** One target and one clone of its application, for measurements one after the other. */
export interface Session extends Isolated {
  /** The run that made the clone; its manifest says what the clone is. */
  base: RunContext;
  k6: { path: string; version: string };
  scripts: Record<ScenarioName, string>;
}

export interface SessionContext {
  request: ScalabilityRequest;
  /** Where the files of all measurements go. */
  root: string;
  startedAt: number;
  reporter: StageReporter;
  interrupt: AbortSignal;
}

/**
 * Opens the target, clones its application, hands both to `action`, and removes them again however that ends; the proof
 * is in `clone/teardown.json`.
 */
export async function withSession<T>(
  context: SessionContext,
  action: (session: Session) => Promise<T>,
): Promise<T> {
  const { request, reporter, interrupt } = context;
  const k6 = await reporter.stage(
    'k6',
    (progress) => resolveK6({ progress, signal: interrupt }),
    ({ version, source }) => `${version} (${source})`,
  );
  const base = await openBase(context);
  const scripts = await bundleScenarios(path.join(base.folder.k6, 'scripts'));
  await base.manifest.update({ versions: { k6: k6.version } });
  const reached: Reached = { stage: 'target', open: null, world: null };
  try {
    const isolated = await openAndIsolate(base, reached, request.slice.pool_size ?? undefined);
    return await action({ ...isolated, base, k6, scripts });
  } finally {
    await endWith(base, reached, (open, world) => tearDownWorld(base, open, world));
  }
}

/** The run that owns the clone and has no rows. */
async function openBase({
  request,
  root,
  startedAt,
  reporter,
  interrupt,
}: SessionContext): Promise<RunContext> {
  const folder = new RunFolder(path.join(root, 'clone'));
  await makeSubfolders(folder);
  const manifest = new ManifestFile(folder.manifest, await firstManifest(request.run, startedAt));
  await manifest.update({});
  const plan: Plan = makePlan({
    seed: request.run.seed,
    tag: request.run.tag,
    anchor: startedAt,
    profileName: 'scalability',
    profile: { background: { restaurants: 0, bookings_per_restaurant: 0 }, scenarios: {} },
    scenarios: [],
    thresholds: {},
  });
  return { request: request.run, folder, plan, manifest, reporter, interrupt, previousFingerprint: null };
}
