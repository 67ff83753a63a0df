import type { BackgroundSettings } from '../contracts/thresholds.ts';
import type { WorldBuilder } from './builder.ts';
import { bookableWindow, instantOf, localTime, nextTransition } from './time-zone.ts';
import type { BookingStatus, Customer, Restaurant } from './world.ts';

const HOUR = 3_600_000;

/** Zones with and without daylight saving time, with offsets that are no whole hour, on both sides of the date line. */
const timezones = [
  'Europe/London',
  'America/New_York',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Auckland',
  'America/St_Johns',
] as const;

/**
 * Restaurants that no call touches, with bookings before, around and after now and across the next change of the
 * clocks. They must be the same at the end, and they make the tables as mixed as a real project's.
 */
export function planBackground(builder: WorldBuilder, settings: BackgroundSettings): void {
  for (let index = 0; index < settings.restaurants; index += 1) {
    const timezone = timezones[index % timezones.length] ?? 'UTC';
    const restaurant = builder.restaurant(timezone);
    const zone = builder.zone(restaurant);
    const first = builder.table(zone);
    const second = builder.table(zone);
    builder.adjacent(first, second);
    builder.table(zone, { mobility: 'fixed' });
    builder.table(zone, { active: false });
    builder.table(zone, { status: 'out_of_service' });
    planBookings(builder, restaurant, settings.bookings_per_restaurant);
  }
}

function planBookings(builder: WorldBuilder, restaurant: Restaurant, count: number): void {
  const { anchor } = builder.origin;
  const minute = Math.floor(anchor / 60_000) * 60_000;
  const transition = nextTransition(anchor, restaurant.timezone);
  const customers = Array.from({ length: Math.ceil(count / 4) }, () => builder.customer(restaurant));
  for (let index = 0; index < count; index += 1) {
    const customer = customers[index % customers.length] as Customer;
    if (index === 0 && transition !== null) {
      // Starts and ends outside the hour that local time repeats, so that both ends have one meaning only.
      const { date } = localTime(transition, restaurant.timezone);
      builder.booking(customer, instantOf(date, '00:15:00', restaurant.timezone), transition + 1.5 * HOUR);
      continue;
    }
    const book = (from: number, to: number, status?: BookingStatus): void => {
      const { start, end } = bookableWindow(from, to, restaurant.timezone);
      builder.booking(customer, start, end, status);
    };
    const place = index % 3;
    const shift = builder.random.integer(1, 47) * HOUR;
    if (place === 0) {
      const status = builder.random.pick<BookingStatus>(['completed', 'cancelled', 'no_show']);
      book(minute - shift - 2 * HOUR, minute - shift - HOUR / 2, status);
    } else if (place === 1) {
      book(minute - HOUR, minute + HOUR, builder.random.pick<BookingStatus>(['pending', 'checked_in']));
    } else {
      book(minute + shift, minute + shift + 1.5 * HOUR);
    }
  }
}
