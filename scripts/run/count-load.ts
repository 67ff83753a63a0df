import type postgres from 'postgres';
import type { DatabaseCounters } from '../../contracts/database-counters.ts';
import { writeJson } from '../../contracts/json-file.ts';
import type { RunFolder } from '../../contracts/run-folder.ts';
import type { ScenarioName } from '../../contracts/thresholds.ts';
import { readCounters, unseenDatabase } from '../../observe/database-counters.ts';

/** What a hosted project's machine does can be seen by its provider only. */
const unseenCpu: DatabaseCounters['not_observed'][number] = {
  what: 'CPU of the database',
  why: 'its server runs on another machine, or its processes cannot be read',
  grant: 'none gives it; a hosted project shows it in its dashboard, under Reports',
};

/**
 * Notes the database's counters before a scenario; what is returned writes down what they gained. Nothing that goes wrong
 * here matters to the run: what was not counted is not observed.
 *
 * @param sql null: only the API is known
 * @param server process id of the database server; null where its CPU cannot be seen
 */
export async function countLoad(
  { watcher: sql, server }: { watcher: postgres.Sql | null; server: number | null },
  schema: string,
  folder: RunFolder,
  scenario: ScenarioName,
): Promise<() => Promise<void>> {
  const gained = sql === null ? null : await readCounters(sql, schema).catch(() => null);
  return async () => {
    const counters = (await gained?.(scenario).catch(() => null)) ?? unseenDatabase(scenario);
    if (server === null) counters.not_observed.push(unseenCpu);
    await writeJson(folder.countersOf(scenario), counters).catch(() => {});
  };
}
