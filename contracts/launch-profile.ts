import { z } from 'zod';

/** Version of the format of a launch profile. */
export const LAUNCH_PROFILE_VERSION = 1;

const clock = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is no time of day, for instance 18:30')
  .describe('local time of day, for instance 18:30');
const share = z.number().min(0).max(1);
const variation = z.number().min(0).max(2);
const name = z.string().min(1).max(60);

const serviceSchema = z.strictObject({
  name,
  starts_at: clock.describe('when the first guests come; bookings of the service end then'),
  booked_within_hours: z
    .number()
    .min(0.25)
    .max(720)
    .describe('hours before the start over which its bookings come in; those of later days come in alike'),
  arrival_curve: z
    .array(z.number().min(0))
    .min(1)
    .max(288)
    .refine((weights) => weights.some((weight) => weight > 0), 'has no weight above zero')
    .describe('weights of equal parts of those hours, the first part first'),
});

const spotSchema = z.strictObject({
  at: clock,
  bookings: z.number().min(1).max(1e8).describe('bookings that it brings on top, all restaurants together'),
  decay_minutes: z
    .number()
    .min(0.5)
    .max(1440)
    .describe('minutes after which their rate has fallen to 37 %; it falls exponentially'),
});

const scenarioSchema = z.strictObject({
  name,
  about: z.string().optional(),
  bookings_factor: z.number().min(0).max(1000).describe('how many times the usual bookings'),
  spot: spotSchema.optional().describe('a burst, for instance by a TV spot'),
});
export type LaunchScenario = z.infer<typeof scenarioSchema>;

/** What is expected of a launch: a small file that a person writes. docs/forecast.md explains it. */
export const launchProfileSchema = z.strictObject({
  $schema: z.string().optional(),
  v: z.literal(LAUNCH_PROFILE_VERSION),
  name,
  about: z.string().optional(),
  launch_date: z.iso.date().describe('the day on which the bookings below are expected'),
  restaurants: z.int().min(1).max(1_000_000),
  bookings_per_service: z
    .number()
    .min(0.1)
    .max(10_000)
    .describe('bookings of one restaurant and service on an average day'),
  services: z.array(serviceSchema).min(1).max(12),
  last_minute: z
    .strictObject({
      share: share.describe('share of the bookings that come in just before the start'),
      minutes: z.number().min(1).max(240).describe('minutes before the start'),
    })
    .default({ share: 0, minutes: 30 }),
  assignments_per_booking: z
    .number()
    .min(0.1)
    .max(100)
    .default(1)
    .describe('tables are assigned, moved and assigned again: calls that one booking makes on average'),
  conflicts: z
    .strictObject({
      share: share.describe('share of the assignments that meet a conflict'),
      retries: z.number().min(0).max(100).describe('further calls after a conflict, on average'),
    })
    .default({ share: 0, retries: 0 }),
  variation: z
    .strictObject({
      day: variation.describe('between days: standard deviation by mean of the bookings'),
      minute: variation.describe('between minutes of a day, beyond chance'),
    })
    .default({ day: 0.2, minute: 0.3 }),
  growth: z
    .strictObject({
      per_month: z.number().min(-0.9).max(10).describe('0.08: eight per cent more each month'),
      spread: z.number().min(0).max(1).default(0).describe('standard deviation of that: how unsure it is'),
    })
    .default({ per_month: 0, spread: 0 }),
  horizon_months: z.int().min(1).max(120).default(24).describe('how far to look ahead'),
  scenarios: z
    .array(scenarioSchema)
    .min(1)
    .max(20)
    .refine((list) => new Set(list.map((each) => each.name)).size === list.length, 'names one twice'),
});
export type LaunchProfile = z.infer<typeof launchProfileSchema>;

/** JSON Schema of a launch profile, by which editors check and complete it. */
export function launchProfileJsonSchema(): object {
  // Of what may be written: what has a default may be left out.
  return { title: 'Launch profile of table-stress', ...z.toJSONSchema(launchProfileSchema, { io: 'input' }) };
}
