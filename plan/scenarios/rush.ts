import type { ScenarioSettings } from '../../contracts/thresholds.ts';
import { arrivalTimes, serviceStages } from '../arrivals.ts';
import type { WorldBuilder } from '../builder.ts';
import { arrivalsDuration } from '../duration.ts';
import { windowStart } from '../evening.ts';
import { capContenders } from '../fit.ts';
import { drawByPopularity } from '../popularity.ts';
import { durationOf, type ScenarioDefinition } from '../scenario.ts';
import type { Customer, Table } from '../world.ts';

const MINUTE = 60_000;

type Settings = ScenarioSettings['rush'];

/** Somebody who wants a table this evening. */
export interface Diner {
  booking_id: string;
  /** When they ask first, milliseconds after the scenario's start. */
  arrival_ms: number;
  /** Sets of tables in the order in which they are tried; one with two tables is for a large party. */
  choices: string[][];
  /** Idempotency key; each choice appends its number. */
  idempotency_key: string;
  /** Pauses before another try, milliseconds, one for each. */
  backoff_ms: number[];
  /** Gives the table back at once. */
  changes_mind: boolean;
}

export interface RushPlan {
  settings: Settings;
  diners: Diner[];
}

/** How often a call is repeated that ended in a transient error, or without an answer. */
export const RETRIES = 3;

/** Arrivals of a dinner service in an open model: nobody waits for those before. Tables are popular by Zipf's law. */
function planRush(builder: WorldBuilder, settings: Settings): RushPlan {
  const { start_rate_per_s, stages } = serviceStages(settings);
  const restaurants = ['Europe/London', 'America/New_York'].map((timezone) =>
    planRestaurant(builder, timezone, settings.tables),
  );
  const diners = arrivalTimes(start_rate_per_s, stages).map((arrival_ms, index): Diner => {
    const { restaurant, pairs, tables, customers } = builder.random.pick(restaurants as [House, ...House[]]);
    const party = partySize(builder);
    const start = windowStart(builder, restaurant, 2) + quarterOf(builder) * 15 * MINUTE;
    const stay = (60 + 10 * party + builder.random.integer(-1, 1) * 15) * MINUTE;
    const customer = customers[index % customers.length] as Customer;
    const booking = builder.booking(customer, start, start + stay, 'pending', party);
    const fitting =
      party > 6
        ? pairs.filter((pair) => seats(pair) >= party)
        : tables.filter(({ capacity }) => capacity >= party).map((table) => [table]);
    const choices = drawByPopularity(builder.random, fitting, settings.zipf_exponent, settings.tries);
    return {
      booking_id: booking.id,
      arrival_ms: Math.round(arrival_ms),
      choices: choices.map((set) => set.map(({ id }) => id)),
      idempotency_key: builder.text(String(index)),
      backoff_ms: backoff(builder, settings),
      changes_mind: builder.random.integer(1, 10) === 1,
    };
  });
  return { settings, diners };
}

interface House {
  restaurant: ReturnType<WorldBuilder['restaurant']>;
  tables: Table[];
  /** Neighbours, for parties that no single table takes. */
  pairs: Table[][];
  customers: Customer[];
}

function planRestaurant(builder: WorldBuilder, timezone: string, count: number): House {
  const restaurant = builder.restaurant(timezone);
  const zone = builder.zone(restaurant);
  const tables = Array.from({ length: count }, (_, index) =>
    builder.table(zone, { capacity: 2 + 2 * (index % 4) }),
  );
  const pairs = tables.slice(1).map((table, index) => [tables[index] as Table, table]);
  for (const [one, other] of pairs) builder.adjacent(one as Table, other as Table);
  return {
    restaurant,
    tables,
    pairs,
    customers: Array.from({ length: 40 }, () => builder.customer(restaurant)),
  };
}

function seats(tables: readonly Table[]): number {
  return tables.reduce((total, { capacity }) => total + capacity, 0);
}

/** Mostly twos and fours. */
function partySize(builder: WorldBuilder): number {
  return builder.random.pick([1, 2, 2, 2, 2, 3, 4, 4, 4, 5, 6, 8]);
}

/** Quarters of an hour after half past six; most want to eat at about half past seven. */
function quarterOf(builder: WorldBuilder): number {
  return builder.random.pick([0, 1, 2, 3, 3, 4, 4, 4, 4, 5, 5, 6, 8]);
}

/** Exponential back-off with full jitter (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog 2015). */
function backoff(builder: WorldBuilder, { tries, backoff_ms }: Settings): number[] {
  return Array.from({ length: tries + RETRIES }, (_, index) =>
    builder.random.integer(1, backoff_ms * 2 ** Math.min(index, 4)),
  );
}

export const rush: ScenarioDefinition<'rush'> = {
  promises: [
    'no-double-booking',
    'acked-is-durable',
    'no-phantom',
    'linearizable',
    'justified-rejection',
    'linked',
    'mapped-errors',
    'progress',
    'contended',
    'isolated',
  ],
  contends: 'arrivals',
  arrivals: ({ diners }) => diners.length,
  plan: planRush,
  users: ({ settings }) => settings.max_users,
  load: ({ settings, diners }) => ({
    requests: diners.length * callsOf(settings),
    requests_per_second: settings.rate_per_s * settings.peak_factor * callsOf(settings),
    ...durationOf(arrivalsDuration(settings)),
  }),
  // The last arrival may fall on the very end of the time.
  leastCalls: ({ diners }) => diners.length - 1,
  assignments: ({ diners }) =>
    diners.map(({ choices }) => ({ tables: Math.max(0, ...choices.map((set) => set.length)), keyed: true })),
  /** Fewer arrivals: each of them may need all of its tries. */
  fit(settings, ceiling, changes) {
    const max_users = capContenders('rush', settings.max_users, ceiling, changes);
    const peak = settings.rate_per_s * settings.peak_factor * callsOf(settings);
    if (peak <= ceiling.max_requests_per_second) return { ...settings, max_users };
    const share = ceiling.max_requests_per_second / peak;
    const rate_per_s = Math.max(0.1, Math.floor(settings.rate_per_s * share * 10) / 10);
    changes.push(
      `rush: ${rate_per_s} arrivals per second instead of ${settings.rate_per_s} ` +
        `(at most ${ceiling.max_requests_per_second} requests per second)`,
    );
    return { ...settings, max_users, rate_per_s };
  },
};

/** Calls of one diner, at most, without repetitions after errors. */
function callsOf({ tries }: Settings): number {
  return tries + 1;
}
