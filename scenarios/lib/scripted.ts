import exec from 'k6/execution';
import { BARRIER_LEAD_MS, GRACEFUL_STOP_S, scriptedDuration } from '../../plan/duration.ts';
import type { ScriptedPlan, ScriptedSettings } from '../../plan/scripted.ts';
import { Barrier } from './barrier.ts';
import type { Calls } from './calls.ts';
import { Environment } from './environment.ts';
import { loadPlan } from './plan.ts';
import { makeCalls, makeOptions, type Start, scenarioStart, startHistory } from './scenario.ts';
import { take } from './steps.ts';
import { summarise } from './summary.ts';

type ScriptedName = 'merge' | 'idempotency' | 'holds' | 'churn';

/** Plays scripted rounds: all processes begin a round at the same instant, and then follow a script each. */
export function scriptedScenario(name: ScriptedName) {
  const environment = new Environment(name);
  const plan = loadPlan(environment.planFile, name);
  const rounds = plan.list('rounds', (scripted: ScriptedPlan<ScriptedSettings>) => scripted.rounds);
  const { processes, period_ms } = plan.settings;
  let calls: Calls | undefined;
  let barrier: Barrier | undefined;

  return {
    options: makeOptions(
      {
        executor: 'per-vu-iterations',
        vus: processes,
        iterations: plan.settings.rounds,
        maxDuration: `${scriptedDuration(plan.settings, 10 * plan.min_interval_ms).limit_s}s`,
        gracefulStop: `${GRACEFUL_STOP_S}s`,
      },
      plan.thresholds,
      environment,
    ),
    setup: (): Start => startHistory(environment, plan.tag),
    handleSummary: (data: never) => summarise(environment, plan.tag, data),
    play(start: Start): void {
      calls ??= makeCalls(environment, plan, name, processes);
      barrier ??= new Barrier(scenarioStart(start) + BARRIER_LEAD_MS * 1e6, period_ms);
      const round = exec.vu.iterationInScenario;
      const script = rounds[round]?.scripts[exec.vu.idInTest - 1] ?? [];
      // Without a period there is one common start, and then everybody goes on for themselves.
      const scheduled = barrier.wait(round);
      const together = period_ms > 0 || round === 0;
      script.forEach((step, index) => {
        // Who begins with a pause is meant to be later.
        const first = together && index === 0 && step.wait_ms === undefined;
        take(calls as Calls, step, first ? { round: { round, slot: null, scheduled } } : {});
      });
    },
  };
}
