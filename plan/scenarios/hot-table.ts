import type { ScenarioSettings } from '../../contracts/thresholds.ts';
import type { WorldBuilder } from '../builder.ts';
import { scriptedDuration } from '../duration.ts';
import { capContenders, noteSlowerRounds } from '../fit.ts';
import { pauseBetweenCalls, scheduledTime } from '../pace.ts';
import { durationOf, type ScenarioDefinition, sum } from '../scenario.ts';
import { instantOf, localTime, nextTransition } from '../time-zone.ts';
import type { Customer, Table } from '../world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * `same`: one table, one window. `overlap`: one table, staggered windows that share an instant. `pair`: two tables at
 * once, half of the callers name them in the other order. `adjacent`: one table, two windows that touch: two winners.
 */
export const roundKinds = ['same', 'pair', 'overlap', 'adjacent'] as const;
export type RoundKind = (typeof roundKinds)[number];

export interface PlannedCall {
  booking_id: string;
  table_ids: string[];
  idempotency_key: string;
  /** ISO 8601 in UTC, or null: the booking's own window. */
  start_at: string | null;
  end_at: string | null;
  /** Callers of the same slot compete for it: exactly one wins. */
  slot: string;
}

export interface PlannedRound {
  kind: RoundKind;
  /** One call for each process, by its number. */
  calls: PlannedCall[];
}

export interface HotTablePlan {
  settings: ScenarioSettings['hot-table'];
  rounds: PlannedRound[];
}

interface HotPair {
  tables: [Table, Table];
  customers: Customer[];
  timezone: string;
  /** How many windows were taken so far. */
  taken: number;
  /** Local noon of the first day, milliseconds since the epoch. */
  firstDay: number;
  /** The next change of the clocks, milliseconds since the epoch. */
  transition: number | null;
}

/** Rounds of contenders on few tables. Each round has windows of its own, so it starts on free tables. */
export function planHotTable(builder: WorldBuilder, settings: ScenarioSettings['hot-table']): HotTablePlan {
  const pairs = planPairs(builder, settings);
  const rounds: PlannedRound[] = [];
  for (let index = 0; index < settings.rounds; index += 1) {
    const pair = pairs[index % pairs.length] as HotPair;
    // The first round on each pair spans the next change of its clocks.
    const acrossTransition = index < pairs.length && pair.transition !== null;
    const kind = acrossTransition ? 'same' : (roundKinds[Math.floor(index / pairs.length) % 4] as RoundKind);
    const base = acrossTransition ? beforeTransition(pair) : takeWindow(pair);
    const length = acrossTransition ? (pair.transition as number) + 1.5 * HOUR - base : 1.5 * HOUR;
    // Half of the rounds pass the window, half leave it to the booking.
    const explicit = Math.floor(index / (pairs.length * 4)) % 2 === 1;
    const calls = Array.from({ length: settings.processes }, (_, process) =>
      planCall(builder, pair, { index, kind, base, length, explicit, process }),
    );
    rounds.push({ kind, calls });
  }
  return { settings, rounds };
}

interface CallPlace {
  index: number;
  kind: RoundKind;
  base: number;
  length: number;
  explicit: boolean;
  process: number;
}

function planCall(builder: WorldBuilder, pair: HotPair, place: CallPlace): PlannedCall {
  const { index, kind, base, length, explicit, process } = place;
  const [one, other] = pair.tables;
  let start = base;
  let end = base + length;
  let slot = 'all';
  if (kind === 'overlap') {
    start += (process % 6) * 10 * MINUTE;
    end = start + length;
  } else if (kind === 'adjacent') {
    slot = process % 2 === 0 ? 'first' : 'second';
    start = process % 2 === 0 ? base : base + length;
    end = start + length;
  }
  const opposed = process % 2 === 1;
  const table_ids = kind === 'pair' ? (opposed ? [other.id, one.id] : [one.id, other.id]) : [one.id];
  const customer = pair.customers[process % pair.customers.length] as Customer;
  const booking = builder.booking(customer, start, end);
  return {
    booking_id: booking.id,
    table_ids,
    idempotency_key: builder.text(`${index}-${process}`),
    start_at: explicit ? booking.start_at : null,
    end_at: explicit ? booking.end_at : null,
    slot,
  };
}

