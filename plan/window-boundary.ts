import type { ScenarioSettings } from '../contracts/thresholds.ts';
import type { WorldBuilder } from './builder.ts';
import { bookableWindow } from './time-zone.ts';

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
  settings: ScenarioSettings['window-boundary'];
  /** The tables that each process watches, by its number. */
  watched: WatchedTable[][];
}

/**
 * Short windows on the real clock, each on a table of its own, placed after the scenario's start. Half of the guests
 * check in when the window is under way.
 */
export function planWindowBoundary(
  builder: WorldBuilder,
  settings: ScenarioSettings['window-boundary'],
): WindowBoundaryPlan {
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
