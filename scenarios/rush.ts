import exec from 'k6/execution';
import { serviceStages } from '../plan/arrivals.ts';
import { GRACEFUL_STOP_S } from '../plan/duration.ts';
import type { Calls } from './lib/calls.ts';
import { seat } from './lib/diner.ts';
import { Environment } from './lib/environment.ts';
import { loadPlan } from './lib/plan.ts';
import { makeCalls, makeOptions, type Start, scenarioStart, startHistory } from './lib/scenario.ts';
import { summarise } from './lib/summary.ts';

/** A dinner service in an open model: diners arrive when they arrive, whatever became of those before. */
const environment = new Environment('rush');
const plan = loadPlan(environment.planFile, 'rush');
const diners = plan.list('diners', (rush) => rush.diners);
const { max_users } = plan.settings;
const { start_rate_per_s, stages } = serviceStages(plan.settings);

/** k6 counts whole arrivals in a time unit. */
const perMinute = (rate: number): number => Math.round(rate * 60);

export const options = makeOptions(
  {
    executor: 'ramping-arrival-rate',
    timeUnit: '1m',
    startRate: perMinute(start_rate_per_s),
    stages: stages.map(({ rate_per_s, duration_s }) => ({
      target: perMinute(rate_per_s),
      duration: `${Math.round(duration_s * 1000)}ms`,
    })),
    // All from the beginning: k6 makes further ones during the test, one at a time.
    preAllocatedVUs: max_users,
    maxVUs: max_users,
    gracefulStop: `${GRACEFUL_STOP_S}s`,
  },
  plan.thresholds,
  environment,
);

export const setup = (): Start => startHistory(environment, plan.tag);
export const handleSummary = (data: never) => summarise(environment, plan.tag, data);

let calls: Calls | undefined;

export default function rush(start: Start): void {
  calls ??= makeCalls(environment, plan, 'rush', max_users);
  const round = exec.scenario.iterationInTest;
  const diner = diners[round];
  if (!diner) return;
  seat(calls, diner, { round, slot: null, scheduled: scenarioStart(start) + diner.arrival_ms * 1e6 });
}
