import { UsageError } from '../../contracts/errors.ts';
import type { RefreshPolicy, ScenarioSettings } from '../../contracts/thresholds.ts';
import type { WorldBuilder } from '../builder.ts';
import { boundarySpread, windowBoundaryDuration } from '../duration.ts';
import { capUsers } from '../fit.ts';
import { type Ceiling, pauseBetweenCalls, scheduledTime } from '../pace.ts';
import { type Clock, durationOf, type ScenarioDefinition, type ScenarioLoad, sum } from '../scenario.ts';
import { planSteppedBoundaries, type SteppedBoundaries, steppedLoad } from '../stepped-boundaries.ts';
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
  /** Who refreshes the stored status: nobody, each reader just before reading, or the scheduled job alone. */
  policy: RefreshPolicy;
  /** Start of the window after the scenario's start, milliseconds; differs so that boundaries do not coincide. */
  start_offset_ms: number;
  /** End of the window after the scenario's start, milliseconds. */
  end_offset_ms: number;
}

export interface WindowBoundaryPlan {
  settings: Settings;
  /** The tables that each process watches, by its number; none where the clock is stepped. */
  watched: WatchedTable[][];
  /** Windows whose boundaries a virtual clock is stepped across; null with the real clock. */
  stepped: SteppedBoundaries | null;
}

/** The process that refreshes the tables under the policy `every`, beside those that watch. */
const REFRESHERS = 1;

/**
 * Short windows on the real clock, each on a table of its own, placed after the scenario's start; half of the guests
 * check in while the window is under way. Where the clock can be set, windows of days instead.
 */
export function planWindowBoundary(
  builder: WorldBuilder,
  settings: Settings,
  clock: Clock,
): WindowBoundaryPlan {
  if (clock === 'virtual') {
    return { settings, watched: [], stepped: planSteppedBoundaries(builder, settings) };
  }
  const restaurants = ['Europe/London', 'Asia/Kathmandu', 'America/Los_Angeles'].map((timezone) =>
    builder.restaurant(timezone),
  );
  const places = restaurants.map((restaurant) => ({
    restaurant,
    zone: builder.zone(restaurant),
    customer: builder.customer(restaurant),
  }));
  const today = Math.floor(builder.origin.anchor / 60_000) * 60_000;
  const watched = policiesOf(settings).map((policies, process) =>
    policies.map((policy, index): WatchedTable => {
      const { restaurant, zone, customer } = places[process % places.length] as (typeof places)[number];
      const table = builder.table(zone);
      // The booking's own window lies elsewhere: the call passes the one that is watched.
      const own = bookableWindow(today + 3_600_000, today + 7_200_000, restaurant.timezone);
      const booking = builder.booking(customer, own.start, own.end);
      const start_offset_ms = settings.lead_ms + builder.random.integer(0, boundarySpread(settings));
      return {
        table_id: table.id,
        booking_id: booking.id,
        idempotency_key: builder.text(`${process}-${index}`),
        visit: visitOf(process * settings.tables_per_process + index),
        policy,
        start_offset_ms,
        end_offset_ms: start_offset_ms + settings.window_ms,
      };
    }),
  );
  return { settings, watched, stepped: null };
}

/** The policy of each table of each process: all three in turn, as far as one refresher can take care of them. */
export function policiesOf(settings: Settings): RefreshPolicy[][] {
  const { processes, tables_per_process, refreshed_tables } = settings;
  const turn: readonly RefreshPolicy[] = ['every', 'none', 'on-read'];
  return Array.from({ length: processes }, (_, process) =>
    Array.from({ length: tables_per_process }, (__, index): RefreshPolicy => {
      const number = process * tables_per_process + index;
      const policy = turn[number % turn.length] ?? 'none';
      // Reading alone is the least work.
      return policy === 'every' && number / turn.length >= refreshed_tables ? 'none' : policy;
    }),
  );
}

/** Changes every third table, so that there are guests of both kinds under each policy. */
function visitOf(number: number): Visit {
  return visits[Math.floor(number / 3) % visits.length] ?? 'never-arrives';
}

/** Calls of one turn of polling: one read of the tables that are only read, then a refresh and a read of each other. */
export function callsInTurn(policies: readonly RefreshPolicy[]): number {
  const onRead = policies.filter((policy) => policy === 'on-read').length;
  return (onRead < policies.length ? 1 : 0) + 2 * onRead;
}

