import { type BoundedPlan, planUnderCeiling } from '../../plan/ceiling.ts';
import { describeLoad } from '../../plan/load.ts';
import { makePlan } from '../../plan/plan.ts';
import type { RunRequest } from './request.ts';

/**
 * The plan of a run: below the ceiling on a hosted project, as the profile says elsewhere.
 *
 * @param startedAt milliseconds since the epoch; planned times count from it
 * @throws UsageError when the profile cannot be fitted to the ceiling
 */
export function planRun(request: RunRequest, startedAt: number): BoundedPlan {
  const { thresholds, profile, scenarios, seed, tag, staging, isolation } = request;
  const options = {
    seed,
    tag,
    anchor: startedAt,
    profileName: profile,
    profile: thresholds.profiles[profile],
    scenarios,
    thresholds: thresholds.k6,
    clock: isolation.clock,
    faults: request.faults,
  };
  if (staging !== null) return planUnderCeiling(options, thresholds.staging);
  const plan = makePlan(options);
  return { plan, forecast: describeLoad(plan), changes: [] };
}
