import type { StagingLimits } from '../contracts/staging-limits.ts';

/** What a plan is fitted to; the embedded target has none. */
export type Ceiling = Pick<
  StagingLimits,
  'max_requests_per_second' | 'max_rows' | 'max_duration_s' | 'max_connections'
>;

/**
 * Whoever is on time must never wait for the pause between calls, and whoever fell behind must be able to catch up:
 * what is scheduled leaves a tenth of the rate unused.
 */
const SLACK = 1.1;

/**
 * Milliseconds from the start of one call of a virtual user to the start of its next, so that all of them together stay
 * below a rate. Whole milliseconds, rounded towards less load.
 */
export function pauseBetweenCalls(users: number, requestsPerSecond: number): number {
  return Math.ceil((users * 1000) / requestsPerSecond);
}

/** Milliseconds that a schedule leaves each virtual user for a number of calls with a pause between them. */
export function scheduledTime(calls: number, pause: number): number {
  return Math.ceil(calls * pause * SLACK);
}
