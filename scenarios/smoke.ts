import { GRACEFUL_STOP_S, smokeDuration } from '../plan/duration.ts';
import type { Calls } from './lib/calls.ts';
import { Environment } from './lib/environment.ts';
import { loadPlan } from './lib/plan.ts';
import { makeCalls, makeOptions, type Start, startHistory } from './lib/scenario.ts';
import { take } from './lib/steps.ts';
import { summarise } from './lib/summary.ts';

/** Every documented answer of the functions, one call after the other, by one caller. Provokes no contention. */
const environment = new Environment('smoke');
const plan = loadPlan(environment.planFile, 'smoke');
const sequences = plan.list('sequences', (smoke) => smoke.sequences);

let planned = 0;
for (const sequence of sequences) planned += sequence.length;

export const options = makeOptions(
  {
    // Iterations of the one user: shared ones would be divided among segments of which only one has a user.
    executor: 'per-vu-iterations',
    vus: 1,
    iterations: plan.settings.repetitions,
    maxDuration: `${smokeDuration(planned, plan.min_interval_ms).limit_s}s`,
    gracefulStop: `${GRACEFUL_STOP_S}s`,
  },
  plan.thresholds,
  environment,
);

export const setup = (): Start => startHistory(environment, plan.tag);
export const handleSummary = (data: never) => summarise(environment, plan.tag, data);

let calls: Calls | undefined;
let iteration = 0;

export default function smoke(): void {
  calls ??= makeCalls(environment, plan, 'smoke', 1);
  for (const step of sequences[iteration] ?? []) take(calls, step);
  iteration += 1;
}
