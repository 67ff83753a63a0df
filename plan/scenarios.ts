import type { ScenarioName } from '../contracts/thresholds.ts';
import type { ScenarioDefinition } from './scenario.ts';
import { capacity } from './scenarios/capacity.ts';
import { churn } from './scenarios/churn.ts';
import { holds } from './scenarios/holds.ts';
import { hotTable } from './scenarios/hot-table.ts';
import { idempotency } from './scenarios/idempotency.ts';
import { merge } from './scenarios/merge.ts';
import { rush } from './scenarios/rush.ts';
import { scalability } from './scenarios/scalability.ts';
import { smoke } from './scenarios/smoke.ts';
import { soak } from './scenarios/soak.ts';
import { windowBoundary } from './scenarios/window-boundary.ts';

/** Every scenario, by its name. */
export const scenarioDefinitions: { readonly [N in ScenarioName]: ScenarioDefinition<N> } = {
  smoke,
  'hot-table': hotTable,
  merge,
  idempotency,
  holds,
  churn,
  rush,
  'window-boundary': windowBoundary,
  soak,
  capacity,
  scalability,
};

/** One of them, for code that treats all alike. */
export function definitionOf(name: ScenarioName): ScenarioDefinition {
  return scenarioDefinitions[name] as ScenarioDefinition;
}
