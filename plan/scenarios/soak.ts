import type { ScenarioSettings } from '../../contracts/thresholds.ts';
import type { WorldBuilder } from '../builder.ts';
import { arrivalsDuration } from '../duration.ts';
import { windowStart } from '../evening.ts';
import { capContenders } from '../fit.ts';
import { durationOf, type ScenarioDefinition } from '../scenario.ts';
import { roundsOf } from '../scripted.ts';
import type { Table } from '../world.ts';

const MINUTE = 60_000;
/** An assignment, a read, and the table given back. */
const CALLS = 3;

type Settings = ScenarioSettings['soak'];

/** A booking that takes its table and gives it back, over and over. */
export interface Visit {
  booking_id: string;
  table_ids: string[];
  /** Idempotency key; each use appends its number. */
  idempotency_key: string;
}

export interface SoakPlan {
  settings: Settings;
  /** The `n`th arrival is that of visit `n` modulo their number. */
  visits: Visit[];
}

/**
 * A steady rate of visits to the same tables for a long time: dead rows, ledger and audit trail grow, and what was quick
 * in the beginning must still be quick in the end.
 */
function planSoak(builder: WorldBuilder, settings: Settings): SoakPlan {
  const restaurant = builder.restaurant('Europe/London');
  const zone = builder.zone(restaurant);
  const tables = Array.from({ length: settings.tables }, () => builder.table(zone));
  const customers = Array.from({ length: 20 }, () => builder.customer(restaurant));
  const evening = windowStart(builder, restaurant, 2);
  const visits = Array.from({ length: settings.bookings }, (_, index): Visit => {
    const customer = customers[index % customers.length] ?? builder.customer(restaurant);
    const start = evening + builder.random.integer(0, 6) * 15 * MINUTE;
    const booking = builder.booking(customer, start, start + 90 * MINUTE);
    const table = tables[builder.random.integer(0, tables.length - 1)] as Table;
    return { booking_id: booking.id, table_ids: [table.id], idempotency_key: builder.text(String(index)) };
  });
  return { settings, visits };
}

/** Arrivals in all, at most. */
export function soakArrivals({ rate_per_s, duration_s }: Settings): number {
  return Math.ceil(rate_per_s * duration_s) + 1;
}

export const soak: ScenarioDefinition<'soak'> = {
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
  arrivals: ({ settings }) => Math.floor(settings.rate_per_s * settings.duration_s),
  plan: planSoak,
  users: ({ settings }) => settings.max_users,
  load: ({ settings }) => ({
    requests: soakArrivals(settings) * CALLS,
    requests_per_second: settings.rate_per_s * CALLS,
    ...durationOf(arrivalsDuration(settings)),
  }),
  // The first arrival may be late by one, and the last fall on the very end of the time.
  leastCalls: ({ settings }) => Math.max(0, soakArrivals(settings) - 3) * CALLS,
  assignments: ({ settings }) => roundsOf(Math.min(settings.bookings, settings.max_users), 1),
  /** Fewer arrivals. */
  fit(settings, ceiling, changes) {
    const max_users = capContenders('soak', settings.max_users, ceiling, changes);
    if (settings.rate_per_s * CALLS <= ceiling.max_requests_per_second) return { ...settings, max_users };
    const rate_per_s = Math.max(0.1, Math.floor((ceiling.max_requests_per_second / CALLS) * 10) / 10);
    changes.push(
      `soak: ${rate_per_s} visits per second instead of ${settings.rate_per_s} ` +
        `(at most ${ceiling.max_requests_per_second} requests per second)`,
    );
    return { ...settings, max_users, rate_per_s };
  },
};
