import type { ScenarioSettings } from '../../contracts/thresholds.ts';
import type { WorldBuilder } from '../builder.ts';
import { windowBoundaryDuration } from '../duration.ts';
import { capUsers } from '../fit.ts';
import { type Ceiling, pauseBetweenCalls, scheduledTime } from '../pace.ts';
import { durationOf, type ScenarioDefinition, sum } from '../scenario.ts';
import { bookableWindow } from '../time-zone.ts';

type Settings = ScenarioSettings['window-boundary'];

/** What becomes of a booking while its status is watched. */
export const visits = ['never-arrives', 'checks-in'] as const;
export type Visit = (typeof visits)[number];

export interface WatchedTable {
  table_id: string;
  booking_id: string;
  idempotency_key: string;
  visit: Visit;
  /** Start of the window after the scenario's start, milliseconds; differs so that boundaries do not coincide. */
  start_offset_ms: number;
  /** End of the window after the scenario's start, milliseconds. */
  end_offset_ms: number;
}

export interface WindowBoundaryPlan {
  settings: Settings;
  /** The tables that each process watches, by its number. */
  watched: WatchedTable[][];
}

/**
 * Short windows on the real clock, each on a table of its own, placed after the scenario's start. Half of the guests
 * check in when the window is under way.
 */
export function planWindowBoundary(builder: WorldBuilder, settings: Settings): WindowBoundaryPlan {
  const restaurants = ['Europe/London', 'Asia/Kathmandu', 'America/Los_Angeles'].map((timezone) =>
    builder.restaurant(timezone),
  );
  const places = restaurants.map((restaurant) => ({
    restaurant,
    zone: builder.zone(restaurant),
    customer: builder.customer(restaurant),
  }));
  const today = Math.floor(builder.origin.anchor / 60_000) * 60_000;
  const watched = Array.from({ length: settings.processes }, (_, process) =>
    Array.from({ length: settings.tables_per_process }, (_, index): WatchedTable => {
      const { restaurant, zone, customer } = places[process % places.length] as (typeof places)[number];
      const table = builder.table(zone);
      // The booking's own window lies elsewhere: the call passes the one that is watched.
      const own = bookableWindow(today + 3_600_000, today + 7_200_000, restaurant.timezone);
      const booking = builder.booking(customer, own.start, own.end);
      const start_offset_ms = settings.lead_ms + builder.random.integer(0, settings.poll_interval_ms);
      return {
        table_id: table.id,
        booking_id: booking.id,
        idempotency_key: builder.text(`${process}-${index}`),
        visit: visits[(process + index) % visits.length] ?? 'never-arrives',
        start_offset_ms,
        end_offset_ms: start_offset_ms + settings.window_ms,
      };
    }),
  );
  return { settings, watched };
}

/** Calls of one turn of polling: a read of all tables, then a refresh and a read of each. */
export function callsInTurn(tables: number): number {
  return 1 + 2 * tables;
}

/** Fewer watchers, turns of polling further apart, and windows that are still long enough to be seen. */
function fit(settings: Settings, ceiling: Ceiling, changes: string[]): Settings {
  const processes = capUsers('window-boundary', settings.processes, ceiling, changes);
  const fitted = { ...settings, processes };
  const pause = pauseBetweenCalls(processes, ceiling.max_requests_per_second);
  // In a turn someone may check in besides.
  const turn = scheduledTime(callsInTurn(settings.tables_per_process) + 1, pause);
  if (turn <= settings.poll_interval_ms) return fitted;
  fitted.poll_interval_ms = turn;
  // Tables are assigned and read once before the window; it is read in each third of it, and once after its end.
  fitted.lead_ms = Math.max(settings.lead_ms, scheduledTime(settings.tables_per_process, pause) + turn);
  fitted.window_ms = Math.max(settings.window_ms, 3 * turn);
  fitted.tail_ms = Math.max(settings.tail_ms, turn);
  changes.push(
    `window-boundary: a turn of polling every ${turn} ms instead of ${settings.poll_interval_ms} ms ` +
      `(at most ${ceiling.max_requests_per_second} requests per second)`,
  );
  const names = { lead_ms: 'lead before the window', window_ms: 'window', tail_ms: 'tail after the window' };
  for (const [field, name] of Object.entries(names) as [keyof typeof names, string][]) {
    if (fitted[field] === settings[field]) continue;
    changes.push(`window-boundary: a ${name} of ${fitted[field]} ms instead of ${settings[field]} ms`);
  }
  return fitted;
}

export const windowBoundary: ScenarioDefinition<'window-boundary'> = {
  promises: [
    'no-double-booking',
    'acked-is-durable',
    'no-phantom',
    'linked',
    'mapped-errors',
    'status-rule',
    'progress',
    'isolated',
  ],
  contends: null,
  plan: planWindowBoundary,
  users: ({ settings }) => settings.processes,
  load({ settings, watched }, pause) {
    const duration = windowBoundaryDuration(settings);
    // A turn begins at once, and another after each interval, until time is up.
    const turns = Math.floor(duration.planned_ms / settings.poll_interval_ms) + 1;
    const requests = sum(
      watched.map((tables) => {
        const arrivals = tables.filter((table) => table.visit === 'checks-in').length;
        return tables.length + arrivals + turns * callsInTurn(tables.length);
      }),
    );
    const scheduled = (requests * 1000) / duration.planned_ms;
    return {
      requests,
      requests_per_second: pause === 0 ? scheduled : Math.min(scheduled, (settings.processes * 1000) / pause),
      ...durationOf(duration),
    };
  },
  // An assignment for each watched table, and at least one turn of polling: a read, and a refresh and a read each.
  leastCalls: ({ watched }) => sum(watched.map((tables) => tables.length * 3 + 1)),
  assignments: ({ watched }) => watched.flat().map(() => ({ tables: 1, keyed: true })),
  fit,
};
