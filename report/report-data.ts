import { readFile, stat } from 'node:fs/promises';
import type { BoundaryObservation } from '../contracts/boundary-observation.ts';
import { DIAGNOSIS_VERSION, type Diagnosis, diagnosisSchema } from '../contracts/diagnosis.ts';
import { messageOf, UsageError } from '../contracts/errors.ts';
import { EXPLORE_VERSION, type ExploreResult, exploreResultSchema } from '../contracts/explore-result.ts';
import type { FaultEvent } from '../contracts/faults.ts';
import { readJson } from '../contracts/json-file.ts';
import { MANIFEST_VERSION, type Manifest, manifestSchema } from '../contracts/manifest.ts';
import { readBoundaries } from '../contracts/read-boundaries.ts';
import { readFaults } from '../contracts/read-faults.ts';
import { REPRO_VERSION, type Repro, reproSchema } from '../contracts/repro.ts';
import type { RunFolder } from '../contracts/run-folder.ts';
import { STATUS_MATRIX_VERSION, type StatusMatrix, statusMatrixSchema } from '../contracts/status-matrix.ts';
import { TEARDOWN_VERSION, type TeardownResult, teardownResultSchema } from '../contracts/teardown-result.ts';
import { VERDICT_VERSION, type Verdict, verdictSchema } from '../contracts/verdict.ts';
import { type History, readHistory } from '../history/read.ts';
import { PLAN_VERSION, type Plan } from '../plan/plan.ts';
import { planSchema } from '../plan/schema.ts';
import { Effects } from '../verify/effects.ts';
import { type Freshness, measureFreshness } from '../verify/freshness/freshness.ts';

/** What the reports are made of. Only the verdict is certain to be there: a run can end at any point. */
export interface ReportData {
  verdict: Verdict;
  manifest: Manifest | null;
  plan: Plan | null;
  history: History | null;
  teardown: TeardownResult | null;
  /** null: no scenario of the run has it, or the run ended before it. */
  statusMatrix: StatusMatrix | null;
  /** Interleavings that were run beside the load; null: none were to be. */
  explored: ExploreResult | null;
  /** Which violations could be provoked again; null when none was replayed. */
  repro: Repro | null;
  /** How long stored statuses were stale at boundaries; null when the run watched none. */
  freshness: Freshness | null;
  /** null: nobody explained the run. */
  diagnosis: Diagnosis | null;
  /** Faults that were injected; none in most runs. */
  faults: FaultEvent[];
  /** What could not be read, and what the report lacks for it; one sentence each. */
  gaps: string[];
}

/**
 * Reads the run folder as far as it goes: everything but the verdict may be missing or damaged.
 *
 * @throws UsageError when verdict.json is missing, damaged or of a newer format
 */
export async function readReportData(folder: RunFolder): Promise<ReportData> {
  const verdict = await readVerdict(folder);
  const gaps: string[] = [];
  const attempt = async <T>(what: string, read: () => Promise<T>): Promise<T | null> => {
    try {
      return await read();
    } catch (error) {
      // The report goes to people who do not have this machine's folders.
      gaps.push(`${what}: ${messageOf(error).replaceAll(`${folder.root}/`, '')}`);
      return null;
    }
  };
  // Not every run has each file: one that is not there is no gap.
  const ifThere = async <T>(file: string, what: string, read: () => Promise<T>): Promise<T | null> =>
    (await stat(file).catch(() => null)) ? attempt(what, read) : null;
  const data: Omit<ReportData, 'freshness'> = {
    verdict,
    manifest: await attempt('without the manifest, what was tested is not shown', () =>
      readJson(folder.manifest, manifestSchema, MANIFEST_VERSION),
    ),
    plan: await attempt(
      'without the plan, charts do not follow its rhythm',
      async () => (await readJson(folder.plan, planSchema, PLAN_VERSION)) as unknown as Plan,
    ),
    history: await attempt('without the history there are no charts over time', () =>
      readHistory(folder.history, verdict.run),
    ),
    teardown: await attempt('without teardown.json, what is left is not known', () =>
      readJson(folder.teardown, teardownResultSchema, TEARDOWN_VERSION),
    ),
    statusMatrix: await ifThere(
      folder.statusMatrix,
      'without status-matrix.json its cases are not shown',
      () => readJson(folder.statusMatrix, statusMatrixSchema, STATUS_MATRIX_VERSION),
    ),
    explored: await ifThere(
      folder.exploreResult,
      'without explore/explore.json interleavings are not shown',
      () => readJson(folder.exploreResult, exploreResultSchema, EXPLORE_VERSION),
    ),
    diagnosis: await ifThere(folder.diagnosis, 'without diagnosis.json, causes are not shown', () =>
      readJson(folder.diagnosis, diagnosisSchema, DIAGNOSIS_VERSION),
    ),
    faults:
      (await attempt('without faults.ndjson, what was injected is not shown', () =>
        readFaults(folder.faults, verdict.run),
      )) ?? [],
    repro: await ifThere(
      folder.repro,
      'without repro.json it is not known what could be provoked again',
      () => readJson(folder.repro, reproSchema, REPRO_VERSION),
    ),
    gaps,
  };
  const freshness = await attempt(
    'without boundaries.ndjson, staleness at boundaries is not known',
    async () => freshnessOf(data, await readBoundaries(folder.boundaries, verdict.run)),
  );
  return { ...data, freshness };
}

function freshnessOf(
  { manifest, plan, history }: Omit<ReportData, 'freshness'>,
  boundaries: BoundaryObservation[] | null,
): Freshness | null {
  if (!manifest || !plan || !history) return null;
  const bookings = new Map(plan.world.bookings.map((booking) => [booking.id, booking]));
  const run = { manifest, plan, history, bookings, boundaries };
  return measureFreshness(run, new Effects(run));
}

async function readVerdict(folder: RunFolder): Promise<Verdict> {
  await readFile(folder.verdict).catch((error: unknown) => {
    throw new UsageError(
      `${folder.verdict}: there is no verdict to report (${messageOf(error)})`,
      [`run \`npm run stress -- verify ${folder.root}\` first`],
      error,
    );
  });
  return readJson(folder.verdict, verdictSchema, VERDICT_VERSION);
}
