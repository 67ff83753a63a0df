import exec from 'k6/execution';
import http from 'k6/http';
import type { Options, Scenario } from 'k6/options';
import type { MetricThreshold } from '../../contracts/thresholds.ts';
import { type ClockAnchor, OPERATION_VERSION } from '../../history/operation.ts';
import { Calls } from './calls.ts';
import { Client } from './client.ts';
import { anchorClock, now, sleepUntil } from './clock.ts';
import { confirmParameters, type Environment } from './environment.ts';
import { Pace } from './pace.ts';
import { Recorder } from './recorder.ts';
import { runnerOf } from './segment.ts';

// Conflicts and refusals are answers, not failed requests.
http.setResponseCallback(http.expectedStatuses({ min: 100, max: 599 }));

/**
 * k6 options of a scenario. Its set-up may last until the agreed start. Each threshold is paired with a count of samples, because k6 alone lets a metric without
 * data pass.
 */
export function makeOptions(
  scenario: Scenario,
  thresholds: readonly MetricThreshold[],
  { startAt }: Pick<Environment, 'startAt'>,
): Options {
  const entries = thresholds.flatMap(({ metric, conditions, at_least }): [string, string[]][] => [
    [metric, conditions],
    [metric.replace(/_duration$/, '_samples'), [`count>=${at_least}`]],
  ]);
  return {
    scenarios: { main: scenario },
    // An arrival that found no virtual user was never made: such load is not what was planned.
    thresholds: { ...Object.fromEntries(entries), dropped_iterations: ['count==0'] },
    summaryTrendStats: ['count', 'min', 'med', 'avg', 'p(90)', 'p(95)', 'p(99)', 'max'],
    setupTimeout: `${60 + (startAt === null ? 0 : Math.ceil(Math.max(0, startAt - Date.now()) / 1000))}s`,
  };
}

/** What `setup` hands to every virtual user. */
export interface Start {
  /** Wall time of the clock's zero, milliseconds. */
  wall_ms: number;
  /** The agreed start, milliseconds since the epoch; null: every load generator for itself. */
  start_at: number | null;
}

/**
 * Ties the clock to the wall clock and writes that as the first line of the history; then waits for the agreed start, if
 * there is one. No message passes between load generators, so it works the same on one machine and on many.
 *
 * @throws Error, which ends the test before any load, when the target is not fully named, or the start has passed already:
 *   calls that come late would meet nobody
 */
export function startHistory(environment: Environment, run: string): Start {
  new Client(environment);
  const anchor: ClockAnchor = {
    v: OPERATION_VERSION,
    anchor: true,
    run,
    runner: runnerOf(environment),
    ...anchorClock(),
  };
  console.log(JSON.stringify(anchor));
  const { wall_ms } = anchor;
  if (environment.startAt !== null) {
    const begin = Math.round((environment.startAt - wall_ms) * 1e6);
    const late = (now() - begin) / 1e6;
    if (late > 0) {
      throw new Error(
        `the agreed start was ${Math.round(late)} ms ago when ${anchor.runner} was ready: set TABLE_STRESS_START later`,
      );
    }
    sleepUntil(begin);
  }
  return { wall_ms, start_at: environment.startAt };
}

/** Recorded calls of this virtual user; made once for each, and kept over its iterations: its pace is. */
export function makeCalls(
  environment: Environment,
  plan: { tag: string; min_interval_ms: number },
  scenario: string,
  users: number,
): Calls {
  const names = { run: plan.tag, runner: runnerOf(environment), scenario };
  const recorder = new Recorder(names, exec.vu.idInTest - 1, users);
  return new Calls(new Client(environment), recorder, new Pace(plan.min_interval_ms), confirmParameters());
}

/** Instant at which the scenario began, milliseconds since the epoch: as agreed, so that it is one for all load generators. */
export function scenarioStartTime(start: Start): number {
  return start.start_at ?? exec.scenario.startTime;
}

/** The same in nanoseconds on the load generator's clock; the same for all virtual users. */
export function scenarioStart(start: Start): number {
  return Math.round((scenarioStartTime(start) - start.wall_ms) * 1e6);
}
