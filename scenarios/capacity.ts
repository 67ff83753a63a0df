import exec from 'k6/execution';
import { GRACEFUL_STOP_S } from '../plan/duration.ts';
import { arrivalRate } from '../plan/scenarios/capacity.ts';
import type { Calls } from './lib/calls.ts';
import { Environment } from './lib/environment.ts';
import { loadPlan } from './lib/plan.ts';
import { makeCalls, makeOptions, type Start, scenarioStart, startHistory } from './lib/scenario.ts';
import { summarise } from './lib/summary.ts';
import { watchStatus } from './lib/watch-status.ts';

/** Assignments at a constant rate in an open model: a slow target does not slow its own load down. */
const environment = new Environment('capacity');
const plan = loadPlan(environment.planFile, 'capacity');
const arrivals = plan.list('arrivals', (capacity) => capacity.arrivals);
const { duration_s, max_users } = plan.settings;
const rate = arrivalRate(plan.settings);

export const options = makeOptions(
  {
    executor: 'constant-arrival-rate',
    timeUnit: '1m',
    rate: Math.round(rate * 60),
    duration: `${duration_s}s`,
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

export default function capacity(start: Start): void {
  calls ??= makeCalls(environment, plan, 'capacity', max_users);
  const number = exec.scenario.iterationInTest;
  const arrival = arrivals[number];
  if (!arrival) return;
  // The latency counts from here, however late k6 or the target is. Dropped arrivals have no number: after the first,
  // numbers lag behind and latencies come out too long, never too short.
  const scheduled = Math.round(scenarioStart(start) + (number / rate) * 1e9);
  const round = { round: number, slot: null, scheduled };
  const { booking_id, table_ids, idempotency_key, expect } = arrival;
  const answer = calls.assign(
    {
      booking_id,
      table_ids,
      idempotency_key,
      require_adjacency: table_ids.length > 1,
      start_at: null,
      end_at: null,
    },
    { round, expect },
  );
  if (arrival.watched && answer.type === 'ok') watchStatus(calls, table_ids, round);
}
