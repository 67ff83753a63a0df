import type { RealTime } from './real-time.ts';
import type { RunData } from './run-data.ts';

/** Microseconds since the epoch on the database's clock, both ends included. */
export interface Span {
  from: number;
  to: number;
}

/**
 * The span of the database's clock in which an interval of a runner's clock lies, widened by the error of both. Null when
 * the clocks cannot be tied together.
 *
 * @param t0 nanoseconds on the runner's clock
 */
export function databaseSpan(
  { manifest }: Pick<RunData, 'manifest'>,
  time: RealTime,
  runner: string,
  t0: number,
  t1: number,
): Span | null {
  const clock = manifest.database_clock;
  const from = time.wall(runner, t0);
  const to = time.wall(runner, t1);
  if (!clock || !from || !to) return null;
  const error = from.error + clock.error_ms;
  return {
    from: Math.floor((from.ms + clock.offset_ms - error) * 1000),
    to: Math.ceil((to.ms + clock.offset_ms + error) * 1000),
  };
}
