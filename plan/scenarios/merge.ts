import type { ScenarioSettings } from '../../contracts/thresholds.ts';
import type { WorldBuilder } from '../builder.ts';
import { windowStart } from '../evening.ts';
import type { ScenarioDefinition } from '../scenario.ts';
import { roundsOf, type ScriptedPlan, type ScriptedRound, scriptedScenario } from '../scripted.ts';
import type { Step } from '../step.ts';
import type { Booking, Customer, Restaurant, Table } from '../world.ts';

const HOUR = 3_600_000;
/** Tables of one zone in a ring: each has two neighbours. */
const RING = 5;
const CONFLICT = ['ok', 'P0001'];

export type MergePlan = ScriptedPlan<ScenarioSettings['merge']>;

/**
 * `same`: all want the same three tables. `chain`: each wants two or three neighbours, and overlaps those beside it.
 * `nested`: some want a pair, some the pair and one more. Callers with odd numbers name the tables backwards.
 */
export const mergeKinds = ['same', 'chain', 'nested'] as const;
type Kind = (typeof mergeKinds)[number];

interface Place {
  restaurant: Restaurant;
  ring: Table[];
  customers: Customer[];
}

/** Rounds in which overlapping sets of tables are wanted as one, named in opposing orders, given back in part, and taken again. */
function planMerge(builder: WorldBuilder, settings: ScenarioSettings['merge']): MergePlan {
  const places = ['Europe/London', 'America/New_York'].map((timezone) => planPlace(builder, timezone));
  const rounds = Array.from({ length: settings.rounds }, (_, index): ScriptedRound => {
    const place = places[index % places.length] as Place;
    const kind = mergeKinds[Math.floor(index / places.length) % mergeKinds.length] as Kind;
    const start = windowStart(builder, place.restaurant, Math.floor(index / places.length));
    const scripts = Array.from({ length: settings.processes }, (_, process) => {
      const customer = place.customers[process % place.customers.length] as Customer;
      const booking = builder.booking(customer, start, start + 1.5 * HOUR);
      const set = tablesOf(place.ring, kind, process);
      if (process % 2 === 1) set.reverse();
      return script(builder, booking, set, `${index}-${process}`, index % 4 < 2, process);
    });
    return { kind, scripts };
  });
  return { settings, rounds };
}

function tablesOf(ring: readonly Table[], kind: Kind, process: number): string[] {
  const from = (start: number, count: number): string[] =>
    Array.from({ length: count }, (_, index) => (ring[(start + index) % RING] as Table).id);
  if (kind === 'same') return from(0, 3);
  if (kind === 'chain') return from(process % RING, 2 + (process % 2));
  return from(1, process % 3 === 0 ? 3 : 2);
}

/** Takes the set; a third gives one table back, a third gives all back and takes the set again. */
function script(
  builder: WorldBuilder,
  booking: Booking,
  table_ids: string[],
  name: string,
  require_adjacency: boolean,
  process: number,
): Step[] {
  const own = { start_at: null, end_at: null, require_adjacency };
  const take = (key: string): Step => ({
    f: 'assign',
    input: { booking_id: booking.id, table_ids, idempotency_key: builder.text(key), ...own },
    expect: CONFLICT,
  });
  const give = (tables: string[] | null): Step => ({
    f: 'unassign',
    input: { booking_id: booking.id, table_ids: tables },
    expect: ['ok'],
  });
  const steps = [take(name)];
  if (process % 3 === 1) steps.push(give(table_ids.slice(0, 1)));
  if (process % 3 === 2) steps.push(give(null), take(`${name}-again`));
  return steps;
}

function planPlace(builder: WorldBuilder, timezone: string): Place {
  const restaurant = builder.restaurant(timezone);
  const zone = builder.zone(restaurant);
  const ring = Array.from({ length: RING }, () => builder.table(zone));
  ring.forEach((table, index) => {
    builder.adjacent(table, ring[(index + 1) % RING] as Table);
  });
  return { restaurant, ring, customers: Array.from({ length: 8 }, () => builder.customer(restaurant)) };
}

const { fitRounds, ...scripted } = scriptedScenario<ScenarioSettings['merge']>('merge');

export const merge: ScenarioDefinition<'merge'> = {
  ...scripted,
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
    'contended',
    'isolated',
  ],
  plan: planMerge,
  // The ring holds five tables, and a set has at least two. A set that was given back leaves no ledger entry.
  assignments: ({ rounds }) => [...roundsOf(rounds.length, 2), ...roundsOf(rounds.length, 3)],
  fit: (settings, ceiling, changes) => fitRounds(settings, 3, ceiling, changes),
};
