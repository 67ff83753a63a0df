import { z } from 'zod';
import { capacityLimitsSchema } from './capacity-limits.ts';
import { stagingLimitsSchema } from './staging-limits.ts';

/** Version of thresholds.json's format. */
export const THRESHOLDS_VERSION = 1;

const milliseconds = (minimum: number, maximum: number) =>
  z.int().min(minimum).max(maximum).describe('milliseconds');

/** How a table's stored status is kept up to date: not at all, by whoever reads it, or by a job on a schedule. */
export const refreshPolicies = ['none', 'on-read', 'every'] as const;
export type RefreshPolicy = (typeof refreshPolicies)[number];

const smokeSettings = z.strictObject({
  repetitions: z
    .int()
    .min(1)
    .max(1000)
    .describe('how often the whole sequence of calls runs, on fresh tables'),
});
const hotTableSettings = z.strictObject({
  processes: z.int().min(1).max(500).describe('contenders, all started at the same instant in each round'),
  rounds: z.int().min(1).max(20_000),
  period_ms: milliseconds(20, 60_000).describe('milliseconds between the starts of two rounds'),
  table_pairs: z.int().min(1).max(50).describe('how many pairs of hot tables the rounds alternate between'),
});
const windowBoundarySettings = z.strictObject({
  processes: z.int().min(1).max(200),
  tables_per_process: z.int().min(1).max(50),
  lead_ms: milliseconds(200, 60_000).describe('milliseconds from the first call to the start of the window'),
  window_ms: milliseconds(200, 600_000).describe('length of each window in milliseconds'),
  tail_ms: milliseconds(200, 60_000).describe(
    'milliseconds that polling goes on after the end of the window',
  ),
  poll_interval_ms: milliseconds(20, 60_000),
  refresh_every_ms: milliseconds(100, 3_600_000).describe(
    'milliseconds between two refreshes of the tables under the policy `every`, as a scheduled job would do it',
  ),
  refreshed_tables: z
    .int()
    .min(1)
    .max(1000)
    .describe('tables under the policy `every`, at most: one caller refreshes all of them in turn'),
  stepped: z
    .strictObject({
      tables: z.int().min(6).max(1000),
      windows_per_table: z.int().min(1).max(500),
    })
    .describe(
      'instead of all this with --clock virtual: windows whose boundaries the clock is stepped across',
    ),
});

const scriptedSettings = z.strictObject({
  processes: z.int().min(1).max(500).describe('callers, all started at the same instant in each round'),
  rounds: z.int().min(1).max(20_000),
  period_ms: milliseconds(0, 60_000).describe(
    'milliseconds between the starts of two rounds; 0: each caller goes on at once',
  ),
});
const holdsSettings = scriptedSettings.extend({
  expiry_ms: milliseconds(30, 60_000).describe('milliseconds after which a hold lapses that is meant to'),
});
const churnSettings = scriptedSettings.extend({
  tables: z.int().min(2).max(500).describe('how many tables all callers share'),
});
const arrivalRate = z.number().min(0.1).max(10_000);
const maxUsers = z
  .int()
  .min(1)
  .max(1000)
  .describe(
    'virtual users that are kept ready: arrivals per second times the seconds that one takes, and more',
  );
const rushSettings = z.strictObject({
  rate_per_s: arrivalRate.describe('diners who arrive each second, outside the peak'),
  peak_factor: z.number().min(1).max(100).describe('how many times as many arrive in the peak'),
  duration_s: z.int().min(1).max(86_400).describe('seconds of the whole service'),
  tables: z.int().min(4).max(1000).describe('tables of each of the two restaurants'),
  zipf_exponent: z
    .number()
    .min(0)
    .max(5)
    .describe('how popular the popular tables are: 0 all alike, 1 as words in a text'),
  tries: z.int().min(1).max(20).describe('tables that a diner asks for before giving up'),
  backoff_ms: milliseconds(1, 10_000).describe('longest pause before the second try; it doubles with each'),
  max_users: maxUsers,
});
const soakSettings = z.strictObject({
  rate_per_s: arrivalRate.describe('visits that begin each second'),
  duration_s: z.int().min(1).max(86_400).describe('seconds'),
  tables: z.int().min(1).max(1000),
  bookings: z.int().min(1).max(10_000).describe('bookings that take turns'),
  max_users: maxUsers,
});

