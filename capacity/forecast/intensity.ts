import type { LaunchProfile, LaunchScenario } from '../../contracts/launch-profile.ts';

export const MINUTES = 1440;

/**
 * Bookings that are expected in each minute of the day, on a launch day of the scenario: those of each service by its
 * curve and its last minutes, and those of a spot. Bookings that come in on days before are those of later days' services,
 * so a window of more than a day wraps around.
 *
 * @returns 1440 values, bookings per minute
 */
export function expectedBookings(profile: LaunchProfile, scenario: LaunchScenario): Float64Array {
  const expected = new Float64Array(MINUTES);
  const each = profile.restaurants * profile.bookings_per_service * scenario.bookings_factor;
  const { share, minutes } = profile.last_minute;
  for (const { starts_at, booked_within_hours, arrival_curve } of profile.services) {
    const end = minuteOf(starts_at);
    const window = booked_within_hours * 60;
    const total = arrival_curve.reduce((sum, weight) => sum + weight, 0);
    const part = window / arrival_curve.length;
    arrival_curve.forEach((weight, index) => {
      const from = end - window + index * part;
      spread(expected, from, from + part, (each * (1 - share) * weight) / total);
    });
    spread(expected, end - minutes, end, each * share);
  }
  if (scenario.spot) addSpot(expected, scenario.spot);
  return expected;
}

/** Calls that one booking makes on average: its assignments, and what it tries again after conflicts. */
export function callsPerBooking({ assignments_per_booking, conflicts }: LaunchProfile): number {
  return assignments_per_booking * (1 + conflicts.share * conflicts.retries);
}

/** `18:30` in minutes since midnight. */
export function minuteOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

/** Minutes since midnight as `18:30`. */
export function timeOf(minute: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

/** Spreads an amount evenly over `[from, to)`, minutes that may lie before the day. */
function spread(expected: Float64Array, from: number, to: number, amount: number): void {
  if (amount === 0) return;
  const rate = amount / (to - from);
  for (let minute = Math.floor(from); minute < to; minute += 1) {
    add(expected, minute, rate * (Math.min(minute + 1, to) - Math.max(minute, from)));
  }
}

function addSpot(
  expected: Float64Array,
  { at, bookings, decay_minutes }: NonNullable<LaunchScenario['spot']>,
) {
  const begin = minuteOf(at);
  const left = (minutes: number): number => Math.exp(-minutes / decay_minutes);
  // Of what a whole day leaves, nothing counts.
  for (let minute = 0; minute < MINUTES; minute += 1)
    add(expected, begin + minute, bookings * (left(minute) - left(minute + 1)));
}

function add(expected: Float64Array, minute: number, amount: number): void {
  const place = ((minute % MINUTES) + MINUTES) % MINUTES;
  expected[place] = (expected[place] ?? 0) + amount;
}
