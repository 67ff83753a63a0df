import type { ScenarioSettings } from '../../contracts/thresholds.ts';
import type { WorldBuilder } from '../builder.ts';
import { arrivalsDuration } from '../duration.ts';
import { windowStart } from '../evening.ts';
import { capContenders } from '../fit.ts';
import { drawByPopularity } from '../popularity.ts';
import { durationOf, type ScenarioDefinition } from '../scenario.ts';
import { bookableWindow, utcOffset } from '../time-zone.ts';
import type { Customer, Restaurant, Table } from '../world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const CUSTOMERS = 20;

/** Pauses before each read of a watched status, milliseconds: at once, then ever longer. */
export const WATCH_PAUSES_MS = [0, 100, 200, 400, 800, 1600] as const;

type Settings = ScenarioSettings['capacity'];

/** One assignment that begins when it is its turn, whatever became of those before. */
export interface Arrival {
  booking_id: string;
  table_ids: string[];
  idempotency_key: string;
  /** Its window runs now, so the stored status of its tables must say reserved from the answer on. */
  watched: boolean;
  /** Answers that are fine: `ok`, and where another wants the same, a conflict. */
  expect: string[];
}

export interface CapacityPlan {
  settings: Settings;
  /** In the order in which they begin, evenly spaced. */
  arrivals: Arrival[];
}

/** Calls per second that the load generator really makes: k6 counts whole arrivals in a minute. */
export function arrivalRate({ rate_per_s }: Pick<Settings, 'rate_per_s'>): number {
  return Math.max(1, Math.round(rate_per_s * 60)) / 60;
}

/** Arrivals in all, at most. */
export function capacityArrivals(settings: Pick<Settings, 'rate_per_s' | 'duration_s'>): number {
  return Math.ceil(arrivalRate(settings) * settings.duration_s) + 1;
}

/**
 * Assignments at a constant rate, each of a booking of its own, over planned tables. No two want the same table for
 * overlapping windows, but for the share that is meant to: so a conflict that nobody planned is a finding.
 */
function planCapacity(builder: WorldBuilder, settings: Settings): CapacityPlan {
  const timezone = middayZone(builder.origin.anchor);
  const houses = Array.from({ length: settings.restaurants }, () => planHouse(builder, settings, timezone));
  const starts = startsByNumber(builder);
  const chance = (share: number): boolean => builder.random.integer(0, 9999) < share * 10_000;
  let last: { arrival: Arrival; house: House; start: number; end: number } | null = null;
  const arrivals: Arrival[] = [];
  for (let index = 0; index < capacityArrivals(settings); index += 1) {
    const rival = last !== null && chance(settings.conflict_share);
    const house: House = rival && last ? last.house : builder.random.pick(houses as [House, ...House[]]);
    const customer = house.customers[index % CUSTOMERS] as Customer;
    const add = (start: number, end: number, tables: string[], more: Partial<Arrival> = {}): Arrival => {
      const booking = builder.booking(customer, start, end);
      const arrival: Arrival = {
        booking_id: booking.id,
        table_ids: tables,
        idempotency_key: builder.text(String(index)),
        watched: false,
        expect: ['ok'],
        ...more,
      };
      arrivals.push(arrival);
      return arrival;
    };
    if (rival && last) {
      last.arrival.expect = ['ok', 'P0001'];
      add(last.start, last.end, [...last.arrival.table_ids], { expect: ['ok', 'P0001'] });
      last = null;
      continue;
    }
    if (isDue(index, settings.watched_share)) {
      const { start, end } = windowAround(builder.origin.anchor, timezone);
      add(start, end, [builder.table(house.zone).id], { watched: true });
      continue;
    }
    const tables = chooseTables(builder, house, settings, chance(settings.merged_share));
    const start = starts(house.restaurant, house.claim(tables));
    const end = start + 90 * MINUTE;
    last = {
      arrival: add(
        start,
        end,
        tables.map(({ id }) => id),
      ),
      house,
      start,
      end,
    };
  }
  return { settings, arrivals };
}

/** Whether the `index`th of a row is one of a share of it, evenly spread, so that there are never more than that. */
function isDue(index: number, share: number): boolean {
  return Math.floor((index + 1) * share) > Math.floor(index * share);
}

interface House {
  restaurant: Restaurant;
  zone: ReturnType<WorldBuilder['zone']>;
  tables: Table[];
  customers: Customer[];
  /** Number of the first window in which all of these tables are free; they are taken from then on. */
  claim(tables: readonly Table[]): number;
}

