import { writeJson } from '../../contracts/json-file.ts';
import { PREPARED_VERSION, type Prepared } from '../../contracts/prepared.ts';
import { beforeLoad, type Reached } from './before-load.ts';
import type { PreparedWorld } from './prepare-world.ts';
import { leaveOutUnsupported, loadEnvironment } from './scenarios.ts';
import { type RunContext, windDown } from './under-load.ts';

/**
 * The stages before the load, and no further: rows and isolated schema stay for load generators elsewhere, and what has to
 * be known when their records are collected is written into the run folder. When it fails, what was made is removed.
 *
 * @throws StressError when it fails or is interrupted
 */
export async function prepareLoad(run: RunContext): Promise<void> {
  const { folder, manifest, request } = run;
  const reached: Reached = { stage: 'target', open: null, world: null };
  let ready = false;
  try {
    await manifest.update({
      kept: true,
      load: { runners: request.runners, where: 'elsewhere', collected_at: null },
    });
    const { open, world, abort } = await beforeLoad(run, reached);
    const scenarios = await leaveOutUnsupported(run, world);
    abort.throwIfAborted();
    const environments = scenarios.map((name) => [name, loadEnvironment(open.target, world, name)]);
    await writeJson(folder.prepared, await preparedFrom(run, world, Object.fromEntries(environments)));
    ready = true;
  } finally {
    if (ready) {
      await reached.world?.marks?.release();
      await reached.world?.close();
      await reached.open?.close();
    } else {
      await windDown({ ...run, request: { ...request, keep: false } }, reached.open, reached.world);
    }
  }
}

async function preparedFrom(
  { plan }: RunContext,
  world: PreparedWorld,
  environment: Prepared['environment'],
): Promise<Prepared> {
  const { known, source, schemaCreatedAt, untaggedBefore } = world;
  return {
    v: PREPARED_VERSION,
    run: plan.tag,
    prepared_at: new Date().toISOString(),
    schema_created_at: schemaCreatedAt,
    untagged_before: untaggedBefore,
    known: known && Object.fromEntries([...known].map(([table, keys]) => [table, [...keys]])),
    source,
    shared: await world.isShared(plan.tag),
    environment,
  };
}
