import type { ScenarioSettings } from '../contracts/thresholds.ts';

/**
 * How long a scenario may take. The scripts give the limits to k6, and the forecast shows them; all in whole seconds,
 * of the load generator's clock.
 */

/** Time for calls under way when a scenario's time is up: above the client's time-out, else records would be lost. */
export const GRACEFUL_STOP_S = 45;

/** Lets every virtual user reach the first barrier in time, milliseconds. */
export const BARRIER_LEAD_MS = 300;

/** Time that the schedule alone takes, and time after which k6 begins no further call. */
export interface Duration {
  planned_ms: number;
  limit_s: number;
}

/** @param pause milliseconds between the starts of two calls, 0 for as fast as answers come */
export function smokeDuration(calls: number, pause: number): Duration {
  return { planned_ms: calls * pause, limit_s: 600 + Math.ceil((calls * pause) / 1000) };
}

/** @param pause milliseconds that the pauses between the calls of one round take at least */
export function scriptedDuration(settings: { rounds: number; period_ms: number }, pause = 0): Duration {
  const rounds = settings.rounds * Math.max(settings.period_ms, pause);
  return { planned_ms: BARRIER_LEAD_MS + rounds, limit_s: Math.ceil(rounds / 1000) * 3 + 120 };
}

/** An open model: arrivals end when their time is up, whatever the target does. */
export function arrivalsDuration(settings: { duration_s: number }): Duration {
  return { planned_ms: settings.duration_s * 1000, limit_s: settings.duration_s };
}

type WindowBoundarySettings = ScenarioSettings['window-boundary'];

/**
 * Milliseconds over which the windows' starts are spread: one interval of the refreshing job, so that boundaries lie
 * anywhere between two of its runs.
 */
export function boundarySpread({ refresh_every_ms, window_ms }: WindowBoundarySettings): number {
  return Math.min(refresh_every_ms, window_ms);
}

export function windowBoundaryDuration(settings: WindowBoundarySettings): Duration {
  const { lead_ms, window_ms, tail_ms } = settings;
  const planned_ms = lead_ms + boundarySpread(settings) + window_ms + tail_ms;
  return { planned_ms, limit_s: Math.ceil(planned_ms / 1000) + 120 };
}
