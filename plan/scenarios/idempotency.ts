import type { ScenarioSettings } from '../../contracts/thresholds.ts';
import type { AssignInput } from '../../history/operation.ts';
import type { WorldBuilder } from '../builder.ts';
import { windowStart } from '../evening.ts';
import type { ScenarioDefinition } from '../scenario.ts';
import { roundsOf, type ScriptedPlan, type ScriptedRound, scriptedScenario } from '../scripted.ts';
import type { Step } from '../step.ts';
import type { Booking, Customer, Restaurant, Table } from '../world.ts';

const HOUR = 3_600_000;

export type IdempotencyPlan = ScriptedPlan<ScenarioSettings['idempotency']>;

/**
 * `at-once`: all send the same call at the same instant. `other-payload`: half of them name another table. `lost-reply`:
 * the answer is lost after the commit, and the client asks again. `after-undo`: the call is repeated once its tables
 * were given back. `moved`: the call is repeated once its window was moved by another. `other-keys`: callers
 * with keys of their own give one booking a table each, and move it, all at once.
 */
export const idempotencyKinds = [
  'at-once',
  'other-payload',
  'lost-reply',
  'after-undo',
  'moved',
  'other-keys',
] as const;
type Kind = (typeof idempotencyKinds)[number];

interface Place {
  restaurant: Restaurant;
  tables: Table[];
  customers: Customer[];
}

interface Round {
  builder: WorldBuilder;
  place: Place;
  index: number;
  start: number;
}

/** How many callers share one booking and key. */
const SHARING = 4;

/** Rounds of calls that are repeated under one key. */
function planIdempotency(builder: WorldBuilder, settings: ScenarioSettings['idempotency']): IdempotencyPlan {
  const place = planPlace(builder, Math.ceil(settings.processes / 2) * 2);
  const rounds = Array.from({ length: settings.rounds }, (_, index): ScriptedRound => {
    const kind = idempotencyKinds[index % idempotencyKinds.length] as Kind;
    const round = { builder, place, index, start: windowStart(builder, place.restaurant, index) };
    return { kind, scripts: scriptsOf[kind](round, settings.processes) };
  });
  return { settings, rounds };
}

const scriptsOf: Record<Kind, (round: Round, processes: number) => Step[][]> = {
  'at-once': (round, processes) =>
    shared(round, processes, (call, group) => [[call([2 * group, 2 * group + 1], ['ok'])]]),
  'other-payload': (round, processes) =>
    shared(round, processes, (call, group) => [
      [call([2 * group], ['ok', 'P0003'])],
      [call([2 * group + 1], ['ok', 'P0003'])],
    ]),
  'lost-reply': (round, processes) =>
    each(processes, (process) => {
      // Who lost an answer asks again, while another guest wants the same table.
      const call = caller(round, book(round, process), `${round.index}-${process}`);
      const wanted = [Math.floor(process / 2) * 2];
      if (process % 2 === 1) return [call(wanted, ['ok', 'P0001'])];
      const first = call(wanted, ['ok', 'P0001']);
      return [
        { ...first, lose_reply: true },
        { ...first, retry: true },
      ];
    }),
  'after-undo': (round, processes) =>
    each(processes, (process) => {
      const booking = book(round, process);
      const first = caller(round, booking, `${round.index}-${process}`)([process], ['ok']);
      const undo: Step = {
        f: 'unassign',
        input: { booking_id: booking.id, table_ids: null },
        expect: ['ok'],
      };
      // Assigning anew and refusing are both honest; success with nothing is not.
      return [first, undo, { ...first, expect: ['ok', 'P0003'], retry: true }];
    }),
  moved: (round, processes) =>
    each(processes, (process) => {
      const booking = book(round, process);
      const first = caller(round, booking, `${round.index}-${process}`)([process], ['ok']);
      const move = caller(round, booking, `${round.index}-${process}-moved`, 1)([process], ['ok']);
      return [first, move, { ...first, retry: true }];
    }),
  'other-keys': (round, processes) => {
    const bookings = Array.from({ length: Math.ceil(processes / SHARING) }, (_, group) => book(round, group));
    return each(processes, (process) => {
      const booking = bookings[Math.floor(process / SHARING)] as Booking;
      const first = caller(round, booking, `${round.index}-${process}`)([process], ['ok']);
      const move = caller(round, booking, `${round.index}-${process}-moved`, 0.25)([process], ['ok']);
      return [first, move, { ...move, retry: true }];
    });
  },
};

type Call = (tables: number[], expect: string[]) => Step & { f: 'assign' };

/** @param later hours by which the window is later than the booking's */
function caller({ builder, place, start }: Round, booking: Booking, key: string, later = 0): Call {
  const instant = (hours: number): string => new Date(start + hours * HOUR).toISOString();
  const input: Omit<AssignInput, 'table_ids'> = {
    booking_id: booking.id,
    idempotency_key: builder.text(key),
    require_adjacency: false,
    start_at: later === 0 ? null : instant(later),
    end_at: later === 0 ? null : instant(later + 1.5),
  };
  return (tables, expect) => ({
    f: 'assign',
    input: { ...input, table_ids: tables.map((index) => (place.tables[index] as Table).id) },
    expect,
  });
}

function book({ builder, place, start }: Round, process: number): Booking {
  const customer = place.customers[process % place.customers.length] as Customer;
  return builder.booking(customer, start, start + 1.5 * HOUR);
}

function each(processes: number, script: (process: number) => Step[]): Step[][] {
  return Array.from({ length: processes }, (_, process) => script(process));
}

/** Groups of callers with one booking and key each; every caller of a group gets one of its scripts in turn. */
function shared(round: Round, processes: number, scripts: (call: Call, group: number) => Step[][]): Step[][] {
  const groups = Array.from({ length: Math.ceil(processes / SHARING) }, (_, group) =>
    scripts(caller(round, book(round, group), `${round.index}-group-${group}`), group),
  );
  return each(processes, (process) => {
    const group = groups[Math.floor(process / SHARING)] ?? [];
    return group[process % group.length] ?? [];
  });
}

function planPlace(builder: WorldBuilder, tables: number): Place {
  const restaurant = builder.restaurant('Europe/Paris');
  const zone = builder.zone(restaurant);
  return {
    restaurant,
    tables: Array.from({ length: tables }, () => builder.table(zone)),
    customers: Array.from({ length: 8 }, () => builder.customer(restaurant)),
  };
}

const { fitRounds, ...scripted } = scriptedScenario<ScenarioSettings['idempotency']>('idempotency');

export const idempotency: ScenarioDefinition<'idempotency'> = {
  ...scripted,
  promises: [
    'no-double-booking',
    'acked-is-durable',
    'no-phantom',
    'atomic-merge',
    'idempotent-replay',
    'linearizable',
    'justified-rejection',
    'linked',
    'mapped-errors',
    'progress',
    'contended',
    'isolated',
  ],
  plan: planIdempotency,
  // Each process has a table of its own at most, or two groups of four share two; a moved call has two keys.
  assignments: ({ settings, rounds }) =>
    roundsOf(rounds.length, 1).flatMap(() => roundsOf(settings.processes + 1, 1)),
  fit: (settings, ceiling, changes) => fitRounds(settings, 3, ceiling, changes),
};
