import exec from 'k6/execution';
import { GRACEFUL_STOP_S, windowBoundaryDuration } from '../plan/duration.ts';
import type { WatchedTable } from '../plan/scenarios/window-boundary.ts';
import type { Calls } from './lib/calls.ts';
import { now } from './lib/clock.ts';
import { Environment } from './lib/environment.ts';
import { loadPlan } from './lib/plan.ts';
import {
  makeCalls,
  makeOptions,
  type Start,
  scenarioStart,
  scenarioStartTime,
  startHistory,
} from './lib/scenario.ts';
import { pollStatus, refreshOnSchedule } from './lib/status-poller.ts';
import { summarise } from './lib/summary.ts';

/**
 * Short windows on the real clock: stored status is polled before, during and after each. The last virtual user polls
 * nothing: it is the job that refreshes the tables under the policy `every`.
 */
const environment = new Environment('window-boundary');
const plan = loadPlan(environment.planFile, 'window-boundary');
const watchedBy = plan.list('watched', (boundary) => boundary.watched);
const { processes, window_ms, poll_interval_ms, refresh_every_ms } = plan.settings;
const users = processes + 1;
const duration = windowBoundaryDuration(plan.settings);

export const options = makeOptions(
  {
    executor: 'per-vu-iterations',
    vus: users,
    iterations: 1,
    maxDuration: `${duration.limit_s}s`,
    gracefulStop: `${GRACEFUL_STOP_S}s`,
  },
  plan.thresholds,
  environment,
);

export const setup = (): Start => startHistory(environment, plan.tag);
export const handleSummary = (data: never) => summarise(environment, plan.tag, data);

export default function windowBoundary(start: Start): void {
  const calls = makeCalls(environment, plan, 'window-boundary', users);
  const begin = scenarioStart(start);
  const until = begin + duration.planned_ms * 1e6;
  const tables = watchedBy[exec.vu.idInTest - 1];
  if (tables) watch(calls, tables, start, until);
  else refreshOnSchedule(calls, idsOf(watchedBy.flat(), 'every'), { until, interval_ms: refresh_every_ms });
}

function watch(calls: Calls, tables: WatchedTable[], start: Start, until: number): void {
  const begin = scenarioStart(start);
  const iso = (offset: number): string =>
    new Date(Math.round(scenarioStartTime(start) + offset)).toISOString();
  for (const { booking_id, table_id, idempotency_key, start_offset_ms, end_offset_ms } of tables) {
    calls.assign(
      {
        booking_id,
        table_ids: [table_id],
        idempotency_key,
        require_adjacency: false,
        start_at: iso(start_offset_ms),
        end_at: iso(end_offset_ms),
      },
      { expect: ['ok'] },
    );
  }
  const arriving = tables.filter((table) => table.visit === 'checks-in');
  pollStatus(
    calls,
    { read: [...idsOf(tables, 'none'), ...idsOf(tables, 'every')], refreshed: idsOf(tables, 'on-read') },
    { until, interval_ms: poll_interval_ms },
    () => seat(calls, arriving, begin),
  );
}

function idsOf(tables: WatchedTable[], policy: WatchedTable['policy']): string[] {
  return tables.filter((table) => table.policy === policy).map((table) => table.table_id);
}

/** Checks in the guests whose window is two thirds over: later than the job needs to show that it began. */
function seat(calls: Calls, arriving: WatchedTable[], begin: number): void {
  const due = arriving.findIndex(
    (table) => now() > begin + (table.start_offset_ms + (window_ms * 2) / 3) * 1e6,
  );
  const [table] = due === -1 ? [] : arriving.splice(due, 1);
  if (table) calls.transition({ booking_id: table.booking_id, status: 'checked_in' }, { expect: ['ok'] });
}
