import { allScenarioNames } from '../contracts/thresholds.ts';
import type { InvariantId } from '../contracts/verdict.ts';
import { definitionOf } from './scenarios.ts';

/**
 * Promises that some of these scenarios can break. A run is judged on those: the others are listed as not covered, and
 * never as passed. A name that is no scenario covers nothing.
 */
export function promisesOf(scenarios: readonly string[]): Set<InvariantId> {
  const known = allScenarioNames.filter((name) => scenarios.includes(name));
  return new Set(known.flatMap((name) => definitionOf(name).promises));
}
