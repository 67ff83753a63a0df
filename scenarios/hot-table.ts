import exec from 'k6/execution';
import { BARRIER_LEAD_MS, GRACEFUL_STOP_S, scriptedDuration } from '../plan/duration.ts';
import { Barrier } from './lib/barrier.ts';
import type { Calls } from './lib/calls.ts';
import { Environment } from './lib/environment.ts';
import { loadPlan } from './lib/plan.ts';
import { makeCalls, makeOptions, type Start, scenarioStart, startHistory } from './lib/scenario.ts';
import { summarise } from './lib/summary.ts';

/** Rounds of contenders: all processes call at the same instant, for overlapping windows of few tables. */
const environment = new Environment('hot-table');
const plan = loadPlan(environment.planFile, 'hot-table');
const rounds = plan.list('rounds', (hotTable) => hotTable.rounds);
const { processes, period_ms } = plan.settings;

export const options = makeOptions(
  {
    executor: 'per-vu-iterations',
    vus: processes,
    iterations: plan.settings.rounds,
    maxDuration: `${scriptedDuration(plan.settings).limit_s}s`,
    gracefulStop: `${GRACEFUL_STOP_S}s`,
  },
  plan.thresholds,
  environment,
);

export const setup = (): Start => startHistory(environment, plan.tag);
export const handleSummary = (data: never) => summarise(environment, plan.tag, data);

let calls: Calls | undefined;
let barrier: Barrier | undefined;

export default function hotTable(start: Start): void {
  calls ??= makeCalls(environment, plan, 'hot-table', processes);
  barrier ??= new Barrier(scenarioStart(start) + BARRIER_LEAD_MS * 1e6, period_ms);
  const round = exec.vu.iterationInScenario;
  const planned = rounds[round]?.calls[exec.vu.idInTest - 1];
  if (!planned) return;
  const { slot, ...input } = planned;
  const scheduled = barrier.wait(round);
  calls.assign(
    { ...input, require_adjacency: false },
    { round: { round, slot, scheduled }, expect: ['ok', 'P0001'] },
  );
}
