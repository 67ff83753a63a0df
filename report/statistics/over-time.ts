import { type Distribution, distribution } from '../../contracts/percentile.ts';
import { type ResultClass, resultClasses } from '../../history/operation.ts';
import { type Buckets, bucketAt, bucketLength } from './buckets.ts';
import type { PlacedCall } from './scenario-timeline.ts';

/** Latencies of the calls that ended in each slice, in milliseconds; null where none did. */
export function latencyOverTime(calls: readonly PlacedCall[], buckets: Buckets): (Distribution | null)[] {
  const slices = Array.from({ length: buckets.count }, (): number[] => []);
  for (const { start, end } of calls) slices[bucketAt(buckets, end)]?.push(end - start);
  return slices.map(distribution);
}

/** Calls per second that ended in each slice, for every class that occurs, in the order of the classes. */
export function ratesByClass(
  calls: readonly PlacedCall[],
  buckets: Buckets,
): { name: ResultClass; rates: number[] }[] {
  return resultClasses
    .map((name) => ({ name, calls: calls.filter(({ operation }) => operation.class === name) }))
    .filter((group) => group.calls.length > 0)
    .map((group) => ({ name: group.name, rates: rateOverTime(group.calls, buckets) }));
}

/** Calls per second that ended in each slice. */
export function rateOverTime(calls: readonly PlacedCall[], buckets: Buckets): number[] {
  const counts = new Array<number>(buckets.count).fill(0);
  for (const { end } of calls) {
    const index = bucketAt(buckets, end);
    counts[index] = (counts[index] ?? 0) + 1;
  }
  return counts.map((count, index) => (count * 1000) / bucketLength(buckets, index));
}

/** The most calls that were under way at once in each slice. */
export function concurrencyOverTime(calls: readonly PlacedCall[], buckets: Buckets): number[] {
  const events = calls.flatMap(({ start, end }) => [
    { at: start, change: 1 },
    { at: end, change: -1 },
  ]);
  // At the same instant calls begin before others end: the intervals are closed.
  events.sort((a, b) => a.at - b.at || b.change - a.change);
  const most = new Array<number>(buckets.count).fill(0);
  let running = 0;
  let last = 0;
  for (const { at, change } of events) {
    const index = bucketAt(buckets, at);
    // Calls that span whole slices are under way in each of them.
    for (let slice = last + 1; slice <= index; slice += 1) most[slice] = Math.max(most[slice] ?? 0, running);
    running += change;
    most[index] = Math.max(most[index] ?? 0, running);
    last = index;
  }
  return most;
}

/** How far apart the contenders of each round started. */
export interface RoundSpread {
  round: number;
  contenders: number;
  /** Milliseconds from the first start to the last. */
  spread: number;
}

/** By round; calls that belong to no round are left out. */
export function roundSpreads(calls: readonly PlacedCall[]): RoundSpread[] {
  const rounds = new Map<number, { first: number; last: number; contenders: number }>();
  for (const { operation, start } of calls) {
    if (!operation.round) continue;
    const seen = rounds.get(operation.round.round) ?? { first: start, last: start, contenders: 0 };
    rounds.set(operation.round.round, {
      first: Math.min(seen.first, start),
      last: Math.max(seen.last, start),
      contenders: seen.contenders + 1,
    });
  }
  return [...rounds]
    .map(([round, { first, last, contenders }]) => ({ round, contenders, spread: last - first }))
    .sort((a, b) => a.round - b.round);
}
