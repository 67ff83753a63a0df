import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { measureLevel } from '../../capacity/scalability/measure.ts';
import { TargetError } from '../../contracts/errors.ts';
import { writeJson } from '../../contracts/json-file.ts';
import { readLooks } from '../../contracts/read-looks.ts';
import { makeSubfolders, RunFolder } from '../../contracts/run-folder.ts';
import type { ScalabilityMeasurement } from '../../contracts/scalability-result.ts';
import { makePlan } from '../../plan/plan.ts';
import { markAlive } from '../../teardown/liveness.ts';
import { readRunData } from '../../verify/run-data.ts';
import { judgeRun } from '../../verify/verify.ts';
import { firstManifest, ManifestFile } from '../run/manifest-file.ts';
import { seedPlan } from '../run/prepare-world.ts';
import { freshTag } from '../run/request.ts';
import { runScenarios } from '../run/scenarios.ts';
import { noteFailure, type RunContext } from '../run/under-load.ts';
import { tearDownWorld, writeEnd } from '../run/wind-down.ts';
import type { StageReporter } from '../stage-reporter.ts';
import { type PlannedLevel, settingsOf } from './request.ts';
import type { Session, SessionContext } from './session.ts';

/**
 * One measurement: rows of its own, load, final state, teardown, verdict, figures. A run folder like any other, so that
 * `verify` and `report` work on it.
 *
 * @throws StressError when the level could not be measured; its rows are gone then, too
 */
export async function runLevel(
  context: SessionContext,
  session: Session,
  level: PlannedLevel,
  reporter: StageReporter,
): Promise<ScalabilityMeasurement> {
  const run = await prepareRun(context, session, level, reporter);
  await underLoad(run, session);
  await run.manifest.update({ ended_at: new Date().toISOString() });
  const data = await readRunData(run.folder);
  const verdict = judgeRun(data);
  await writeJson(run.folder.verdict, verdict);
  const { failure } = run.manifest.data;
  if (failure !== null) throw new TargetError(`stage ${failure.stage}: ${failure.message}`);
  const { operations, anchors } = data.history;
  const anchor = anchors.get('scalability');
  if (!anchor || operations.length === 0) {
    throw new TargetError('the level has no complete history', [`see ${run.folder.k6LogOf('scalability')}`]);
  }
  const { warm_up_s, duration_s } = context.request.schedule;
  return measureLevel({
    ...level,
    folder: path.relative(context.root, run.folder.root),
    operations,
    anchor,
    observations: await readLooks(run.folder.observationsOf('scalability')),
    verdict,
    warm_up_s,
    duration_s,
    poolSize: session.open.servers?.poolSize ?? null,
  });
}

async function prepareRun(
  { request, root, interrupt }: SessionContext,
  { base }: Session,
  level: PlannedLevel,
  reporter: StageReporter,
): Promise<RunContext> {
  const startedAt = Date.now();
  const tag = freshTag();
  // Each repetition draws its own tables; all levels of one have the same.
  const seed = request.run.seed + level.repetition;
  const folder = new RunFolder(path.join(root, 'levels', nameOf(level)));
  await makeSubfolders(folder);
  const plan = makePlan({
    seed,
    tag,
    anchor: startedAt,
    profileName: 'scalability',
    profile: {
      background: { restaurants: 0, bookings_per_restaurant: 0 },
      scenarios: { scalability: settingsOf(request, level) },
    },
    scenarios: ['scalability'],
    thresholds: {},
  });
  await writeFile(folder.plan, `${JSON.stringify(plan)}\n`);
  const { target, versions, isolation, database_clock, time_limits } = base.manifest.data;
  const own = { ...request.run, tag, seed };
  const manifest = new ManifestFile(folder.manifest, {
    ...(await firstManifest(own, startedAt)),
    profile: 'scalability',
    target,
    versions,
    isolation,
    database_clock,
    time_limits,
  });
  await manifest.update({});
  return { request: own, folder, plan, manifest, reporter, interrupt, previousFingerprint: null };
}

/** From seeding to teardown; a failure on the way is noted in the manifest, which the verdict reads. */
async function underLoad(run: RunContext, { open, world, k6, scripts, abort }: Session): Promise<void> {
  const own = { ...world, removeIsolation: null };
  let stage = 'seed';
  try {
    if (world.sql) await markAlive(world.sql, run.plan.tag);
    await seedPlan(run, own, abort);
    stage = 'scenarios';
    await mkdir(run.folder.observations, { recursive: true });
    const load = { k6: k6.path, scripts, open, world: own, abort };
    await runScenarios(run, { ...load, scenarios: ['scalability'] });
    if (!open.isLost()) await writeEnd(run, own);
  } catch (error) {
    await noteFailure(run, stage, error, open.target.secrets);
  } finally {
    await tearDownWorld(run, open, own);
  }
}

/** `n08-r2`: names sort by concurrency. */
function nameOf({ concurrency, repetition }: PlannedLevel): string {
  return `n${String(concurrency).padStart(3, '0')}-r${repetition}`;
}
