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
  const { stepped, settings, signal, pause } = options;
  const progress = options.progress ?? silent;
  const schema = new SteppedSchema(options.sql, options.schema);
  const callers = new Callers(options.client, options.history, {
    callers: settings.processes,
    pause,
    signal,
  });
  try {
    await schema.stopAt(stepped.from);
    const windows = stepped.tables.reduce((sum, table) => sum + table.windows.length, 0);
    let assigned = 0;
    await callers.assign(stepped.tables, () => {
      assigned += 1;
      progress(`${assigned} of ${windows} windows assigned`);
    });
    const steps = stopsAcross(stepped, settings);
    const stepping = { schema, callers, observations: options.observations, policies: policiesOf(stepped) };
    for (const [index, step] of steps.entries()) {
      signal.throwIfAborted();
      // The steps are made by one caller alone, which may use the time of all.
      await Promise.all([take(step, stepping), pause > 0 ? delay(pause / settings.processes) : null]);
      progress(`${index + 1} of ${steps.length} instants, ${2 * windows} boundaries`);
    }
  } finally {
    await schema.goOn();
  }
}

interface Stepping {
  schema: SteppedSchema;
  callers: Callers;
  observations: ObservationWriter;
  policies: ReadonlyMap<string, RefreshPolicy>;
}

async function take(step: ClockStop, { schema, callers, observations, policies }: Stepping): Promise<void> {
  const at = isoInstant(step.at);
  const write = async (tables: readonly string[], isRefreshed: (policy: RefreshPolicy) => boolean) => {
    const statuses = await schema.read(tables);
    for (const table_id of tables) {
      const policy = policies.get(table_id) ?? 'none';
      const status = statuses.get(table_id) ?? '';
      observations.add({ at, table_id, policy, refreshed: isRefreshed(policy), status });
    }
  };
  const under = (policy: RefreshPolicy): ((table: string) => boolean) => {
    return (table) => policies.get(table) === policy;
  };
  await schema.stopAt(at);
  if (step.check_ins.length > 0) await callers.checkIn(step.check_ins, at);
  const readers = step.reads.filter(under('on-read'));
  if (readers.length > 0) await schema.refresh(readers);
  await write(step.reads, (policy) => policy === 'on-read');
  if (!step.job) return;
  await schema.runJob([...policies.keys()].filter(under('every')));
  await write(step.reads_after_job, () => true);
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
