import { DIAGNOSIS_VERSION, type Diagnosis, type DiagnosisFinding } from '../contracts/diagnosis.ts';
import { writeJson } from '../contracts/json-file.ts';
import type { RunFolder } from '../contracts/run-folder.ts';
import { thresholdsSchema } from '../contracts/thresholds.ts';
import { type RunEvidence, readEvidence, type ScenarioEvidence } from './evidence.ts';
import { explainAnswers } from './findings/answers.ts';
import { explainDeadlocks } from './findings/deadlocks.ts';
import { explainWaits } from './findings/waits.ts';
import { explainGenerator, explainRetries, explainScans } from './findings/work.ts';
import { insightOf } from './insight.ts';

/**
 * Explains a run from its folder alone: reads history, observations, counters and the server's log, writes
 * diagnosis.json and returns it.
 *
 * @throws UsageError when the folder's manifest or history cannot be read
 */
export async function diagnoseRun(folder: RunFolder): Promise<Diagnosis> {
  const diagnosis = diagnose(await readEvidence(folder));
  await writeJson(folder.diagnosis, diagnosis);
  return diagnosis;
}

/** What explains a run, ranked by how much of it. Pure. */
export function diagnose({ manifest, scenarios }: RunEvidence): Diagnosis {
  const thresholds = thresholdsSchema.safeParse(manifest.thresholds);
  const cpuLimit = thresholds.success ? thresholds.data.contention.max_generator_cpu : 1;
  const findings = scenarios.flatMap((evidence): DiagnosisFinding[] => [
    ...explainAnswers(evidence),
    ...explainDeadlocks(evidence),
    ...explainWaits(evidence),
    ...explainScans(evidence),
    ...explainRetries(evidence),
    ...explainGenerator(evidence, cpuLimit),
  ]);
  const not_observed = scenarios.flatMap(({ counters }) => counters?.not_observed ?? []);
  return {
    v: DIAGNOSIS_VERSION,
    run: manifest.run,
    findings: findings.sort((a, b) => b.share - a.share),
    scenarios: scenarios.map((evidence) => insightOf(evidence, cpuLimit)),
    not_observed: [...new Map(not_observed.map((each) => [each.what, each])).values()],
    observing_share: observingShare(scenarios),
  };
}

function observingShare(scenarios: readonly ScenarioEvidence[]): number | null {
  let looking = 0;
  let whole = 0;
  for (const { looks } of scenarios) {
    const [first, last] = [looks[0], looks.at(-1)];
    if (first && last) whole += last.at_ms - first.at_ms;
    for (const { look_ms } of looks) looking += look_ms ?? 0;
  }
  return whole === 0 || looking === 0 ? null : Math.round(Math.min(1, looking / whole) * 10_000) / 10_000;
}