function planPairs(builder: WorldBuilder, settings: ScenarioSettings['hot-table']): HotPair[] {
  const restaurants = [builder.restaurant('Europe/London'), builder.restaurant('America/New_York')];
  const places = restaurants.map((restaurant) => ({ restaurant, zone: builder.zone(restaurant) }));
  const soon = builder.origin.anchor + 2 * DAY;
  return Array.from({ length: settings.table_pairs }, (_, index) => {
    const { restaurant, zone } = places[index % places.length] as (typeof places)[number];
    const tables: [Table, Table] = [builder.table(zone), builder.table(zone)];
    builder.adjacent(...tables);
    return {
      tables,
      customers: Array.from({ length: Math.min(settings.processes, 20) }, () => builder.customer(restaurant)),
      timezone: restaurant.timezone,
      taken: builder.random.integer(0, 2),
      firstDay: instantOf(localTime(soon, restaurant.timezone).date, '12:00:00', restaurant.timezone),
      transition: nextTransition(soon, restaurant.timezone),
    };
  });
}

/** Three windows a day, at most four hours long, far from midnight and so from every change of the clocks. */
const startTimes = ['09:30:00', '14:00:00', '18:30:00'] as const;

function takeWindow(pair: HotPair): number {
  const day = Math.floor(pair.taken / startTimes.length);
  const time = startTimes[pair.taken % startTimes.length] ?? '18:30:00';
  pair.taken += 1;
  return instantOf(localTime(pair.firstDay + day * DAY, pair.timezone).date, time, pair.timezone);
}

/** A start before the hour that local time repeats when clocks go back, so that it has one meaning only. */
function beforeTransition(pair: HotPair): number {
  return instantOf(localTime(pair.transition as number, pair.timezone).date, '00:15:00', pair.timezone);
}

export const hotTable: ScenarioDefinition<'hot-table'> = {
  promises: [
    'no-double-booking',
    'acked-is-durable',
    'no-phantom',
    'atomic-merge',
    'linearizable',
    'one-winner',
    'justified-rejection',
    'linked',
    'mapped-errors',
    'progress',
    'contended',
    'isolated',
  ],
  contends: 'rounds',
  plan: planHotTable,
  users: ({ settings }) => settings.processes,
  load: ({ settings, rounds }) => ({
    requests: sum(rounds.map((round) => round.calls.length)),
    requests_per_second: (settings.processes * 1000) / settings.period_ms,
    ...durationOf(scriptedDuration(settings)),
  }),
  leastCalls: ({ rounds }) => sum(rounds.map((round) => round.calls.length)),
  // One winner for each slot of a round.
  assignments: ({ rounds }) =>
    rounds.flatMap(({ calls }) => {
      const largest = new Map<string, number>();
      for (const { slot, table_ids } of calls) {
        largest.set(slot, Math.max(largest.get(slot) ?? 0, new Set(table_ids).size));
      }
      return [...largest.values()].map((tables) => ({ tables, keyed: true }));
    }),
  /** Fewer contenders, and rounds further apart. */
  fit(settings, ceiling, changes) {
    const processes = capContenders('hot-table', settings.processes, ceiling, changes);
    const pause = pauseBetweenCalls(processes, ceiling.max_requests_per_second);
    const period_ms = Math.max(settings.period_ms, scheduledTime(1, pause));
    noteSlowerRounds('hot-table', { wanted: settings.period_ms, fitted: period_ms }, ceiling, changes);
    return { ...settings, processes, period_ms };
  },
};