/** What `table-stress scalability` sets for each of its levels; it is no part of a profile. */
const scalabilitySettings = z.strictObject({
  processes: z.int().min(1).max(500),
  duration_s: z.number().min(0.1).max(3600).describe('seconds, the warm-up among them'),
  restaurants: z.int().min(1).max(100).describe('restaurants that the processes are spread over'),
  tables: z.int().min(2).max(500).describe('tables of each restaurant'),
  zipf_exponent: z.number().min(0).max(5).describe('how popular the popular tables are; 0: all alike'),
  merged: z.number().min(0).max(1).describe('share of the assignments that take two tables'),
  conflicts: z.number().min(0).max(1).describe('share of the assignments that ask for a table that is taken'),
});
const share = (meaning: string) => z.number().min(0).max(1).describe(meaning);
const capacitySettings = z
  .strictObject({
    rate_per_s: arrivalRate.default(20).describe('assignments that begin each second'),
    duration_s: z.int().min(1).max(86_400).default(5).describe('seconds'),
    restaurants: z.int().min(1).max(1000).default(8),
    tables: z.int().min(2).max(1000).default(24).describe('tables of each restaurant'),
    popularity: z
      .enum(['uniform', 'zipf'])
      .default('uniform')
      .describe('whether all tables of a restaurant are as popular as each other, or some more than others'),
    zipf_exponent: z
      .number()
      .min(0)
      .max(5)
      .default(1.1)
      .describe('how popular the popular tables are, with the popularity zipf'),
    merged_share: share('share of the assignments that take two neighbouring tables').default(0.1),
    conflict_share: share('share of the assignments that want what the one before them wants').default(0.05),
    watched_share: share(
      'share of the assignments whose window runs now, and whose status is read afterwards',
    ).default(0.05),
    max_users: maxUsers.default(40),
  })
  .prefault({});
export type CapacitySettings = z.output<typeof capacitySettings>;

export const scenarioSettingsSchema = z.strictObject({
  smoke: smokeSettings,
  'hot-table': hotTableSettings,
  merge: scriptedSettings,
  idempotency: scriptedSettings,
  holds: holdsSettings,
  churn: churnSettings,
  rush: rushSettings,
  'window-boundary': windowBoundarySettings,
  soak: soakSettings,
  capacity: capacitySettings,
});
export type ScenarioSettings = z.infer<typeof scenarioSettingsSchema> & {
  scalability: z.infer<typeof scalabilitySettings>;
};
export type ScenarioName = keyof ScenarioSettings;

/** Every scenario, in the order in which a run goes through them. */
export const scenarioNames = [
  'smoke',
  'hot-table',
  'merge',
  'idempotency',
  'holds',
  'churn',
  'rush',
  'window-boundary',
  'soak',
  'capacity',
] as const satisfies ScenarioName[];

/** Those, and the ones that a command of their own runs. */
export const allScenarioNames = [...scenarioNames, 'scalability'] as const satisfies ScenarioName[];
/** What a run without arguments goes through: how much a target carries is the question of a command of its own. */
export const usualScenarioNames = scenarioNames.filter((name) => name !== 'capacity');

const backgroundSettings = z.strictObject({
  restaurants: z.int().min(0).max(1000),
  bookings_per_restaurant: z.int().min(0).max(10_000),
});
export type BackgroundSettings = z.infer<typeof backgroundSettings>;

const profileSchema = z.strictObject({
  background: backgroundSettings.describe(
    'bookings that no scenario touches: they must be the same afterwards',
  ),
  scenarios: scenarioSettingsSchema,
});
export type Profile = z.infer<typeof profileSchema>;
/** What can be planned: a profile, and settings of scenarios that belong to none. */
export type PlannedProfile = Pick<Profile, 'background'> & { scenarios: Partial<ScenarioSettings> };

