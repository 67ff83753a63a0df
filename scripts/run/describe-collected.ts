import type { Collected } from '../../runners/collect-logs.ts';

/** Places that are named; more help nobody. */
const MOST_PLACES = 3;

/** What was collected, for people: a headline, and a line for each thing that is not as it should be. */
export function describeCollected(
  { records, repeated, damaged, other, foreign, summaries }: Collected,
  expected: readonly string[],
): { headline: string; notes: string[] } {
  const calls = [...records.values()].reduce((sum, count) => sum + count, 0);
  const missing = expected.filter((runner) => !records.has(runner));
  const silent = expected.filter((runner) => records.has(runner) && !summaries.has(runner));
  const rest = [
    ...(repeated > 0 ? [`${lines(repeated)} twice, taken once`] : []),
    ...(other > 0 ? [`${lines(other)} without a record`] : []),
  ];
  const headline = `${calls} calls of ${records.size} of ${expected.length} load generators${rest.map((each) => `; ${each}`).join('')}`;
  const notes: string[] = [];
  if (missing.length > 0) notes.push(`nothing of ${missing.join(', ')}`);
  if (damaged.length > 0) {
    const more = damaged.length > MOST_PLACES ? ` and ${damaged.length - MOST_PLACES} more` : '';
    notes.push(`records were cut off: ${damaged.slice(0, MOST_PLACES).join(', ')}${more}`);
  }
  for (const [run, count] of foreign) notes.push(`${lines(count)} of another run (${run}) left out`);
  if (silent.length > 0) {
    notes.push(`no summary of ${silent.join(', ')}: dropped arrivals of theirs are not known`);
  }
  return { headline, notes };
}

function lines(count: number): string {
  return `${count} line${count === 1 ? '' : 's'}`;
}
