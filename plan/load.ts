import type { ScenarioName } from '../contracts/thresholds.ts';
import { type AddedRows, rowsAddedByCalls } from './added-rows.ts';
import {
  type Duration,
  GRACEFUL_STOP_S,
  hotTableDuration,
  smokeDuration,
  windowBoundaryDuration,
} from './duration.ts';
import type { HotTablePlan } from './hot-table.ts';
import type { Plan } from './plan.ts';
import type { SmokePlan } from './smoke.ts';
import { callsInTurn, type WindowBoundaryPlan } from './window-boundary.ts';
import { worldTables } from './world.ts';

/** What a scenario will do to the target. */
export interface ScenarioLoad {
  scenario: ScenarioName;
  /** Calls, at most. */
  requests: number;
  /** Virtual users, each with a connection of its own; so many calls may start at the same instant. */
  virtual_users: number;
  /** Calls per second on average, at most; null: as fast as the target answers. */
  requests_per_second: number | null;
  /** Seconds that the schedule takes; a slow target makes it longer. */
  planned_s: number;
  /** Seconds after which the load generator ends it, with the calls under way. */
  limit_s: number;
}

/** What a run will do to the target, read from its plan. Without the requests of seeding, observation and teardown. */
export interface LoadForecast {
  scenarios: ScenarioLoad[];
  /** Sums; scenarios run one after the other, so virtual users and rate are those of the largest. */
  total: Omit<ScenarioLoad, 'scenario'>;
  rows: {
    /** Rows that seeding writes, for each table; a deployment without one of the tables gets none there. */
    seeded: Record<string, number>;
    seeded_total: number;
    /** Rows that calls add in a correct application, at most; without what its triggers write elsewhere. */
    added: AddedRows;
    added_total: number;
  };
}

/** Upper bounds of a plan's load, all from the plan itself. */
export function describeLoad(plan: Plan): LoadForecast {
  const { smoke, 'hot-table': hotTable, 'window-boundary': boundary } = plan.scenarios;
  const pause = (scenario: ScenarioName): number => plan.min_interval_ms?.[scenario] ?? 0;
  const scenarios: ScenarioLoad[] = [];
  if (smoke) scenarios.push(smokeLoad(smoke, pause('smoke')));
  if (hotTable) scenarios.push(hotTableLoad(hotTable));
  if (boundary) scenarios.push(windowBoundaryLoad(boundary, pause('window-boundary')));
  const seeded = Object.fromEntries(worldTables.map((table) => [table, plan.world[table].length]));
  const added = rowsAddedByCalls(plan);
  return {
    scenarios,
    total: totalOf(scenarios),
    rows: { seeded, seeded_total: sum(Object.values(seeded)), added, added_total: sum(Object.values(added)) },
  };
}

function smokeLoad({ sequences }: SmokePlan, pause: number): ScenarioLoad {
  const requests = sum(sequences.map((sequence) => sequence.length));
  return {
    scenario: 'smoke',
    requests,
    virtual_users: 1,
    requests_per_second: pause === 0 ? null : 1000 / pause,
    ...seconds(smokeDuration(requests, pause)),
  };
}

function hotTableLoad({ settings, rounds }: HotTablePlan): ScenarioLoad {
  return {
    scenario: 'hot-table',
    requests: sum(rounds.map((round) => round.calls.length)),
    virtual_users: settings.processes,
    requests_per_second: (settings.processes * 1000) / settings.period_ms,
    ...seconds(hotTableDuration(settings)),
  };
}

function windowBoundaryLoad({ settings, watched }: WindowBoundaryPlan, pause: number): ScenarioLoad {
  const duration = windowBoundaryDuration(settings);
  // A turn begins at once, and another after each interval, until time is up.
  const turns = Math.floor(duration.planned_ms / settings.poll_interval_ms) + 1;
  const requests = sum(
    watched.map((tables) => {
      const arrivals = tables.filter((table) => table.visit === 'checks-in').length;
      return tables.length + arrivals + turns * callsInTurn(tables.length);
    }),
  );
  const scheduled = (requests * 1000) / duration.planned_ms;
  return {
    scenario: 'window-boundary',
    requests,
    virtual_users: settings.processes,
    requests_per_second: pause === 0 ? scheduled : Math.min(scheduled, (settings.processes * 1000) / pause),
    ...seconds(duration),
  };
}

function seconds({ planned_ms, limit_s }: Duration): Pick<ScenarioLoad, 'planned_s' | 'limit_s'> {
  return { planned_s: planned_ms / 1000, limit_s: limit_s + GRACEFUL_STOP_S };
}

function totalOf(scenarios: readonly ScenarioLoad[]): LoadForecast['total'] {
  const rates = scenarios.map((load) => load.requests_per_second ?? Number.POSITIVE_INFINITY);
  const rate = Math.max(0, ...rates);
  return {
    requests: sum(scenarios.map((load) => load.requests)),
    virtual_users: Math.max(0, ...scenarios.map((load) => load.virtual_users)),
    requests_per_second: Number.isFinite(rate) ? rate : null,
    planned_s: sum(scenarios.map((load) => load.planned_s)),
    limit_s: sum(scenarios.map((load) => load.limit_s)),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
