import { UsageError } from '../contracts/errors.ts';
import type { ScenarioSettings } from '../contracts/thresholds.ts';
import { type Ceiling, pauseBetweenCalls, scheduledTime } from './pace.ts';
import { callsInTurn } from './window-boundary.ts';

/** Fewer contenders than that meet too rarely to show anything. */
const LEAST_CONTENDERS = 4;

type HotTable = ScenarioSettings['hot-table'];
type WindowBoundary = ScenarioSettings['window-boundary'];

/**
 * Fewer contenders, and rounds further apart.
 *
 * @throws UsageError when too few contenders are left
 */
export function fitHotTable(settings: HotTable, ceiling: Ceiling, changes: string[]): HotTable {
  const { max_connections, max_requests_per_second } = ceiling;
  const processes = capUsers('hot-table', settings.processes, max_connections, changes);
  if (processes < settings.processes && processes < LEAST_CONTENDERS) {
    throw new UsageError(
      `hot-table: with staging.max_connections ${max_connections} too few processes are left to contend`,
      [
        `raise staging.max_connections in thresholds.json to at least ${LEAST_CONTENDERS}, or leave out hot-table`,
      ],
    );
  }
  const period_ms = Math.max(
    settings.period_ms,
    scheduledTime(1, pauseBetweenCalls(processes, max_requests_per_second)),
  );
  if (period_ms > settings.period_ms) {
    changes.push(
      `hot-table: a round every ${period_ms} ms instead of ${settings.period_ms} ms ` +
        `(at most ${max_requests_per_second} requests per second)`,
    );
  }
  return { ...settings, processes, period_ms };
}

/** Fewer watchers, turns of polling further apart, and windows that are still long enough to be seen. */
export function fitWindowBoundary(
  settings: WindowBoundary,
  ceiling: Ceiling,
  changes: string[],
): WindowBoundary {
  const { max_connections, max_requests_per_second } = ceiling;
  const processes = capUsers('window-boundary', settings.processes, max_connections, changes);
  const fitted = { ...settings, processes };
  const pause = pauseBetweenCalls(processes, max_requests_per_second);
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
      `(at most ${max_requests_per_second} requests per second)`,
  );
  const names = { lead_ms: 'lead before the window', window_ms: 'window', tail_ms: 'tail after the window' };
  for (const [field, name] of Object.entries(names) as [keyof typeof names, string][]) {
    if (fitted[field] === settings[field]) continue;
    changes.push(`window-boundary: a ${name} of ${fitted[field]} ms instead of ${settings[field]} ms`);
  }
  return fitted;
}

function capUsers(scenario: string, wanted: number, most: number, changes: string[]): number {
  if (wanted <= most) return wanted;
  changes.push(`${scenario}: ${most} processes instead of ${wanted} (staging.max_connections)`);
  return most;
}
