import { readFile } from 'node:fs/promises';
import { measureCrowd } from '../../capacity/crowd.ts';
import { findLimit, type LimitSettings } from '../../capacity/limit.ts';
import { isError, measureStep } from '../../capacity/measure-step.ts';
import { judgeStep } from '../../capacity/slo.ts';
import type { Slo } from '../../contracts/capacity-limits.ts';
import type { CapacityStep } from '../../contracts/capacity-result.ts';
import { databaseCountersSchema } from '../../contracts/database-counters.ts';
import { readLooks } from '../../contracts/read-looks.ts';
import type { RunFolder } from '../../contracts/run-folder.ts';
import { mergeVerdicts, type Verdict } from '../../contracts/verdict.ts';
import type { RunData } from '../../verify/run-data.ts';
import type { StepSize } from './step-plan.ts';

const SCENARIO = 'capacity';

export interface StepContext {
  number: number;
  phase: CapacityStep['phase'];
  rate: number;
  size: StepSize;
  slo: Slo;
  machine_cpu: number | null;
  /** Connections of the API's pool; null: as many as were seen. */
  poolSize: number | null;
  /** Why the load did not come to its end; null when it did. */
  stopped: string | null;
}

/** Makes a step of the result from the files that its run left. */
export async function readStep(
  folder: RunFolder,
  run: RunData,
  verdict: Verdict,
  context: StepContext,
): Promise<CapacityStep> {
  const { number, phase, rate, size, slo } = context;
  const observed = run.observations.get(SCENARIO);
  const dropped = observed?.dropped ?? 0;
  const { start_lag_ms, ...measured } = measureStep(run.history.operations, {
    duration_s: size.duration_s,
    dropped,
    percentiles: slo.latency.map(({ percentile }) => percentile),
  });
  const facts = {
    number,
    phase,
    rate,
    duration_s: size.duration_s,
    dropped,
    ...measured,
    observed: {
      ...measureCrowd(await readLooks(folder.observationsOf(SCENARIO))),
      connections: context.poolSize ?? (await readConnections(folder)),
      generator_cpu: observed?.generator_cpu ?? null,
      machine_cpu: context.machine_cpu,
      start_lag_ms,
      virtual_users: size.users,
      virtual_users_wanted: size.usersWanted,
    },
  };
  const judged = judgeStep(facts, slo);
  const correctness = judgeCorrectness(verdict, run, judged.holds && context.stopped === null);
  const reasons = [...judged.reasons];
  if (context.stopped !== null) reasons.unshift({ criterion: 'stopped', text: context.stopped });
  if (correctness.verdict !== 'pass' && correctness.note !== null) {
    reasons.push({ criterion: 'correctness', text: correctness.note });
  }
  const holds = reasons.length === 0;
  return {
    ...facts,
    correctness: correctness.verdict,
    correctness_note: correctness.note,
    holds,
    clear: context.stopped !== null || (holds || judged.reasons.length > 0 ? judged.clear : false),
    reasons,
    limit: holds ? null : findLimit(facts, limitSettings(run, slo)),
  };
}

function limitSettings({ thresholds }: RunData, slo: Slo): LimitSettings {
  return {
    max_generator_cpu: thresholds?.contention.max_generator_cpu ?? 1,
    latency_ms: Math.min(...slo.latency.map(({ ms }) => ms)),
  };
}

/**
 * Whether promises were kept in a step. `isolated` is about the whole search, and what had nothing to check, such as
 * merges in a load without any, is not part of the slice. A step that breaks the SLO anyway need not be complete.
 */
function judgeCorrectness(
  verdict: Verdict,
  run: RunData,
  complete: boolean,
): { verdict: CapacityStep['correctness']; note: string | null } {
  const results = verdict.invariants.filter(
    ({ id, verdict: value, checked, summary }) =>
      !(value === 'unknown' && checked.count === 0 && summary === `no ${checked.of} to check`) &&
      (id !== 'isolated' || value === 'fail'),
  );
  const broken = results.find((result) => result.verdict === 'fail');
  if (broken) return { verdict: 'fail', note: `${broken.id}: ${broken.summary}` };
  const value = mergeVerdicts(results.map((result) => result.verdict));
  const open = results.find((result) => result.verdict === 'unknown');
  if (open) return { verdict: value, note: `${open.id} could not be decided: ${open.summary}` };
  if (results.length === 0) return { verdict: 'unknown', note: 'no promise was checked' };
  const [gap] = run.history.incomplete.values();
  if (complete && gap !== undefined) return { verdict: 'unknown', note: `the history is incomplete: ${gap}` };
  const recorded = run.history.operations.filter((operation) => !isError(operation)).length;
  return recorded === 0
    ? { verdict: 'unknown', note: 'no call was answered' }
    : { verdict: value, note: null };
}

/** The promise that a step broke, with its first violation; null when it broke none. */
export function brokenPromise(verdict: Verdict): { promise: string; title: string } | null {
  const broken = verdict.invariants.find((result) => result.verdict === 'fail');
  return broken ? { promise: broken.id, title: broken.violations[0]?.title ?? broken.summary } : null;
}

async function readConnections(folder: RunFolder): Promise<number | null> {
  try {
    const text = await readFile(folder.countersOf(SCENARIO), 'utf8');
    return databaseCountersSchema.parse(JSON.parse(text)).api_connections;
  } catch {
    return null;
  }
}
