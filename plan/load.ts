import { type AddedRows, rowsAddedByCalls } from './added-rows.ts';
import { type Plan, plannedScenarios } from './plan.ts';
import { type ScenarioLoad, sum } from './scenario.ts';
import { definitionOf } from './scenarios.ts';
import { worldTables } from './world.ts';

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
  const scenarios = plannedScenarios(plan.scenarios).map(([scenario, planned]): ScenarioLoad => {
    const definition = definitionOf(scenario);
    return {
      scenario,
      virtual_users: definition.users(planned),
      ...definition.load(planned, plan.min_interval_ms?.[scenario] ?? 0),
    };
  });
  const seeded = Object.fromEntries(worldTables.map((table) => [table, plan.world[table].length]));
  const added = rowsAddedByCalls(plan);
  return {
    scenarios,
    total: totalOf(scenarios),
    rows: { seeded, seeded_total: sum(Object.values(seeded)), added, added_total: sum(Object.values(added)) },
  };
}

/** How many calls a scenario makes at least when it runs to its end; 0 for one that was not planned. */
export function leastCalls(plan: Plan, scenario: string): number {
  const found = plannedScenarios(plan.scenarios).find(([name]) => name === scenario);
  return found ? definitionOf(found[0]).leastCalls(found[1]) : 0;
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