function planHouse(builder: WorldBuilder, settings: Settings, timezone: string): House {
  const restaurant = builder.restaurant(timezone);
  const zone = builder.zone(restaurant);
  const tables = Array.from({ length: settings.tables }, () => builder.table(zone));
  // Neighbours by twos: the first with the second, the third with the fourth.
  for (let index = 1; index < tables.length; index += 2)
    builder.adjacent(tables[index - 1] as Table, tables[index] as Table);
  const next = new Map<string, number>();
  return {
    restaurant,
    zone,
    tables,
    customers: Array.from({ length: CUSTOMERS }, () => builder.customer(restaurant)),
    claim: (wanted) => {
      const number = Math.max(...wanted.map(({ id }) => next.get(id) ?? 0));
      for (const { id } of wanted) next.set(id, number + 1);
      return number;
    },
  };
}

function chooseTables(
  builder: WorldBuilder,
  { tables }: House,
  settings: Settings,
  merged: boolean,
): Table[] {
  const exponent = settings.popularity === 'zipf' ? settings.zipf_exponent : 0;
  const [table] = drawByPopularity(builder.random, tables, exponent, 1) as [Table];
  const index = tables.indexOf(table);
  const neighbour = tables[index % 2 === 0 ? index + 1 : index - 1];
  return merged && neighbour ? [table, neighbour] : [table];
}

/** Starts of windows by their number, each worked out once for all restaurants: they are in one time zone. */
function startsByNumber(builder: WorldBuilder): (restaurant: Restaurant, number: number) => number {
  const known = new Map<number, number>();
  return (restaurant, number) => {
    const start = known.get(number) ?? windowStart(builder, restaurant, number);
    known.set(number, start);
    return start;
  };
}

/** A window that began a quarter of an hour ago. */
function windowAround(anchor: number, timezone: string): { start: number; end: number } {
  const minute = Math.floor(anchor / MINUTE) * MINUTE;
  return bookableWindow(minute - 15 * MINUTE, minute + 75 * MINUTE, timezone);
}

/** Where it is nearest to two o'clock in the afternoon: far from midnight, which windows do not cross. */
function middayZone(anchor: number): string {
  const zones = ['Europe/London', 'Asia/Kathmandu', 'Pacific/Auckland', 'America/New_York'];
  const distance = (zone: string): number => {
    const hours = ((anchor + utcOffset(anchor, zone)) / HOUR) % 24;
    return Math.min(Math.abs(hours - 14), 24 - Math.abs(hours - 14));
  };
  return zones.reduce((best, zone) => (distance(zone) < distance(best) ? zone : best));
}

/** Requests of one arrival, at most, on average. */
export function requestsPerArrival({ watched_share }: Pick<Settings, 'watched_share'>): number {
  return 1 + watched_share * WATCH_PAUSES_MS.length;
}

export const capacity: ScenarioDefinition<'capacity'> = {
  // Whether all calls are served in time is the question, so `progress` is none of its promises.
  promises: [
    'no-double-booking',
    'acked-is-durable',
    'no-phantom',
    'atomic-merge',
    'linearizable',
    'justified-rejection',
    'linked',
    'mapped-errors',
    'isolated',
  ],
  contends: null,
  plan: planCapacity,
  users: ({ settings }) => settings.max_users,
  load: ({ settings, arrivals }) => {
    const watched = arrivals.filter((arrival) => arrival.watched).length;
    const requests = arrivals.length + watched * WATCH_PAUSES_MS.length;
    return {
      requests,
      requests_per_second: (arrivalRate(settings) * requests) / arrivals.length,
      ...durationOf(arrivalsDuration(settings)),
    };
  },
  // The first arrival may be late by one, and the last fall on the very end of the time.
  leastCalls: ({ arrivals }) => Math.max(0, arrivals.length - 3),
  assignments: ({ arrivals }) => arrivals.map(({ table_ids }) => ({ tables: table_ids.length, keyed: true })),
  /** Fewer arrivals. */
  fit(settings, ceiling, changes) {
    const max_users = capContenders('capacity', settings.max_users, ceiling, changes);
    const calls = requestsPerArrival(settings);
    if (settings.rate_per_s * calls <= ceiling.max_requests_per_second) return { ...settings, max_users };
    const rate_per_s = Math.max(0.1, Math.floor((ceiling.max_requests_per_second / calls) * 10) / 10);
    changes.push(
      `capacity: ${rate_per_s} assignments per second instead of ${settings.rate_per_s} ` +
        `(at most ${ceiling.max_requests_per_second} requests per second)`,
    );
    return { ...settings, max_users, rate_per_s };
  },
};