const metricThresholdSchema = z.strictObject({
  metric: z
    .string()
    .regex(/^(assign|unassign|hold|release|confirm|refresh|status|transition)_duration$/)
    .describe('how long calls of one kind took, for instance assign_duration'),
  conditions: z
    .array(
      z
        .string()
        .regex(
          /^(avg|min|max|med|count|rate|value|p\(\d+(\.\d+)?\))\s*(<=?|>=?|===?|!=)\s*\d+(\.\d+)?$/,
          'is no k6 threshold, for instance p(95)<2000',
        ),
    )
    .min(1)
    .describe('k6 threshold expressions'),
  at_least: z
    .int()
    .min(1)
    .describe('fewer samples than this cross the threshold too: k6 alone lets a metric without data pass'),
});
export type MetricThreshold = z.infer<typeof metricThresholdSchema>;

const freshnessSchema = z.strictObject({
  policy: z.enum(refreshPolicies).describe('the refresh policy that is judged; the others are only measured'),
  max_stale_ms: milliseconds(1, 3_600_000).describe(
    'longest that a stored status may differ from the rule after a window began or ended, milliseconds',
  ),
});

const thresholdsObject = z.strictObject({
  $schema: z.string().optional(),
  v: z.literal(THRESHOLDS_VERSION),
  profiles: z.strictObject({ quick: profileSchema, standard: profileSchema, soak: profileSchema }),
  k6: z.record(
    z.enum(usualScenarioNames),
    z
      .array(metricThresholdSchema)
      .refine((list) => new Set(list.map(({ metric }) => metric)).size === list.length, {
        message: 'names a metric twice: put all its conditions into one entry',
      }),
  ),
  progress: z.strictObject({
    max_transient_share: z
      .number()
      .min(0)
      .max(1)
      .describe('share of calls that may end in a deadlock, serialization failure or time-out'),
    max_wait_ms: milliseconds(1, 600_000).describe('longest that one call may take, milliseconds'),
  }),
  barrier: z.strictObject({
    max_spread_ms: milliseconds(1, 60_000).describe(
      'a round whose contenders started further apart counts as a late round',
    ),
  }),
  freshness: freshnessSchema,
  contention: z
    .strictObject({
      min_calls: z
        .int()
        .min(1)
        .default(20)
        .describe('calls that must have overlapped another for the same table and window, in each scenario'),
      min_share: z
        .number()
        .min(0)
        .max(1)
        .default(0.1)
        .describe(
          'share that must have overlapped another, of its calls that have a rival at all: another process wants the same table and window',
        ),
      min_achieved_share: z
        .number()
        .min(0)
        .max(1)
        .default(0.9)
        .describe(
          'share of the planned arrivals that must have been made, in scenarios with an arrival rate',
        ),
      max_generator_cpu: z
        .number()
        .min(0)
        .max(1)
        .default(0.9)
        .describe('share of all cores above which the load generator is called the bottleneck'),
    })
    .prefault({})
    .describe('below that the load did not contend, and the promises about concurrency are unknown'),
  capacity: capacityLimitsSchema,
  staging: stagingLimitsSchema,
});

export const thresholdsSchema = thresholdsObject.superRefine(({ freshness, profiles }, context) => {
  for (const [name, { scenarios }] of Object.entries(profiles)) {
    const settings = scenarios['window-boundary'];
    const refuse = (field: keyof typeof settings, message: string): void => {
      context.addIssue({
        code: 'custom',
        path: ['profiles', name, 'scenarios', 'window-boundary', field],
        message,
      });
    };
    if (freshness.policy === 'every' && settings.refresh_every_ms > freshness.max_stale_ms) {
      refuse(
        'refresh_every_ms',
        `is above freshness.max_stale_ms (${freshness.max_stale_ms}), which it could not keep`,
      );
    }
    for (const field of ['window_ms', 'tail_ms'] as const) {
      if (settings[field] > freshness.max_stale_ms) continue;
      refuse(
        field,
        `is not above freshness.max_stale_ms (${freshness.max_stale_ms}), so nobody would see that passed`,
      );
    }
  }
});
export type Thresholds = z.infer<typeof thresholdsSchema>;
export type ProfileName = keyof Thresholds['profiles'];
export const profileNames = ['quick', 'standard', 'soak'] as const satisfies ProfileName[];
