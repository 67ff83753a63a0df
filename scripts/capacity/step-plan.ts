import type { SloPercentile } from '../../contracts/capacity-limits.ts';
import { UsageError } from '../../contracts/errors.ts';
import type { CapacitySettings } from '../../contracts/thresholds.ts';
import { describeLoad, type LoadForecast } from '../../plan/load.ts';
import { makePlan, type Plan } from '../../plan/plan.ts';
import { requestsPerArrival } from '../../plan/scenarios/capacity.ts';
import type { CapacityRequest } from './request.ts';

/** More virtual users than that do not fit beside a target on one machine; k6 has a JavaScript engine for each. */
const MOST_USERS = 1000;
/** Latencies up to so many times the limit are measured without dropping an arrival, and at least so many seconds. */
const HEADROOM = 4;
const LEAST_SECONDS = 1;

export interface StepSize {
  duration_s: number;
  users: number;
  /** More than `users` where a ceiling applies. */
  usersWanted: number;
}

/**
 * How long a step lasts and how many virtual users it gets. Little's law (Little 1961): the mean number under way is
 * rate times mean time, here the longest time that is to be measured.
 */
export function sizeStep({ search, slo, run }: CapacityRequest, rate: number): StepSize {
  const longest = Math.max(...slo.latency.map(({ ms }) => ms)) / 1000;
  const usersWanted = Math.ceil(rate * Math.max(LEAST_SECONDS, longest * HEADROOM)) + 1;
  const most = run.staging === null ? MOST_USERS : run.thresholds.staging.max_connections;
  return {
    duration_s: Math.ceil(Math.max(search.step_s, search.min_calls / rate)),
    users: Math.min(usersWanted, most),
    usersWanted,
  };
}

/** The plan of one step: rows of its own, which no other step has. */
export function planStep(
  { run, settings }: CapacityRequest,
  { number, rate, size, anchor }: { number: number; rate: number; size: StepSize; anchor: number },
): Plan {
  const capacity: CapacitySettings = {
    ...settings,
    rate_per_s: rate,
    duration_s: size.duration_s,
    max_users: size.users,
  };
  const profile = run.thresholds.profiles.quick;
  return makePlan({
    // Ids depend on the seed.
    seed: (run.seed + number) % 2 ** 31,
    tag: run.tag,
    anchor,
    // One that `run` knows, for the command that provokes a violation again.
    profileName: run.profile,
    profile: {
      background: { restaurants: 0, bookings_per_restaurant: 0 },
      scenarios: { ...profile.scenarios, capacity },
    },
    scenarios: ['capacity'],
    thresholds: {},
  });
}

/** What the search may do to the target, known before it starts. */
export interface Budget {
  /** Load and rows of its largest step; rows of a step are deleted before the next is seeded. */
  largest: LoadForecast;
  rate: number;
  max_duration_s: number;
  percentiles: readonly SloPercentile[];
}

/**
 * Works out the largest step that the search can come to, and refuses what a hosted project's ceiling does not allow.
 *
 * @throws UsageError that names the field that is exceeded, and what to do
 */
export function budgetOf(request: CapacityRequest): Budget {
  const { search, run, slo, settings } = request;
  const rate = search.max_rate;
  const plan = planStep(request, {
    number: 0,
    rate,
    size: sizeStep(request, rate),
    anchor: Date.now(),
  });
  const largest = describeLoad(plan);
  if (run.staging !== null) refuseAboveCeiling();
  return {
    largest,
    rate,
    max_duration_s: search.max_duration_s,
    percentiles: slo.latency.map(({ percentile }) => percentile),
  };

  function refuseAboveCeiling(): void {
    const ceiling = run.thresholds.staging;
    const most = Math.floor((ceiling.max_requests_per_second / requestsPerArrival(settings)) * 10) / 10;
    if (rate > most) {
      throw new UsageError(
        `--max-rate ${rate}: is above the ceiling of ${ceiling.max_requests_per_second} requests per second (staging.max_requests_per_second)`,
        [`use --max-rate ${most}`, 'or raise staging.max_requests_per_second in thresholds.json'],
      );
    }
    const rows = largest.rows.seeded_total + largest.rows.added_total;
    if (rows > ceiling.max_rows) {
      throw new UsageError(
        `a step at ${rate} per second writes up to ${rows} rows, above the ceiling of ${ceiling.max_rows} (staging.max_rows)`,
        ['lower --max-rate or --step', `or raise staging.max_rows in thresholds.json to ${rows}`],
      );
    }
    if (search.max_duration_s > ceiling.max_duration_s) {
      throw new UsageError(
        `--max-duration ${search.max_duration_s}: is above the ceiling of ${ceiling.max_duration_s} s (staging.max_duration_s)`,
        [
          `use --max-duration ${ceiling.max_duration_s}`,
          'or raise staging.max_duration_s in thresholds.json',
        ],
      );
    }
  }
}
