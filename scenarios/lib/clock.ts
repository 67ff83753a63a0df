import { sleep } from 'k6';
import exec from 'k6/execution';

/**
 * Nanoseconds since the test began, on this load generator's monotonic clock: the only clock in k6 that is finer than
 * a millisecond. Not available in the init context.
 */
export function now(): number {
  return Math.round(exec.instance.currentTestRunDuration * 1e6);
}

/** Sleeps until an instant of `now()`; returns at once when it has passed. */
export function sleepUntil(instant: number): void {
  const left = instant - now();
  if (left > 0) sleep(left / 1e9);
}

/**
 * Wall time of this clock's zero, milliseconds, with the bound of its error. `Date.now()` counts whole milliseconds, so
 * each sample confines the zero to an interval of a little more than one; the intersection of many, taken at different
 * places within a millisecond, is much narrower.
 */
export function anchorClock(samples = 60): { wall_ms: number; error_ms: number } {
  let low = Number.NEGATIVE_INFINITY;
  let high = Number.POSITIVE_INFINITY;
  for (let sample = 0; sample < samples; sample += 1) {
    const before = exec.instance.currentTestRunDuration;
    const wall = Date.now();
    const after = exec.instance.currentTestRunDuration;
    low = Math.max(low, wall - after);
    high = Math.min(high, wall + 1 - before);
    sleep(0.00037);
  }
  // A clock that was set during the samples leaves no common interval; the bound then says so.
  return { wall_ms: (low + high) / 2, error_ms: Math.max(Math.abs(high - low) / 2, 0.001) };
}
