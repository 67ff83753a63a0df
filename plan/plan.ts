import type { FaultKind, PlannedFault } from '../contracts/faults.ts';
import {
  allScenarioNames,
  type MetricThreshold,
  type PlannedProfile,
  type ScenarioName,
} from '../contracts/thresholds.ts';
import { planBackground } from './background.ts';
import { type Origin, WorldBuilder } from './builder.ts';
import { type FaultyScenario, planFaults } from './faults.ts';
import { pauseBetweenCalls } from './pace.ts';
import type { Clock } from './scenario.ts';
import type { CapacityPlan } from './scenarios/capacity.ts';
import type { ChurnPlan } from './scenarios/churn.ts';
import type { HoldsPlan } from './scenarios/holds.ts';
import type { HotTablePlan } from './scenarios/hot-table.ts';
import type { IdempotencyPlan } from './scenarios/idempotency.ts';
import type { MergePlan } from './scenarios/merge.ts';
import type { RushPlan } from './scenarios/rush.ts';
import type { ScalabilityPlan } from './scenarios/scalability.ts';
import type { SmokePlan } from './scenarios/smoke.ts';
import type { SoakPlan } from './scenarios/soak.ts';
import type { WindowBoundaryPlan } from './scenarios/window-boundary.ts';
import { definitionOf } from './scenarios.ts';
import { emptyWorld, type World, worldTables } from './world.ts';

/** Version of plan.json's format. */
export const PLAN_VERSION = 1;

interface ScenarioPlanTypes {
  smoke: SmokePlan;
  'hot-table': HotTablePlan;
  merge: MergePlan;
  idempotency: IdempotencyPlan;
  holds: HoldsPlan;
  churn: ChurnPlan;
  rush: RushPlan;
  'window-boundary': WindowBoundaryPlan;
  soak: SoakPlan;
  scalability: ScalabilityPlan;
  capacity: CapacityPlan;
}
export type ScenarioPlanOf<N extends ScenarioName> = ScenarioPlanTypes[N];
export type ScenarioPlans = { [N in ScenarioName]?: ScenarioPlanOf<N> };

/**
 * The only place where "what will be done" is decided: seed, scenarios and verify all derive from it.
 * The same seed, tag, anchor and profile give the same bytes.
 */
export interface Plan {
  v: typeof PLAN_VERSION;
  seed: number;
  tag: string;
  /** Wall clock at planning, ISO 8601 in UTC. */
  anchor: string;
  profile: string;
  world: World;
  scenarios: ScenarioPlans;
  /** k6 thresholds of each planned scenario. */
  thresholds: Partial<Record<ScenarioName, MetricThreshold[]>>;
  /**
   * Milliseconds from the start of one call of a virtual user to the start of its next, at least, in each planned
   * scenario. Only where a ceiling applies.
   */
  min_interval_ms?: Partial<Record<ScenarioName, number>>;
  /** Faults to inject while a scenario's load runs, in the order of their times. Only where some were asked for. */
  faults?: Partial<Record<ScenarioName, PlannedFault[]>>;
}

export interface PlanOptions extends Origin {
  profileName: string;
  profile: PlannedProfile;
  scenarios: readonly ScenarioName[];
  thresholds: Partial<Record<ScenarioName, MetricThreshold[]>>;
  /** The clock that the functions will see; the real one when left out. */
  clock?: Clock;
  /** Ceiling of the rate; the profile must fit it, see `fitToCeiling`. Left out: none. */
  max_requests_per_second?: number;
  /** Kinds of faults to inject. Left out: none. */
  faults?: readonly FaultKind[];
}

/** Pure: no clock, no chance, no I/O. */
export function makePlan(options: PlanOptions): Plan {
  const { seed, tag, anchor, profile } = options;
  const origin: Origin = { seed, tag, anchor };
  const scenarios: ScenarioPlans = {};
  const thresholds: Plan['thresholds'] = {};

  const background = new WorldBuilder(origin, 'background');
  planBackground(background, profile.background);
  const builders = [background];
  for (const name of options.scenarios) {
    const settings = profile.scenarios[name];
    if (settings === undefined) throw new RangeError(`no settings of the scenario ${name}`);
    const builder = new WorldBuilder(origin, name);
    builders.push(builder);
    thresholds[name] = options.thresholds[name] ?? [];
    Object.assign(scenarios, {
      [name]: definitionOf(name).plan(builder, settings, options.clock ?? 'real'),
    });
  }
  return {
    v: PLAN_VERSION,
    seed,
    tag,
    anchor: new Date(anchor).toISOString(),
    profile: options.profileName,
    world: mergeWorlds(builders.map((builder) => builder.world)),
    scenarios,
    thresholds,
    ...(options.max_requests_per_second === undefined
      ? {}
      : { min_interval_ms: pausesOf(scenarios, options.max_requests_per_second) }),
    ...(options.faults === undefined || options.faults.length === 0
      ? {}
      : { faults: planFaults(seed, options.faults, underFaults(scenarios)) }),
  };
}

/** Too little is under way in a shorter one, milliseconds. */
const SHORTEST_UNDER_FAULTS = 1500;

/** The scenarios whose load lasts long enough to be disturbed; stepped boundaries are no load. */
function underFaults(scenarios: ScenarioPlans): FaultyScenario[] {
  const all = plannedScenarios(scenarios)
    .filter(([, plan]) => !('stepped' in plan && plan.stepped !== null))
    .map(([name, plan]) => ({ name, planned_ms: definitionOf(name).load(plan, 0).planned_s * 1000 }));
  const long = all.filter(({ planned_ms }) => planned_ms >= SHORTEST_UNDER_FAULTS);
  return long.length > 0 ? long : all;
}

function pausesOf(scenarios: ScenarioPlans, rate: number): NonNullable<Plan['min_interval_ms']> {
  return Object.fromEntries(
    plannedScenarios(scenarios).map(([name, plan]) => [
      name,
      pauseBetweenCalls(definitionOf(name).users(plan), rate),
    ]),
  );
}

/** The scenarios of a plan, in the order in which they run. */
export function plannedScenarios(scenarios: ScenarioPlans): [ScenarioName, ScenarioPlanOf<ScenarioName>][] {
  return allScenarioNames.flatMap((name): [ScenarioName, ScenarioPlanOf<ScenarioName>][] => {
    const plan = scenarios[name];
    return plan ? [[name, plan]] : [];
  });
}

function mergeWorlds(worlds: readonly World[]): World {
  const merged = emptyWorld();
  for (const table of worldTables) {
    // One by one: a long soak has more bookings than a call may have arguments.
    for (const world of worlds) for (const row of world[table]) (merged[table] as unknown[]).push(row);
  }
  return merged;
}
