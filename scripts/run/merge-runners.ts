import { writeJson } from '../../contracts/json-file.ts';
import type { ScenarioRun } from '../../contracts/manifest.ts';
import type { RunFolder } from '../../contracts/run-folder.ts';
import type { ScenarioName } from '../../contracts/thresholds.ts';
import { readAnchor } from '../../history/anchor.ts';
import type { Plan } from '../../plan/plan.ts';
import { readDurations } from '../../runners/durations.ts';
import { mergeSummaries } from '../../runners/merge-summaries.ts';
import { readSummary } from '../../runners/summary.ts';
import { crossedThresholds } from '../../runners/thresholds.ts';

/**
 * Brings together what the load generators of one scenario left in the run folder: one summary, the thresholds judged
 * once over all calls, and each one's clock for the manifest.
 *
 * @param entries of the scenario's load generators; what was found is noted in them
 * @param clockError how far each machine's wall clock may be off, milliseconds; 0 for load generators of one machine
 */
export async function mergeRunners(
  folder: RunFolder,
  plan: Plan,
  scenario: ScenarioName,
  entries: readonly ScenarioRun[],
  clockError: number,
): Promise<void> {
  const runners = entries.map(({ runner }) => runner);
  for (const entry of entries) {
    entry.clock = await clockOf(folder.historyOf(entry.runner), clockError);
  }
  const summaries = await Promise.all(runners.map((runner) => readSummary(folder.k6SummaryOf(runner))));
  const durations = await readDurations(runners.map((runner) => folder.historyOf(runner)));
  const merged = mergeSummaries(
    summaries.filter((summary) => summary !== null),
    runners,
    durations,
  );
  await writeJson(folder.k6SummaryOf(scenario), merged);
  const dropped = merged.metrics.dropped_iterations?.values.count ?? 0;
  const crossed = crossedThresholds(plan.thresholds[scenario] ?? [], { durations, dropped });
  const [first] = entries;
  if (first) first.thresholds_crossed = crossed.map((each) => `${scenario}: ${each}`);
}

/** What a history file says of its clock, with `more` milliseconds of error; null when it says nothing. */
export async function clockOf(file: string, more = 0): Promise<ScenarioRun['clock']> {
  const anchor = await readAnchor(file);
  return anchor && { wall_ms: anchor.wall_ms, error_ms: anchor.error_ms + more };
}
