import type { ScenarioSettings } from '../contracts/thresholds.ts';
import type { WorldBuilder } from './builder.ts';
import { nextTransition } from './time-zone.ts';
import type { Customer, Table } from './world.ts';

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
  /** Start of the next free window, milliseconds since the epoch. */
  next: number;
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
    const base = acrossTransition ? (pair.transition as number) - 1.5 * HOUR : takeWindow(pair);
    const length = acrossTransition ? 3 * HOUR : 1.5 * HOUR;
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
  const tomorrow = Math.floor(builder.origin.anchor / DAY) * DAY + 2 * DAY;
  return Array.from({ length: settings.table_pairs }, (_, index) => {
    const { restaurant, zone } = places[index % places.length] as (typeof places)[number];
    const tables: [Table, Table] = [builder.table(zone), builder.table(zone)];
    builder.adjacent(...tables);
    return {
      tables,
      customers: Array.from({ length: Math.min(settings.processes, 20) }, () => builder.customer(restaurant)),
      next: tomorrow + builder.random.integer(0, 3) * 15 * MINUTE,
      transition: nextTransition(tomorrow, restaurant.timezone),
    };
  });
}

/** The next window of at most four hours that stays clear of the hours around a change of the clocks. */
function takeWindow(pair: HotPair): number {
  const step = 4 * HOUR;
  if (pair.transition !== null && Math.abs(pair.next + step / 2 - pair.transition) < 6 * HOUR) {
    pair.next = pair.transition + 8 * HOUR;
  }
  const base = pair.next;
  pair.next += step;
  return base;
}
