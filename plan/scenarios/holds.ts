import type { ScenarioSettings } from '../../contracts/thresholds.ts';
import type { AssignInput } from '../../history/operation.ts';
import type { WorldBuilder } from '../builder.ts';
import { windowStart } from '../evening.ts';
import type { ScenarioDefinition } from '../scenario.ts';
import { roundsOf, type ScriptedPlan, type ScriptedRound, scriptedScenario } from '../scripted.ts';
import type { Step } from '../step.ts';
import type { Booking, Customer, Restaurant, Table, Zone } from '../world.ts';

const HOUR = 3_600_000;
const CLAIM = ['ok', 'P0001'];

export type HoldsPlan = ScriptedPlan<ScenarioSettings['holds']>;

/**
 * `against-assign`: hosts hold the table that others assign at the same instant. `release`: a hold is given up; the others
 * ask before and after. `expiry`: a hold lapses by itself; the others ask before and after. `confirm`: a held table is
 * assigned from its hold while others want it. `pairs`: two tables at once, named in opposing orders. `one-of-two`: a host
 * holds one table, the others want it together with another that is free.
 */
export const holdKinds = ['against-assign', 'release', 'expiry', 'confirm', 'pairs', 'one-of-two'] as const;
type Kind = (typeof holdKinds)[number];

interface Place {
  restaurant: Restaurant;
  zone: Zone;
  tables: Table[];
  customers: Customer[];
}

/** One caller of a round, with what it may ask for. */
interface Caller {
  process: number;
  booking: Booking;
  hold: (tables: number[], whose?: 'own' | 'nobody', expires_in_ms?: number) => Step & { f: 'hold' };
  assign: (tables: number[], name: string, wait_ms?: number) => Step & { f: 'assign' };
}

/** Rounds in which hosts' holds and assignments want the same tables. */
function planHolds(builder: WorldBuilder, settings: ScenarioSettings['holds']): HoldsPlan {
  const place = planPlace(builder);
  const rounds = Array.from({ length: settings.rounds }, (_, index): ScriptedRound => {
    const kind = holdKinds[index % holdKinds.length] as Kind;
    const start = windowStart(builder, place.restaurant, index);
    const scripts = Array.from({ length: settings.processes }, (_, process) =>
      scriptOf[kind](callerOf(builder, place, index, start, process), settings.expiry_ms),
    );
    return { kind, scripts };
  });
  return { settings, rounds };
}

const scriptOf: Record<Kind, (caller: Caller, expiry: number) => Step[]> = {
  'against-assign'({ process, hold, assign }) {
    if (process % 2 === 1) return [assign([0], 'first'), assign([0], 'again', 60)];
    const held = hold([0]);
    // Held beyond the answers of those who asked at once: else it could be thought given up before they were served.
    return [held, release(held, 120)];
  },
  release({ process, hold, assign }, expiry) {
    if (process > 0) return [assign([0], 'before', expiry / 3), assign([0], 'after', expiry)];
    const held = hold([0], 'nobody');
    return [held, release(held, expiry / 2)];
  },
  expiry({ process, hold, assign }, expiry) {
    if (process > 0) return [assign([0], 'before', expiry / 3), assign([0], 'after', expiry)];
    return [hold([0], 'nobody', expiry)];
  },
  confirm({ process, booking, hold, assign }) {
    if (process % 4 !== 0) return [assign([0], 'first', 10)];
    const held = hold([0]);
    const { hold_id, start_at, end_at } = held.input;
    const { input } = assign([0], 'confirmed');
    // Who did not get the hold has nothing to confirm, and is refused.
    return [
      held,
      {
        f: 'confirm',
        input: { ...input, booking_id: booking.id, hold_id, start_at, end_at },
        expect: ['ok', 'P0001', '23514'],
      },
    ];
  },
  pairs({ process, hold, assign }) {
    const pair = process % 4 < 2 ? [0, 1] : [1, 0];
    if (process % 2 === 1) return [assign(pair, 'first')];
    const held = hold(pair);
    return [held, release(held, 120)];
  },
  'one-of-two'({ process, hold, assign }, expiry) {
    if (process > 0) return [assign([0, 1], 'before', expiry / 3), assign([1, 0], 'after', expiry)];
    // The one that is locked last. Held until just before the others ask again: on a busy machine their first calls are late.
    const held = hold([1], 'nobody');
    return [held, release(held, expiry)];
  },
};

function release(held: Step & { f: 'hold' }, wait_ms?: number): Step {
  const input = { hold_id: held.input.hold_id };
  return { f: 'release', input, expect: ['ok'], ...(wait_ms === undefined ? {} : { wait_ms }) };
}

function callerOf(
  builder: WorldBuilder,
  { zone, tables, customers }: Place,
  round: number,
  start: number,
  process: number,
): Caller {
  const end = start + 1.5 * HOUR;
  const booking = builder.booking(customers[process % customers.length] as Customer, start, end);
  const ids = (wanted: number[]): string[] => wanted.map((index) => (tables[index] as Table).id);
  return {
    process,
    booking,
    hold(wanted, whose = 'own', expires_in_ms) {
      const seeded = builder.hold(zone, whose === 'own' ? booking : null, start, end);
      const { id, booking_id, start_at, end_at, expires_at } = seeded;
      const claim = { hold_id: id, booking_id, table_ids: ids(wanted), start_at, end_at, expires_at };
      const input = expires_in_ms === undefined ? claim : { ...claim, expires_in_ms };
      return { f: 'hold', input, expect: CLAIM };
    },
    assign(wanted, name, wait_ms) {
      const input: AssignInput = {
        booking_id: booking.id,
        table_ids: ids(wanted),
        idempotency_key: builder.text(`${round}-${process}-${name}`),
        require_adjacency: false,
        start_at: null,
        end_at: null,
      };
      return { f: 'assign', input, expect: CLAIM, ...(wait_ms === undefined ? {} : { wait_ms }) };
    },
  };
}

function planPlace(builder: WorldBuilder): Place {
  const restaurant = builder.restaurant('America/New_York');
  const zone = builder.zone(restaurant);
  const tables = [builder.table(zone), builder.table(zone)];
  const customers = Array.from({ length: 8 }, () => builder.customer(restaurant));
  return { restaurant, zone, tables, customers };
}

const { fitRounds, ...scripted } = scriptedScenario<ScenarioSettings['holds']>('holds');

export const holds: ScenarioDefinition<'holds'> = {
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
  requires: ['table_holds', 'table_hold_members'],
  plan: planHolds,
  assignments: ({ rounds }) => roundsOf(rounds.length, 2),
  fit: (settings, ceiling, changes) => fitRounds(settings, 3, ceiling, changes),
};
