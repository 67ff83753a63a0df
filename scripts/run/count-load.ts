import type postgres from 'postgres';
import { writeJson } from '../../contracts/json-file.ts';
import type { RunFolder } from '../../contracts/run-folder.ts';
import type { ScenarioName } from '../../contracts/thresholds.ts';
import { readCounters } from '../../observe/database-counters.ts';

/**
 * Notes the database's counters before a scenario; what is returned writes down what they gained. Nothing that goes wrong
 * here matters to the run: what was not counted is not observed.
 */
export async function countLoad(
  sql: postgres.Sql | null,
  schema: string,
  folder: RunFolder,
  scenario: ScenarioName,
): Promise<() => Promise<void>> {
  const gained = sql === null ? null : await readCounters(sql, schema).catch(() => null);
  return async () => {
    const counters = await gained?.(scenario).catch(() => null);
    if (counters) await writeJson(folder.countersOf(scenario), counters).catch(() => {});
  };
}
