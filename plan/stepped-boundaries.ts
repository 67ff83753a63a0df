import { type RefreshPolicy, refreshPolicies, type ScenarioSettings } from '../contracts/thresholds.ts';
import type { WorldBuilder } from './builder.ts';
import { mix } from './identity.ts';
import { type ScenarioLoad, sum } from './scenario.ts';
import { stopsAcross } from './stepped-schedule.ts';
import { instantOf, localTime } from './time-zone.ts';
import type { Customer, Restaurant } from './world.ts';

type Settings = ScenarioSettings['window-boundary'];

export interface SteppedWindow {
  booking_id: string;
  /** ISO 8601 in UTC, as `end_at` and `check_in_at`. */
  start_at: string;
  end_at: string;
  /** When the guests sit down, within the window; null: they never come. */
  check_in_at: string | null;
}

export interface SteppedTable {
  table_id: string;
  policy: RefreshPolicy;
  /** In the order of time; some touch. */
  windows: SteppedWindow[];
}

/** Windows of several days, for a clock that is set to their boundaries instead of waiting for them. */
export interface SteppedBoundaries {
  /** Where the clock stands while the tables are assigned, before every window. ISO 8601 in UTC. */
  from: string;
  /** After every window, with time enough to see what stays. */
  until: string;
  tables: SteppedTable[];
}

const MINUTE = 60_000;
const HALF_HOUR = 30 * MINUTE;
const DAY = 48 * HALF_HOUR;

/** Guests sit down so long after the start, which is within the shortest window and at no boundary. */
const ARRIVAL = 20 * MINUTE;

/**
 * Bookings as a restaurant takes them: at half hours, one to two hours long, some directly after each other, between ten
 * in the morning and half past ten at night. What is assigned lies up to one interval of the refreshing job after that,
 * the same for all at one instant, so that boundaries lie anywhere between two of its runs.
 */
export function planSteppedBoundaries(builder: WorldBuilder, settings: Settings): SteppedBoundaries {
  const today = Math.floor(builder.origin.anchor / DAY) * DAY;
  const places = ['Europe/London', 'Asia/Kathmandu', 'America/Los_Angeles'].map((timezone) => {
    const restaurant = builder.restaurant(timezone);
    return { restaurant, zone: builder.zone(restaurant), customer: builder.customer(restaurant) };
  });
  const tables = Array.from({ length: settings.stepped.tables }, (_, index): SteppedTable => {
    const { restaurant, zone, customer } = places[index % places.length] as (typeof places)[number];
    const table = builder.table(zone);
    const policy = refreshPolicies[Math.floor(index / places.length) % refreshPolicies.length] ?? 'none';
    return {
      table_id: table.id,
      policy,
      windows: planWindows(builder, settings, restaurant, customer, today),
    };
  });
  const ends = tables.map(({ windows }) => Date.parse(windows.at(-1)?.end_at ?? ''));
  return {
    from: new Date(today + DAY).toISOString(),
    until: new Date(Math.max(...ends) + DAY).toISOString(),
    tables,
  };
}

function planWindows(
  builder: WorldBuilder,
  settings: Settings,
  restaurant: Restaurant,
  customer: Customer,
  today: number,
): SteppedWindow[] {
  const windows: SteppedWindow[] = [];
  const { random } = builder;
  for (let day = 2; windows.length < settings.stepped.windows_per_table; day += 1) {
    const { date } = localTime(today + day * DAY, restaurant.timezone);
    const closes = instantOf(date, '22:30:00', restaurant.timezone);
    let start = instantOf(date, '10:00:00', restaurant.timezone) + random.integer(0, 2) * HALF_HOUR;
    while (windows.length < settings.stepped.windows_per_table) {
      const end = start + random.integer(2, 4) * HALF_HOUR;
      if (end > closes) break;
      const arrives = random.integer(0, 1) === 1;
      windows.push(planWindow(builder, settings, customer, { start, end, arrives }));
      // After guests who came, the next booking does not follow at once: the table stays blocked either way then.
      start = end + random.integer(arrives ? 1 : 0, 2) * HALF_HOUR;
    }
  }
  return windows;
}

function planWindow(
  builder: WorldBuilder,
  settings: Settings,
  customer: Customer,
  { start, end, arrives }: { start: number; end: number; arrives: boolean },
): SteppedWindow {
  const shifted = (instant: number): string =>
    new Date(instant + (mix(instant / MINUTE) % Math.min(settings.refresh_every_ms, ARRIVAL))).toISOString();
  return {
    booking_id: builder.booking(customer, start, end).id,
    start_at: shifted(start),
    end_at: shifted(end),
    check_in_at: arrives ? new Date(start + ARRIVAL).toISOString() : null,
  };
}

/** Assignments, guests who sit down, and each instant, which counts as one. Without a ceiling it takes no time by itself. */
export function steppedLoad(
  stepped: SteppedBoundaries,
  settings: Settings,
  pause: number,
): Omit<ScenarioLoad, 'scenario' | 'virtual_users'> {
  const steps = stopsAcross(stepped, settings);
  const assignments = sum(stepped.tables.map(({ windows }) => windows.length));
  const requests = assignments + sum(steps.map((step) => 1 + step.check_ins.length));
  const planned_s = (requests * pause) / settings.processes / 1000;
  return {
    requests,
    requests_per_second: pause === 0 ? null : (settings.processes * 1000) / pause,
    planned_s,
    limit_s: 600 + Math.ceil(planned_s),
  };
}
