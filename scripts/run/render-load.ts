import type { StagingLimits } from '../../contracts/staging-limits.ts';
import type { LoadForecast } from '../../plan/load.ts';
import type { ScenarioLoad } from '../../plan/scenario.ts';

/** What is shown before a hosted project is loaded. */
export interface LoadPlanView {
  /** The target in words, without secrets. */
  target: string;
  forecast: LoadForecast;
  ceiling: StagingLimits;
  /** What was fitted to the ceiling, in words. */
  changes: readonly string[];
  /** Schemas, roles and settings that are created and removed besides the rows, in words. */
  created?: readonly string[];
  /** Time-outs that the target puts on calls, in words, for instance `statement 8 s (role authenticator)`. */
  timeouts?: readonly string[];
}

const COLUMNS = ['', 'requests', 'per second', 'virtual users', 'seconds'] as const;
const LABEL = 12;

/** The load of a run for people: a table, and a line for each thing to know. Ends with a line break. */
export function renderLoad(view: LoadPlanView): string {
  const { forecast, ceiling, changes } = view;
  const { rows } = forecast;
  const tables = Object.entries(rows.seeded)
    .filter(([, count]) => count > 0)
    .map(([table, count]) => `${count} ${table}`);
  const lines = [
    `Load on ${view.target}:`,
    '',
    ...renderTable(forecast),
    '',
    entry('rate', 'an average; all virtual users of a round start at the same instant'),
    entry('rows', `${rows.seeded_total} seeded (${tables.join(', ')})`),
    entry('', `up to ${rows.added_total} added by calls, and what the application's triggers write besides`),
    ...list('created', view.created ?? []),
    entry('removed', 'what this run makes, at its end; that it is gone is part of the verdict'),
    ...list('time-outs', view.timeouts ?? []),
    entry('ceiling', ceilingInWords(ceiling)),
    entry('stops when', stopInWords(ceiling)),
    ...list('fitted', changes),
  ];
  return `${lines.join('\n')}\n`;
}

function renderTable({ scenarios, total }: LoadForecast): string[] {
  const cells = [
    [...COLUMNS],
    ...scenarios.map((load) => cellsOf(load.scenario, load)),
    ...(scenarios.length > 1 ? [cellsOf('together', total)] : []),
  ];
  const widths = COLUMNS.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  return cells.map((row) => {
    const padded = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
    );
    return `  ${padded.join('   ')}`;
  });
}

function cellsOf(name: string, load: Omit<ScenarioLoad, 'scenario'>): string[] {
  const rate = load.requests_per_second;
  return [
    name,
    `≤ ${load.requests}`,
    rate === null ? 'unlimited' : `≤ ${Math.ceil(rate)}`,
    String(load.virtual_users),
    String(Math.ceil(load.planned_s)),
  ];
}

function ceilingInWords(ceiling: StagingLimits): string {
  return (
    `${ceiling.max_requests_per_second} requests per second, ${ceiling.max_connections} virtual users, ` +
    `${ceiling.max_rows} rows, ${ceiling.max_duration_s} s (staging in thresholds.json)`
  );
}

function stopInWords({ max_error_share, errors_over_calls, max_duration_s }: StagingLimits): string {
  const time = `it takes longer than ${max_duration_s} s`;
  if (max_error_share >= 1) return time;
  const share = Number((max_error_share * 100).toFixed(2));
  return `more than ${share} % of the last ${errors_over_calls} calls fail because of the target, or ${time}`;
}

function list(label: string, items: readonly string[]): string[] {
  return items.map((item, index) => entry(index === 0 ? label : '', item));
}

function entry(label: string, text: string): string {
  return `  ${label.padEnd(LABEL)}${text}`;
}