/** Fewer watchers and refreshed tables, polls further apart, and windows that are still long enough to be seen. */
function fit(settings: Settings, ceiling: Ceiling, changes: string[], clock: Clock): Settings {
  const refreshers = clock === 'virtual' ? 0 : REFRESHERS;
  const users = capUsers('window-boundary', settings.processes + refreshers, ceiling, changes);
  if (users <= refreshers) {
    throw new UsageError(
      'window-boundary: with staging.max_connections 1 nobody is left to read beside the one who refreshes',
      ['raise staging.max_connections in thresholds.json to at least 2, or leave out window-boundary'],
    );
  }
  const fitted = { ...settings, processes: users - refreshers };
  if (clock === 'virtual') return fitted;
  const pause = pauseBetweenCalls(fitted.processes + REFRESHERS, ceiling.max_requests_per_second);
  fitRefreshes(fitted, pause, ceiling, changes);
  // In a turn someone may check in besides.
  const turn = scheduledTime(Math.max(...policiesOf(fitted).map(callsInTurn)) + 1, pause);
  if (turn <= settings.poll_interval_ms) return fitted;
  fitted.poll_interval_ms = turn;
  // Tables are assigned and read once before the window; it is read in each third of it, and once after its end.
  fitted.lead_ms = Math.max(settings.lead_ms, scheduledTime(settings.tables_per_process, pause) + turn);
  // One turn more than before, so that a read falls into what the windows were long for.
  fitted.window_ms = Math.max(settings.window_ms + turn, 3 * turn);
  fitted.tail_ms = settings.tail_ms + turn;
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

/** As many refreshed tables as one caller can take care of in each interval; a longer interval only for a single one. */
function fitRefreshes(fitted: Settings, pause: number, ceiling: Ceiling, changes: string[]): void {
  const wanted = policiesOf(fitted)
    .flat()
    .filter((policy) => policy === 'every').length;
  const each = scheduledTime(1, pause);
  const possible = Math.max(1, Math.floor(fitted.refresh_every_ms / each));
  const why = `(at most ${ceiling.max_requests_per_second} requests per second)`;
  if (possible < wanted) {
    fitted.refreshed_tables = possible;
    changes.push(`window-boundary: ${possible} tables under the policy every instead of ${wanted} ${why}`);
  }
  if (each > fitted.refresh_every_ms) {
    changes.push(
      `window-boundary: a refresh every ${each} ms instead of ${fitted.refresh_every_ms} ms ${why}: ` +
        'it cannot be judged then',
    );
    fitted.refresh_every_ms = each;
  }
}

function loadOf(
  { settings, watched }: WindowBoundaryPlan,
  pause: number,
): Omit<ScenarioLoad, 'scenario' | 'virtual_users'> {
  const duration = windowBoundaryDuration(settings);
  // A turn begins at once, and another after each interval, until time is up.
  const turns = Math.floor(duration.planned_ms / settings.poll_interval_ms) + 1;
  const runs = Math.floor(duration.planned_ms / settings.refresh_every_ms) + 1;
  const requests =
    runs * countOf(watched, 'every') +
    sum(
      watched.map((tables) => {
        const arrivals = tables.filter((table) => table.visit === 'checks-in').length;
        return tables.length + arrivals + turns * callsInTurn(tables.map((table) => table.policy));
      }),
    );
  const scheduled = (requests * 1000) / duration.planned_ms;
  const users = settings.processes + REFRESHERS;
  return {
    requests,
    requests_per_second: pause === 0 ? scheduled : Math.min(scheduled, (users * 1000) / pause),
    ...durationOf(duration),
  };
}

function countOf(watched: readonly WatchedTable[][], policy: RefreshPolicy): number {
  return watched.flat().filter((table) => table.policy === policy).length;
}

export const windowBoundary: ScenarioDefinition<'window-boundary'> = {
  promises: [
    'no-double-booking',
    'acked-is-durable',
    'no-phantom',
    'linearizable',
    'linked',
    'mapped-errors',
    'status-rule',
    'status-fresh',
    'progress',
    'isolated',
  ],
  contends: null,
  plan: planWindowBoundary,
  users: ({ settings, stepped }) => settings.processes + (stepped ? 0 : REFRESHERS),
  load: (plan, pause) =>
    plan.stepped ? steppedLoad(plan.stepped, plan.settings, pause) : loadOf(plan, pause),
  // An assignment for each watched table, one turn of polling, and one run of the refresher.
  leastCalls: ({ watched, stepped }) =>
    stepped
      ? sum(stepped.tables.map(({ windows }) => windows.length))
      : countOf(watched, 'every') +
        sum(watched.map((tables) => tables.length + callsInTurn(tables.map((table) => table.policy)))),
  assignments: ({ watched, stepped }) =>
    stepped
      ? stepped.tables.flatMap(({ windows }) => windows).map(() => ({ tables: 1, keyed: false }))
      : watched.flat().map(() => ({ tables: 1, keyed: true })),
  fit,
};
