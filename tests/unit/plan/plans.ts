import { type Profile, scenarioNames } from '../../../contracts/thresholds.ts';
import { makePlan, type Plan, type PlanOptions } from '../../../plan/plan.ts';

export const tag = 'abcdef01';

/** Small, and still every kind of round, zone and visit. */
export const smallProfile: Profile = {
  background: { restaurants: 6, bookings_per_restaurant: 12 },
  scenarios: {
    smoke: { repetitions: 2 },
    'hot-table': { processes: 4, rounds: 32, period_ms: 100, table_pairs: 2 },
    merge: { processes: 6, rounds: 12, period_ms: 100 },
    idempotency: { processes: 8, rounds: 10, period_ms: 100 },
    holds: { processes: 6, rounds: 8, period_ms: 200, expiry_ms: 60 },
    churn: { processes: 4, rounds: 16, period_ms: 0, tables: 3 },
    rush: {
      rate_per_s: 5,
      peak_factor: 3,
      duration_s: 4,
      tables: 8,
      zipf_exponent: 1.1,
      tries: 3,
      backoff_ms: 20,
      max_users: 10,
    },
    capacity: {
      rate_per_s: 10,
      duration_s: 4,
      restaurants: 2,
      tables: 4,
      popularity: 'uniform',
      zipf_exponent: 1.1,
      merged_share: 0.2,
      conflict_share: 0.2,
      watched_share: 0.1,
      max_users: 10,
    },
    soak: { rate_per_s: 10, duration_s: 2, tables: 3, bookings: 12, max_users: 10 },
    'window-boundary': {
      processes: 3,
      tables_per_process: 2,
      lead_ms: 1000,
      window_ms: 2000,
      tail_ms: 1000,
      poll_interval_ms: 100,
      refresh_every_ms: 500,
      refreshed_tables: 4,
      stepped: { tables: 9, windows_per_table: 4 },
    },
  },
};

/** A plan of all scenarios on the small profile. */
export function planOf(more: Partial<PlanOptions> = {}): Plan {
  return makePlan({
    seed: 1,
    tag,
    anchor: Date.parse('2026-06-17T12:34:56.789Z'),
    profileName: 'quick',
    profile: smallProfile,
    scenarios: scenarioNames,
    thresholds: {},
    ...more,
  });
}

/** Moments at which clocks, calendars and days are awkward somewhere. */
export const awkwardAnchors = [
  '2026-03-27T00:30:00Z', // two days before London's clocks go forward
  '2026-03-29T00:59:59Z', // a second before they do
  '2026-03-29T01:00:00Z',
  '2026-10-24T23:30:00Z',
  '2026-10-25T00:30:00Z', // London: half past one, for the first time
  '2026-10-25T01:30:00Z', // London: half past one, for the second time
  '2026-10-25T02:30:00Z',
  '2026-10-23T01:30:00Z',
  '2026-03-06T07:00:00Z',
  '2026-03-08T06:59:59Z', // a second before New York's clocks go forward
  '2026-11-01T05:30:00Z', // New York: half past one, for the first time
  '2026-11-01T06:30:00Z', // and for the second
  '2026-10-30T06:30:00Z',
  '2026-11-01T03:45:00Z', // St John's goes back at 04:30
  '2026-04-04T14:30:00Z', // Lord Howe goes back by half an hour at 15:00
  '2026-04-04T13:30:00Z', // Auckland goes back at 14:00
  '2028-02-29T12:00:00Z',
  '2028-02-28T23:59:59Z',
  '2026-12-31T23:50:00Z',
  '2027-01-01T00:00:00Z',
  '2026-06-15T22:50:00Z', // London: ten to midnight
  '2026-06-16T03:50:00Z', // New York: ten to midnight
  '2026-06-15T18:05:00Z', // Kathmandu: ten to midnight
] as const;
