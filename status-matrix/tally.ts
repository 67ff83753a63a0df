import type { StatusObservation } from '../contracts/status-matrix.ts';
import type { TableStatus } from '../plan/world.ts';

/** What came of a group of cases after one previous status. */
export interface Tally {
  agreeing: number;
  /** Calls that were observed, agreeing or not. */
  observed: number;
  differs: boolean;
  /** Why nothing was observed, where that is so. */
  missing: 'not possible' | 'not observed' | null;
}

/** Groups in the order in which they were tried. */
export function groupsOf(observations: readonly Pick<StatusObservation, 'group'>[]): string[] {
  return [...new Set(observations.map(({ group }) => group))];
}

export function tallyOf(
  observations: readonly StatusObservation[],
  group: string,
  previous: TableStatus,
): Tally {
  const own = observations.filter((each) => each.group === group && each.previous === previous);
  const count = (outcome: StatusObservation['outcome']): number =>
    own.filter((each) => each.outcome === outcome).length;
  const agreeing = count('agrees');
  const observed = agreeing + count('differs');
  const missing = count('not observed') > 0 ? 'not observed' : own.length > 0 ? 'not possible' : null;
  return { agreeing, observed, differs: agreeing < observed, missing: observed > 0 ? null : missing };
}
