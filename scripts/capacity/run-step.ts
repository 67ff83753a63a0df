import { writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { CapacityStep } from '../../contracts/capacity-result.ts';
import { messageOf } from '../../contracts/errors.ts';
import { writeJson } from '../../contracts/json-file.ts';
import type { Progress } from '../../contracts/progress.ts';
import { makeSubfolders, RunFolder } from '../../contracts/run-folder.ts';
import { TEARDOWN_VERSION, type TeardownResult } from '../../contracts/teardown-result.ts';
import { tearDown } from '../../teardown/teardown.ts';
import { type RunData, readRunData } from '../../verify/run-data.ts';
import { judgeRun } from '../../verify/verify.ts';
import { NestedReporter } from '../nested-reporter.ts';
import { ManifestFile } from '../run/manifest-file.ts';
import type { OpenTarget } from '../run/open-target.ts';
import { type PreparedWorld, seedPlan } from '../run/prepare-world.ts';
import { runScenarios } from '../run/scenarios.ts';
import type { RunContext } from '../run/under-load.ts';
import { writeEnd } from '../run/wind-down.ts';
import { watchMachineCpu } from './machine-cpu.ts';
import { brokenPromise, readStep } from './read-step.ts';
import type { CapacityRequest } from './request.ts';
import { planStep, sizeStep } from './step-plan.ts';

/** The target and its clone, which all steps of a search share. */
export interface SearchWorld {
  request: CapacityRequest;
  run: RunContext;
  open: OpenTarget;
  world: PreparedWorld;
  /** Path of k6, and of the scenario's script. */
  k6: string;
  scripts: Parameters<typeof runScenarios>[1]['scripts'];
}

export interface StepOutcome {
  step: CapacityStep;
  /** What the step's folder holds; the proof that all is gone looks at the last one's. */
  data: RunData;
  broken: { promise: string; title: string } | null;
}

/**
 * One step of the search: rows of its own are seeded, loaded, read and deleted again, and the verifier judges what
 * happened. Its files are a run folder, which `verify` and `report` take as any other.
 *
 * @param abort ends it early; what it throws then is the reason
 * @throws StressError when target or tool fails
 */
export async function runStep(
  { request, run: search, open, world, k6, scripts }: SearchWorld,
  { number, phase, rate }: Pick<CapacityStep, 'number' | 'phase' | 'rate'>,
  abort: AbortSignal,
  progress: Progress,
): Promise<StepOutcome> {
  const size = sizeStep(request, rate);
  const plan = planStep(request, { number, rate, size, anchor: Date.now() });
  const folder = await makeStepFolder(search.folder, number);
  await writeFile(folder.plan, `${JSON.stringify(plan)}\n`);
  const manifest = new ManifestFile(folder.manifest, {
    ...search.manifest.data,
    seed: plan.seed,
    started_at: new Date().toISOString(),
    runs: [],
  });
  await manifest.update({});
  const run: RunContext = {
    ...search,
    folder,
    plan,
    manifest,
    reporter: new NestedReporter(progress),
  };
  await seedPlan(run, world, abort);
  const cpu = watchMachineCpu();
  const limits = request.run.staging === null ? undefined : request.run.thresholds.staging;
  const stopped = await loadOf(run, abort, () =>
    runScenarios(run, { scenarios: ['capacity'], k6, scripts, open, world, abort, limits }),
  );
  const machine_cpu = cpu();
  await writeEnd(run, world);
  progress('deleting its rows');
  await writeJson(folder.teardown, await removeRows(world, plan.tag, open.temporary));
  await manifest.update({ ended_at: new Date().toISOString() });
  progress('verify');
  // So that a busy terminal shows it before the work blocks.
  await delay(0);
  const data = await readRunData(folder);
  const verdict = judgeRun(data);
  await writeJson(folder.verdict, verdict);
  const poolSize = open.servers?.poolSize ?? null;
  const step = await readStep(folder, data, verdict, {
    number,
    phase,
    rate,
    size,
    slo: request.slo,
    machine_cpu,
    poolSize,
    stopped,
  });
  return { step, data, broken: brokenPromise(verdict) };
}

/** Where a step has its files. */
export function stepFolderOf(root: RunFolder, number: number): RunFolder {
  return new RunFolder(`${root.root}/steps/${String(number).padStart(2, '0')}`);
}

async function makeStepFolder(root: RunFolder, number: number): Promise<RunFolder> {
  const folder = stepFolderOf(root, number);
  await makeSubfolders(folder);
  return folder;
}

/**
 * Runs the load. One that was stopped to spare the target is an answer: the rate is too much.
 *
 * @returns why it was stopped; null when it came to its end
 */
async function loadOf(
  { manifest }: RunContext,
  abort: AbortSignal,
  load: () => Promise<void>,
): Promise<string | null> {
  try {
    await load();
  } catch (error) {
    abort.throwIfAborted();
    const aborted = manifest.data.runs.at(-1)?.aborted ?? null;
    // k6 itself failed, or could not be started: nothing is said of the rate.
    if (aborted === null || aborted === 'it did not end') throw error;
    return aborted === 'interrupted' ? messageOf(error) : aborted;
  }
  return manifest.data.runs.at(-1)?.aborted ?? null;
}

/** Deletes a step's rows, so that each step meets tables of the same size. The schema stays for the next. */
async function removeRows(world: PreparedWorld, tag: string, whole: boolean): Promise<TeardownResult> {
  const { client, sql, description, known, schema } = world;
  const shared = await world.isShared(tag).catch(() => true);
  const result = await tearDown({
    client,
    sql,
    description,
    tag,
    known: shared ? null : known,
    shared,
    // On a shared project, reading all tables between steps would be a load of its own; the end does it once.
    untaggedBefore: whole ? world.untaggedBefore : null,
    source: whole ? world.source : null,
    removeIsolation: async () => ({
      schema,
      removed: false,
      stays: 'the search goes on in it',
      problems: [],
    }),
  });
  return { ...result, v: TEARDOWN_VERSION };
}
