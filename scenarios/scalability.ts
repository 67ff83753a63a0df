import exec from 'k6/execution';
import { GRACEFUL_STOP_S } from '../plan/duration.ts';
import type { Caller, Turn } from '../plan/scenarios/scalability.ts';
import type { Calls } from './lib/calls.ts';
import { Environment } from './lib/environment.ts';
import { loadPlan } from './lib/plan.ts';
import { makeCalls, makeOptions, type Start, startHistory } from './lib/scenario.ts';
import { summarise } from './lib/summary.ts';

/** A closed model: so many processes take tables and give them back, without a pause. */
const environment = new Environment('scalability');
const plan = loadPlan(environment.planFile, 'scalability');
const callers = plan.list('callers', (scalability) => scalability.callers);
const { processes, duration_s } = plan.settings;

export const options = makeOptions(
  {
    executor: 'constant-vus',
    vus: processes,
    duration: `${duration_s}s`,
    gracefulStop: `${GRACEFUL_STOP_S}s`,
  },
  plan.thresholds,
  environment,
);

export const setup = (): Start => startHistory(environment, plan.tag);
export const handleSummary = (data: never) => summarise(environment, plan.tag, data);

let calls: Calls | undefined;
let caller: Caller | undefined;

export default function scalability(): void {
  calls ??= makeCalls(environment, plan, 'scalability', processes);
  const begins = caller === undefined;
  caller ??= callers[exec.vu.idInTest - 1];
  if (!caller) return;
  if (begins) for (const turn of caller.opening) take(calls, turn);
  const turn = caller.turns[exec.vu.iterationInScenario % caller.turns.length];
  if (turn) take(calls, turn);
}

/** Takes tables and gives them back. A conflict leaves nothing to be given back; an unknown outcome may. */
function take(calls: Calls, { booking_id, table_ids, idempotency_key, taken, kept }: Turn): void {
  const { type } = calls.assign(
    {
      booking_id,
      table_ids,
      idempotency_key: `${idempotency_key}-${exec.vu.iterationInScenario}`,
      require_adjacency: false,
      start_at: null,
      end_at: null,
    },
    { expect: [taken ? 'P0001' : 'ok'] },
  );
  if (type !== 'fail' && !kept) calls.unassign({ booking_id, table_ids: null }, { expect: ['ok'] });
}
