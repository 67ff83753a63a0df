import { UsageError } from '../contracts/errors.ts';
import type { PlannedProfile, ScenarioName } from '../contracts/thresholds.ts';
import { describeLoad, type LoadForecast } from './load.ts';
import type { Ceiling } from './pace.ts';
import { makePlan, type Plan, type PlanOptions } from './plan.ts';
import type { Clock } from './scenario.ts';
import { definitionOf } from './scenarios.ts';

/** A plan that keeps to a ceiling, with its load and what was changed for it, in words. */
export interface BoundedPlan {
  plan: Plan;
  forecast: LoadForecast;
  changes: string[];
}

/**
 * Makes a plan that stays below a ceiling: rate and virtual users are fitted, rows and duration must fit.
 *
 * @throws UsageError that names the field that is exceeded, and what to do
 */
export function planUnderCeiling(options: PlanOptions, ceiling: Ceiling): BoundedPlan {
  const { profile, changes } = fitToCeiling(options.profile, options.scenarios, ceiling, options.clock);
  const plan = makePlan({ ...options, profile, max_requests_per_second: ceiling.max_requests_per_second });
  const forecast = describeLoad(plan);
  refuseTooMuch(forecast, ceiling, options.profileName);
  return { plan, forecast, changes };
}

/**
 * Stretches the schedules of a profile until their rate is below the ceiling, and leaves out virtual users above it.
 *
 * @returns the profile to plan with, and what was changed in it, in words
 * @throws UsageError when so few virtual users are left that they would not contend
 */
export function fitToCeiling<P extends PlannedProfile>(
  profile: P,
  scenarios: readonly ScenarioName[],
  ceiling: Ceiling,
  clock: Clock = 'real',
): { profile: P; changes: string[] } {
  const fitted = structuredClone(profile);
  const changes: string[] = [];
  for (const name of scenarios) {
    const settings = profile.scenarios[name];
    if (settings === undefined) continue;
    Object.assign(fitted.scenarios, { [name]: definitionOf(name).fit(settings, ceiling, changes, clock) });
  }
  return { profile: fitted, changes };
}

/** @throws UsageError when rows or duration are above the ceiling */
export function refuseTooMuch(forecast: LoadForecast, ceiling: Ceiling, profileName: string): void {
  const smaller = profileName === 'quick' ? 'or name fewer scenarios' : 'or use --profile quick';
  const rows = forecast.rows.seeded_total + forecast.rows.added_total;
  if (rows > ceiling.max_rows) {
    throw new UsageError(
      `the plan writes up to ${rows} rows, above the ceiling of ${ceiling.max_rows} (staging.max_rows)`,
      [`raise staging.max_rows in thresholds.json to ${rows}, ${smaller}`],
    );
  }
  const seconds = Math.ceil(forecast.total.planned_s);
  if (seconds > ceiling.max_duration_s) {
    throw new UsageError(
      `the load takes ${seconds} s at ${ceiling.max_requests_per_second} requests per second, ` +
        `above the ceiling of ${ceiling.max_duration_s} s (staging.max_duration_s)`,
      [
        // Some room for a target that is slower than the schedule.
        `raise staging.max_duration_s in thresholds.json to ${Math.ceil(seconds * 1.2)}, ${smaller}`,
        'or raise staging.max_requests_per_second, if the project can bear it',
      ],
    );
  }
}
