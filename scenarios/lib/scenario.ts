import exec from 'k6/execution';
import http from 'k6/http';
import type { Options, Scenario } from 'k6/options';
import type { MetricThreshold } from '../../contracts/thresholds.ts';
import { type ClockAnchor, OPERATION_VERSION } from '../../history/operation.ts';
import { Calls } from './calls.ts';
import { Client } from './client.ts';
import { anchorClock } from './clock.ts';
import { confirmParameters, type Environment } from './environment.ts';
import { Pace } from './pace.ts';
import { Recorder } from './recorder.ts';

// Conflicts and refusals are answers, not failed requests.
http.setResponseCallback(http.expectedStatuses({ min: 100, max: 599 }));

/**
 * k6 options of a scenario. Each threshold is paired with a count of samples, because k6 alone lets a metric without
 * data pass.
 */
export function makeOptions(scenario: Scenario, thresholds: readonly MetricThreshold[]): Options {
  const entries = thresholds.flatMap(({ metric, conditions, at_least }): [string, string[]][] => [
    [metric, conditions],
    [metric.replace(/_duration$/, '_samples'), [`count>=${at_least}`]],
  ]);
  return {
    scenarios: { main: scenario },
    // An arrival that found no virtual user was never made: such load is not what was planned.
    thresholds: { ...Object.fromEntries(entries), dropped_iterations: ['count==0'] },
    summaryTrendStats: ['count', 'min', 'med', 'avg', 'p(90)', 'p(95)', 'p(99)', 'max'],
    // Above the longest time-out of the client, so that k6 never cuts off a call and loses its record.
    setupTimeout: '60s',
  };
}

/** What `setup` hands to every virtual user. */
export interface Start {
  /** Wall time of the clock's zero, milliseconds. */
  wall_ms: number;
}

/**
 * Ties the clock to the wall clock and writes that as the first line of the history.
 *
 * @throws Error, which ends the test before any load, when the target is not fully named
 */
export function startHistory(environment: Environment, run: string): Start {
  new Client(environment);
  const anchor: ClockAnchor = {
    v: OPERATION_VERSION,
    anchor: true,
    run,
    runner: environment.runner,
    ...anchorClock(),
  };
  console.log(JSON.stringify(anchor));
  return { wall_ms: anchor.wall_ms };
}

/** Recorded calls of this virtual user; made once for each, and kept over its iterations: its pace is. */
export function makeCalls(
  environment: Environment,
  plan: { tag: string; min_interval_ms: number },
  scenario: string,
  users: number,
): Calls {
  const names = { run: plan.tag, runner: environment.runner, scenario };
  const recorder = new Recorder(names, exec.vu.idInTest - 1, users);
  return new Calls(new Client(environment), recorder, new Pace(plan.min_interval_ms), confirmParameters());
}

/** Instant at which the scenario began, nanoseconds on the load generator's clock; the same for all virtual users. */
export function scenarioStart(start: Start): number {
  return Math.round((exec.scenario.startTime - start.wall_ms) * 1e6);
}
