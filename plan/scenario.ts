import type { Isolation } from '../contracts/manifest.ts';
import type { ScenarioName, ScenarioSettings } from '../contracts/thresholds.ts';
import type { InvariantId } from '../contracts/verdict.ts';
import type { WorldBuilder } from './builder.ts';
import { type Duration, GRACEFUL_STOP_S } from './duration.ts';
import type { Ceiling } from './pace.ts';
import type { ScenarioPlanOf } from './plan.ts';

/** Which clock the functions under load will see. */
export type Clock = Isolation['clock'];

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

/** An assignment that a correct application may make: how many tables it takes, and whether it has a key. */
export interface PlannedAssignment {
  tables: number;
  keyed: boolean;
}

/** All that planning knows of one scenario; adding one means adding one of these. Pure. */
export interface ScenarioDefinition<N extends ScenarioName = ScenarioName> {
  /** Promises that it can break: a run is judged on those of its scenarios. */
  readonly promises: readonly InvariantId[];
  /**
   * How its calls come to contend, which has to be proven: in `rounds` they are made to meet, with `arrivals` at a rate it
   * is left to chance, and null means one caller after the other, or each on tables of its own.
   */
  readonly contends: 'rounds' | 'arrivals' | null;
  /** Planned arrivals, of a scenario that has them. */
  arrivals?(plan: ScenarioPlanOf<N>): number;
  /** Tables that not every deployment has; without one of them the scenario is left out. */
  readonly requires?: readonly string[];
  plan(builder: WorldBuilder, settings: ScenarioSettings[N], clock: Clock): ScenarioPlanOf<N>;
  /** Virtual users. */
  users(plan: ScenarioPlanOf<N>): number;
  /** @param pause milliseconds between the starts of two calls of a virtual user, at least; 0 without a ceiling */
  load(plan: ScenarioPlanOf<N>, pause: number): Omit<ScenarioLoad, 'scenario' | 'virtual_users'>;
  /**
   * Calls that it makes at least when it runs to its end. Fewer records than that mean that something was left out,
   * for instance because time ran out, however orderly the load generator ended.
   */
  leastCalls(plan: ScenarioPlanOf<N>): number;
  /** Assignments that a correct application has made at the end, at most. */
  assignments(plan: ScenarioPlanOf<N>): PlannedAssignment[];
  /**
   * The same settings, changed so that they keep below a ceiling; each change is added to `changes`, in words.
   *
   * @throws UsageError when too little would be left
   */
  fit(settings: ScenarioSettings[N], ceiling: Ceiling, changes: string[], clock: Clock): ScenarioSettings[N];
}

export function durationOf({ planned_ms, limit_s }: Duration): Pick<ScenarioLoad, 'planned_s' | 'limit_s'> {
  return { planned_s: planned_ms / 1000, limit_s: limit_s + GRACEFUL_STOP_S };
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
