import { type LaunchProfile, launchProfileSchema } from '../../../../contracts/launch-profile.ts';

/** A day of 1,440 bookings of one restaurant, one in each minute, without any variation but chance. */
export function flatProfile(more: Partial<LaunchProfile> = {}): LaunchProfile {
  return launchProfileSchema.parse({
    v: 1,
    name: 'flat',
    launch_date: '2027-01-01',
    restaurants: 1,
    bookings_per_service: 1440,
    services: [{ name: 'all day', starts_at: '00:00', booked_within_hours: 24, arrival_curve: [1] }],
    variation: { day: 0, minute: 0 },
    scenarios: [{ name: 'usual', bookings_factor: 1 }],
    ...more,
  });
}

export const usual = { name: 'usual', bookings_factor: 1 };
