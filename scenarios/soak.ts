import exec from 'k6/execution';
import { GRACEFUL_STOP_S } from '../plan/duration.ts';
import type { Calls } from './lib/calls.ts';
import { Environment } from './lib/environment.ts';
import { loadPlan } from './lib/plan.ts';
import { makeCalls, makeOptions, type Start, scenarioStart, startHistory } from './lib/scenario.ts';
import { summarise } from './lib/summary.ts';

/** A steady rate of visits to the same tables: what is quick in the beginning must be quick in the end. */
const environment = new Environment('soak');
const plan = loadPlan(environment.planFile, 'soak');
const visits = plan.list('visits', (soak) => soak.visits);
const { rate_per_s, duration_s, max_users } = plan.settings;

export const options = makeOptions(
  {
    executor: 'constant-arrival-rate',
    timeUnit: '1m',
    rate: Math.round(rate_per_s * 60),
    duration: `${duration_s}s`,
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

export default function soak(start: Start): void {
  calls ??= makeCalls(environment, plan, 'soak', max_users);
  const arrival = exec.scenario.iterationInTest;
  const visit = visits[arrival % visits.length];
  if (!visit) return;
  const { booking_id, table_ids, idempotency_key } = visit;
  const scheduled = scenarioStart(start) + (arrival / rate_per_s) * 1e9;
  calls.assign(
    {
      booking_id,
      table_ids,
      idempotency_key: `${idempotency_key}-${arrival}`,
      require_adjacency: false,
      start_at: null,
      end_at: null,
    },
    { round: { round: arrival, slot: null, scheduled: Math.round(scheduled) }, expect: ['ok', 'P0001'] },
  );
  calls.status({ table_ids }, { expect: ['ok'] });
  calls.unassign({ booking_id, table_ids: null }, { expect: ['ok'] });
}
