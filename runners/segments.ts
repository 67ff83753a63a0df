/** The part of a test that one of several load generators runs, as k6's options of the same names take it. */
export interface Segment {
  segment: string;
  sequence: string;
}

/** More k6 processes than that divide what one scenario does into crumbs. */
export const MOST_RUNNERS = 64;

/** Equal parts, in order: `0:1/4`, `1/4:2/4` and so on. Their virtual users and iterations are disjoint, and none is left out. */
export function segmentsOf(count: number): Segment[] {
  const bound = (index: number): string => (index === 0 ? '0' : index === count ? '1' : `${index}/${count}`);
  const bounds = Array.from({ length: count + 1 }, (_, index) => bound(index));
  const sequence = bounds.join(',');
  return Array.from({ length: count }, (_, index) => ({
    segment: `${bound(index)}:${bound(index + 1)}`,
    sequence,
  }));
}

/** Names of the load generators of a scenario in the history: the scenario's own for a single one, else with its number. */
export function runnerNames(scenario: string, count: number): string[] {
  if (count === 1) return [scenario];
  return Array.from({ length: count }, (_, index) => `${scenario}-${index + 1}`);
}
