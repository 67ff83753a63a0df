import type { ScenarioSettings } from '../../contracts/thresholds.ts';
import type { WorldBuilder } from '../builder.ts';
import { windowStart } from '../evening.ts';
import { capContenders } from '../fit.ts';
import { drawByPopularity } from '../popularity.ts';
import { durationOf, type ScenarioDefinition } from '../scenario.ts';
import { roundsOf } from '../scripted.ts';
import type { Restaurant, Table } from '../world.ts';

const MINUTE = 60_000;
/** Bookings of each process, which take turns: shares are kept to a twentieth. */
const TURNS = 20;
/** Three assignments, and one of them given back. */
const OPENING_CALLS = 4;
/** Sets of tables are drawn with these. */
const PAIR = 2;

type Settings = ScenarioSettings['scalability'];

/** A booking that takes its tables. Each use appends its number to the key. */
export interface Turn {
  booking_id: string;
  table_ids: string[];
  idempotency_key: string;
  /** Somebody else has the table. */
  taken: boolean;
  /** It is not given back. */
  kept: boolean;
}

/** What one process does: what opens it once, and then its turns again and again. */
export interface Caller {
  /**
   * One table that it keeps, a try to take that one, and two tables at once: so whatever the slice, each promise has
   * something that could break it. Over before the time that counts.
   */
  opening: Turn[];
  turns: Turn[];
}

export interface ScalabilityPlan {
  settings: Settings;
  callers: Caller[];
}

interface Place {
  restaurant: Restaurant;
  /** The most popular first. */
  tables: Table[];
  /** Tables that somebody has, for turns that are to meet a conflict. */
  taken: [Table, ...Table[]];
}

/**
 * A closed model: each process takes and gives back tables without a pause. Processes share tables and have windows of
 * their own, so they wait for each other's locks, and conflicts come in exactly the share that was asked for, whatever the
 * number of processes.
 */
function planScalability(builder: WorldBuilder, settings: Settings): ScalabilityPlan {
  const places = Array.from({ length: settings.restaurants }, (): Place => {
    const restaurant = builder.restaurant('Europe/London');
    const zone = builder.zone(restaurant);
    const tables = Array.from({ length: settings.tables }, () => builder.table(zone));
    const more = Array.from({ length: settings.tables - 1 }, () => builder.table(zone));
    return { restaurant, tables, taken: [builder.table(zone), ...more] };
  });
  const callers = Array.from({ length: settings.processes }, (_, process): Caller => {
    const place = places[process % places.length] as Place;
    return planCaller(builder, settings, place, process);
  });
  return { settings, callers };
}

function planCaller(
  builder: WorldBuilder,
  settings: Settings,
  { restaurant, tables, taken }: Place,
  process: number,
): Caller {
  const customer = builder.customer(restaurant);
  const start = windowStart(builder, restaurant, process);
  const turn = (name: string, wanted: readonly Table[], special: Partial<Turn> = {}): Turn => ({
    booking_id: builder.booking(customer, start, start + 90 * MINUTE).id,
    table_ids: wanted.map(({ id }) => id),
    idempotency_key: builder.text(`${process}-${name}`),
    taken: false,
    kept: false,
    ...special,
  });
  const kept = taken[process % taken.length] ?? taken[0];
  const opening = [
    turn('kept', [kept], { kept: true }),
    turn('refused', [kept], { taken: true }),
    turn('pair', tables.slice(0, PAIR)),
  ];
  const turns = Array.from({ length: TURNS }, (_, index) => {
    const count = isOneOf(index, settings.merged) ? PAIR : 1;
    const wanted = drawByPopularity(builder.random, tables, settings.zipf_exponent, count);
    // Spread differently from the merged ones, so that the two are independent.
    const conflicts = isOneOf((index * 7 + 3) % TURNS, settings.conflicts);
    return turn(String(index), conflicts ? [kept, ...wanted.slice(1)] : wanted, { taken: conflicts });
  });
  return { opening, turns };
}

/** Whether the one of this number belongs to a share that is spread evenly over all turns. */
function isOneOf(index: number, share: number): boolean {
  return Math.floor((index + 1) * share + 1e-9) > Math.floor(index * share + 1e-9);
}

export const scalability: ScenarioDefinition<'scalability'> = {
  promises: [
    'no-double-booking',
    'acked-is-durable',
    'no-phantom',
    'atomic-merge',
    'linearizable',
    'justified-rejection',
    'linked',
    'mapped-errors',
    'progress',
    'isolated',
  ],
  contends: null,
  plan: planScalability,
  users: ({ settings }) => settings.processes,
  load: ({ settings }, pause) => {
    const rate = pause === 0 ? null : (settings.processes * 1000) / pause;
    return {
      // Without a ceiling nobody knows how many there will be.
      requests: Math.ceil((rate ?? 1000) * settings.duration_s),
      requests_per_second: rate,
      ...durationOf({ planned_ms: settings.duration_s * 1000, limit_s: Math.ceil(settings.duration_s) }),
    };
  },
  // Every process gets at least through its opening.
  leastCalls: ({ settings }) => settings.processes * OPENING_CALLS,
  assignments: ({ settings }) => roundsOf(settings.processes * 2, PAIR),
  fit: (settings, ceiling, changes) => ({
    ...settings,
    processes: capContenders('scalability', settings.processes, ceiling, changes),
  }),
};
