import exec from 'k6/execution';
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
    maxDuration: `${Math.ceil((plan.settings.rounds * period_ms) / 1000) * 3 + 120}s`,
    gracefulStop: '45s',
  },
  plan.thresholds,
);

export const setup = (): Start => startHistory(environment, plan.tag);
export const handleSummary = (data: never) => summarise(environment, plan.tag, data);

/** Lets every virtual user reach the first barrier in time. */
const LEAD = 300e6;

let calls: Calls | undefined;
let barrier: Barrier | undefined;

export default function hotTable(start: Start): void {
  calls ??= makeCalls(environment, plan.tag, 'hot-table', processes);
  barrier ??= new Barrier(scenarioStart(start) + LEAD, period_ms);
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
