import { SharedArray } from 'k6/data';
import type { MetricThreshold } from '../../contracts/thresholds.ts';
import type { Plan, ScenarioPlans } from '../../plan/plan.ts';

/** The part of the plan that one scenario needs. Lists are shared by all virtual users instead of copied into each. */
export interface LoadedPlan<N extends keyof ScenarioPlans> {
  tag: string;
  thresholds: MetricThreshold[];
  /** Milliseconds from the start of one call of a virtual user to the start of its next, at least; 0 without a ceiling. */
  min_interval_ms: number;
  settings: NonNullable<ScenarioPlans[N]>['settings'];
  /** Shared list, read-only: reading an element parses it anew. */
  list<T>(name: string, select: (plan: NonNullable<ScenarioPlans[N]>) => T[]): T[];
}

/** Reads plan.json; only in the init context. */
export function loadPlan<N extends keyof ScenarioPlans & string>(file: string, scenario: N): LoadedPlan<N> {
  const read = (): Plan => JSON.parse(open(file)) as Plan;
  const section = (plan: Plan): NonNullable<ScenarioPlans[N]> => {
    const found = plan.scenarios[scenario];
    if (!found) throw new Error(`${file}: holds no plan for the scenario ${scenario}`);
    return found;
  };
  const [head] = new SharedArray(`${scenario} head`, () => {
    const plan = read();
    return [
      {
        tag: plan.tag,
        thresholds: plan.thresholds[scenario] ?? [],
        min_interval_ms: plan.min_interval_ms?.[scenario] ?? 0,
        settings: section(plan).settings,
      },
    ];
  });
  return {
    ...(head as Omit<LoadedPlan<N>, 'list'>),
    list: (name, select) => new SharedArray(`${scenario} ${name}`, () => select(section(read()))),
  };
}
