import type { ScenarioName } from '../contracts/thresholds.ts';
import type { ScenarioDefinition } from './scenario.ts';
import { hotTable } from './scenarios/hot-table.ts';
import { smoke } from './scenarios/smoke.ts';
import { windowBoundary } from './scenarios/window-boundary.ts';

/** Every scenario, by its name. */
export const scenarioDefinitions: { readonly [N in ScenarioName]: ScenarioDefinition<N> } = {
  smoke,
  'hot-table': hotTable,
  'window-boundary': windowBoundary,
};

/** One of them, for code that treats all alike. */
export function definitionOf(name: ScenarioName): ScenarioDefinition {
  return scenarioDefinitions[name] as ScenarioDefinition;
}
