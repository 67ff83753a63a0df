import { readdir, stat } from 'node:fs/promises';
import type { BoundaryObservation } from '../contracts/boundary-observation.ts';
import { UsageError } from '../contracts/errors.ts';
import { EXPLORE_VERSION, type ExploreResult, exploreResultSchema } from '../contracts/explore-result.ts';
import type { FaultEvent } from '../contracts/faults.ts';
import { readJson } from '../contracts/json-file.ts';
import { MANIFEST_VERSION, type Manifest, manifestSchema } from '../contracts/manifest.ts';
import { readBoundaries } from '../contracts/read-boundaries.ts';
import { readFaults } from '../contracts/read-faults.ts';
import type { RunFolder } from '../contracts/run-folder.ts';
import { STATUS_MATRIX_VERSION, type StatusMatrix, statusMatrixSchema } from '../contracts/status-matrix.ts';
import { TEARDOWN_VERSION, type TeardownResult, teardownResultSchema } from '../contracts/teardown-result.ts';
import { type Thresholds, thresholdsSchema } from '../contracts/thresholds.ts';
import { type History, readHistory } from '../history/read.ts';
import { PLAN_VERSION, type Plan } from '../plan/plan.ts';
import { planSchema } from '../plan/schema.ts';
import type { Booking } from '../plan/world.ts';
import { believeClocks } from './believed-clocks.ts';
import { type FinalState, readFinalState } from './final-state.ts';
import { type Observed, readObservations } from './observations.ts';

/** Everything that a verdict is made of, as read from the run folder. */
export interface RunData {
  manifest: Manifest;
  thresholds: Thresholds | null;
  plan: Plan;
  bookings: Map<string, Booking>;
  history: History;
  /** What was seen of target and load generator, by scenario; nothing for those that were not watched. */
  observations: Map<string, Observed>;
  /** Stored statuses around boundaries that a virtual clock was stepped across; null: none, or not to the end. */
  boundaries: BoundaryObservation[] | null;
  /** Faults that were injected; none in most runs. */
  faults: FaultEvent[];
  /** null: the run ended before the final state was read. */
  finalState: FinalState | null;
  /** null: teardown did not run. */
  teardown: TeardownResult | null;
  /** null: the run ended before it, has no scenario that it belongs to, or is older than it. */
  statusMatrix: StatusMatrix | null;
  /** null: the run was not to explore, ended before it, or is older than it. */
  explored: ExploreResult | null;
}

/** What is planned and recorded of calls: enough to tell what they did, without what was found afterwards. */
export type RecordedRun = Pick<RunData, 'manifest' | 'plan' | 'bookings' | 'history' | 'boundaries'>;

/**
 * @param read how the history is read
 * @throws UsageError when a file is missing, damaged, of another run or of a newer format
 */
export async function readRunData(folder: RunFolder, read = readHistory): Promise<RunData> {
  const manifest = await readJson(folder.manifest, manifestSchema, MANIFEST_VERSION);
  const plan = (await readJson(folder.plan, planSchema, PLAN_VERSION)) as unknown as Plan;
  const history = await read(folder.history, manifest.run);
  await noteMissingFiles(folder, manifest, history);
  believeClocks(manifest, history.anchors);
  const hasTeardown = await stat(folder.teardown).catch(() => null);
  const hasMatrix = await stat(folder.statusMatrix).catch(() => null);
  refuseForeign(folder.plan, plan.tag, manifest.run);
  const thresholds = thresholdsSchema.safeParse(manifest.thresholds);
  const teardown = hasTeardown
    ? await readJson(folder.teardown, teardownResultSchema, TEARDOWN_VERSION)
    : null;
  if (teardown) refuseForeign(folder.teardown, teardown.run, manifest.run);
  const statusMatrix = hasMatrix
    ? await readJson(folder.statusMatrix, statusMatrixSchema, STATUS_MATRIX_VERSION)
    : null;
  if (statusMatrix) refuseForeign(folder.statusMatrix, statusMatrix.run, manifest.run);
  const explored = (await stat(folder.exploreResult).catch(() => null))
    ? await readJson(folder.exploreResult, exploreResultSchema, EXPLORE_VERSION)
    : null;
  if (explored) refuseForeign(folder.exploreResult, explored.run, manifest.run);
  return {
    manifest,
    thresholds: thresholds.success ? thresholds.data : null,
    plan,
    bookings: new Map(plan.world.bookings.map((booking) => [booking.id, booking])),
    history,
    observations: await readObservations(folder),
    boundaries: await readBoundaries(folder.boundaries, manifest.run),
    faults: await readFaults(folder.faults, manifest.run),
    finalState: await readFinalState(folder.finalState),
    teardown,
    statusMatrix,
    explored,
  };
}

/** A runner that has no file at all lacks every record. */
async function noteMissingFiles(folder: RunFolder, manifest: Manifest, history: History): Promise<void> {
  const files = await readdir(folder.history);
  for (const { runner } of manifest.runs) {
    if (!files.includes(`${runner}.ndjson`)) history.incomplete.set(runner, 'its history file is missing');
  }
}

function refuseForeign(file: string, run: string, expected: string): void {
  if (run === expected) return;
  throw new UsageError(`${file}: belongs to run ${run}, not to run ${expected}`, [
    'keep each run in its own folder',
  ]);
}
