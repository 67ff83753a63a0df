import exec from 'k6/execution';
import type { Environment } from './environment.ts';

/**
 * Name of this load generator in the history. One of several has an execution segment, whose place among the segments is
 * added: so each has a name of its own although all get the same environment, as the pods of a cluster do. Not available
 * in the init context.
 */
export function runnerOf(environment: Environment): string {
  const { executionSegment, executionSegmentSequence } = exec.test.options;
  const place = placeOf(executionSegment, executionSegmentSequence);
  return place === null ? environment.runner : `${environment.runner}-${place}`;
}

/**
 * @param segment k6's `--execution-segment`, for instance `1/4:2/4`
 * @param sequence its `--execution-segment-sequence`, for instance `0,1/4,2/4,3/4,1`
 * @returns the segment's number, from 1; null without one
 */
export function placeOf(
  segment: string | null | undefined,
  sequence: string | null | undefined,
): number | null {
  if (!segment) return null;
  const [from = 0, to = 1] = segment.split(':').map(fraction);
  const begins = (sequence ?? '').split(',').map(fraction);
  const found = begins.findIndex((begin) => Math.abs(begin - from) < 1e-9);
  // Without a sequence all segments are as long as this one.
  return (found === -1 ? Math.round(from / (to - from)) : found) + 1;
}

function fraction(text: string): number {
  const [above = '', below = '1'] = text.split('/');
  return Number(above) / Number(below);
}
