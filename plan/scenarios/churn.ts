import type { ScenarioSettings } from '../../contracts/thresholds.ts';
import type { AssignInput } from '../../history/operation.ts';
import type { WorldBuilder } from '../builder.ts';
import { windowStart } from '../evening.ts';
import type { ScenarioDefinition } from '../scenario.ts';
import { roundsOf, type ScriptedPlan, type ScriptedRound, scriptedScenario } from '../scripted.ts';
import type { Step } from '../step.ts';
import type { Booking, Table } from '../world.ts';

const MINUTE = 60_000;

export type ChurnPlan = ScriptedPlan<ScenarioSettings['churn']>;

/** How often each booking is used again: every use meets what the one before left behind. */
const USES = 8;

/**
 * Few tables in one evening, taken, moved and given back again and again by all processes, without a pause: assign, move,
 * give back; every fourth time two tables at once, every last time the guest cancels.
 */
function planChurn(builder: WorldBuilder, settings: ScenarioSettings['churn']): ChurnPlan {
  const restaurant = builder.restaurant('Europe/London');
  const zone = builder.zone(restaurant);
  const tables = Array.from({ length: settings.tables }, () => builder.table(zone));
  const customers = Array.from({ length: settings.processes }, () => builder.customer(restaurant));
  const evening = windowStart(builder, restaurant, 2);
  const bookings = new Map<string, Booking>();
  const bookingFor = (process: number, index: number): Booking => {
    const name = `${process}-${Math.floor(index / USES)}`;
    const start = evening + builder.random.integer(0, 4) * 15 * MINUTE;
    const customer = customers[process] ?? builder.customer(restaurant);
    const booking = bookings.get(name) ?? builder.booking(customer, start, start + 90 * MINUTE);
    bookings.set(name, booking);
    return booking;
  };
  const rounds = Array.from({ length: settings.rounds }, (_, index): ScriptedRound => {
    const scripts = Array.from({ length: settings.processes }, (_, process) => {
      const booking = bookingFor(process, index);
      const wanted = builder.random.integer(0, tables.length - 1);
      const count = (index + process) % 4 === 3 ? 2 : 1;
      const table_ids = Array.from(
        { length: count },
        (_, more) => (tables[(wanted + more) % tables.length] as Table).id,
      );
      const last = index % USES === USES - 1;
      return script(builder, booking, table_ids, `${index}-${process}`, last);
    });
    return { kind: 'churn', scripts };
  });
  return { settings, rounds };
}

function script(
  builder: WorldBuilder,
  booking: Booking,
  table_ids: string[],
  name: string,
  last: boolean,
): Step[] {
  const take = (key: string, later: number): Step => {
    const shifted = (instant: string): string => new Date(Date.parse(instant) + later).toISOString();
    const input: AssignInput = {
      booking_id: booking.id,
      table_ids,
      idempotency_key: builder.text(`${name}-${key}`),
      require_adjacency: false,
      start_at: later === 0 ? null : shifted(booking.start_at),
      end_at: later === 0 ? null : shifted(booking.end_at),
    };
    return { f: 'assign', input, expect: ['ok', 'P0001'] };
  };
  const end: Step = last
    ? { f: 'transition', input: { booking_id: booking.id, status: 'cancelled' }, expect: ['ok'] }
    : { f: 'unassign', input: { booking_id: booking.id, table_ids: null }, expect: ['ok'] };
  return [take('taken', 0), take('moved', 30 * MINUTE), end];
}

const { fitRounds, ...scripted } = scriptedScenario<ScenarioSettings['churn']>('churn');

export const churn: ScenarioDefinition<'churn'> = {
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
  plan: planChurn,
  // All is given back in the end; in between each process has one set.
  assignments: ({ settings }) => roundsOf(settings.processes, 2),
  fit: (settings, ceiling, changes) => fitRounds(settings, 3, ceiling, changes),
};
