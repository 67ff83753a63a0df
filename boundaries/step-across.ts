import { setTimeout as delay } from 'node:timers/promises';
import type postgres from 'postgres';
import { type Progress, silent } from '../contracts/progress.ts';
import type { RefreshPolicy } from '../contracts/thresholds.ts';
import type { HistoryWriter } from '../history/write.ts';
import type { WindowBoundaryPlan } from '../plan/scenarios/window-boundary.ts';
import type { SteppedBoundaries } from '../plan/stepped-boundaries.ts';
import { type ClockStop, stopsAcross } from '../plan/stepped-schedule.ts';
import type { StressClient } from '../target/supabase-client.ts';
import { Callers } from './callers.ts';
import type { ObservationWriter } from './observations.ts';
import { SteppedSchema } from './stepped-schema.ts';

export interface SteppingOptions {
  /** A single connection, as a member of the schema's owner. */
  sql: postgres.Sql;
  client: StressClient;
  schema: string;
  settings: WindowBoundaryPlan['settings'];
  stepped: SteppedBoundaries;
  history: HistoryWriter;
  observations: ObservationWriter;
  /** Milliseconds from the start of one call of a caller to the start of its next, at least; 0 without a ceiling. */
  pause: number;
  signal: AbortSignal;
  progress?: Progress;
}

/**
 * Assigns the planned windows, then sets the virtual clock to each instant in turn, does there what each refresh policy
 * asks for, and reads what is stored. Nothing is waited for. The clock shows the real time again afterwards, however
 * this ends. Nobody else may use the schema meanwhile.
 *
 * @throws TargetError when the schema has no virtual clock, or a table cannot be read
 */
export async function stepAcrossBoundaries(options: SteppingOptions): Promise<void> {
  const progress = options.progress ?? silent;
  const schema = new SteppedSchema(options.sql, options.schema);
  try {
    await step(options, schema, progress);
  } catch (error) {
    // Why it failed is what matters; a run that comes later sets the clock anyway.
    await schema.goOn().catch(() => {});
    throw error;
  }
  await schema.goOn();
}

async function step(options: SteppingOptions, schema: SteppedSchema, progress: Progress): Promise<void> {
  const { stepped, settings, signal, pause, observations } = options;
  const callers = new Callers(options.client, options.history, {
    callers: settings.processes,
    pause,
    signal,
  });
  await schema.stopAt(stepped.from);
  const windows = stepped.tables.reduce((sum, table) => sum + table.windows.length, 0);
  let assigned = 0;
  await callers.assign(stepped.tables, () => {
    assigned += 1;
    progress(`${assigned} of ${windows} windows assigned`);
  });
  const stops = stopsAcross(stepped, settings);
  const stepping = { schema, callers, observations, policies: policiesOf(stepped) };
  for (const [index, stop] of stops.entries()) {
    signal.throwIfAborted();
    // One caller alone makes all of these, and may use the time of all.
    await Promise.all([take(stop, stepping), pause > 0 ? delay(pause / settings.processes) : null]);
    progress(`${index + 1} of ${stops.length} instants, ${2 * windows} boundaries`);
  }
}

interface Stepping {
  schema: SteppedSchema;
  callers: Callers;
  observations: ObservationWriter;
  policies: ReadonlyMap<string, RefreshPolicy>;
}

async function take(stop: ClockStop, { schema, callers, observations, policies }: Stepping): Promise<void> {
  const at = isoInstant(stop.at);
  const isUnder =
    (policy: RefreshPolicy) =>
    (table: string): boolean =>
      policies.get(table) === policy;
  if (stop.check_ins.length > 0) {
    await schema.stopAt(at);
    await callers.checkIn(stop.check_ins, at);
  }
  const [before, afterJob] = await schema.take({
    at,
    refresh: stop.reads.filter(isUnder('on-read')),
    read: stop.reads,
    job: stop.job ? [...policies.keys()].filter(isUnder('every')) : null,
    read_after_job: stop.reads_after_job,
  });
  for (const [table_id, status] of before) {
    const policy = policies.get(table_id) ?? 'none';
    observations.add({ at, table_id, policy, refreshed: policy === 'on-read', status });
  }
  for (const [table_id, status] of afterJob) {
    observations.add({ at, table_id, policy: 'every', refreshed: true, status });
  }
}

function policiesOf({ tables }: SteppedBoundaries): Map<string, RefreshPolicy> {
  return new Map(tables.map(({ table_id, policy }) => [table_id, policy]));
}

/** Microseconds since the epoch as ISO 8601 in UTC, with all six digits. */
function isoInstant(microseconds: number): string {
  const milliseconds = Math.floor(microseconds / 1000);
  const rest = String(microseconds - milliseconds * 1000).padStart(3, '0');
  return new Date(milliseconds).toISOString().replace('Z', `${rest}Z`);
}
