import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  DATABASE_COUNTERS_VERSION,
  type DatabaseCounters,
  databaseCountersSchema,
} from '../contracts/database-counters.ts';
import { readJson } from '../contracts/json-file.ts';
import { MANIFEST_VERSION, type Manifest, manifestSchema } from '../contracts/manifest.ts';
import type { Observation } from '../contracts/observation.ts';
import { readLooks } from '../contracts/read-looks.ts';
import type { RunFolder } from '../contracts/run-folder.ts';
import type { Operation } from '../history/operation.ts';
import { readHistory } from '../history/read.ts';
import { deadlocksOf, type LoggedDeadlock } from './deadlock-log.ts';

/** What is known of one scenario, for those who explain it. */
export interface ScenarioEvidence {
  scenario: string;
  operations: readonly Operation[];
  looks: readonly Observation[];
  counters: DatabaseCounters | null;
  deadlocks: readonly LoggedDeadlock[];
}

export interface RunEvidence {
  manifest: Manifest;
  scenarios: ScenarioEvidence[];
}

/**
 * Reads what a run left behind, as far as it goes: a crashed run has less.
 *
 * @throws UsageError when the manifest or the history cannot be read
 */
export async function readEvidence(folder: RunFolder): Promise<RunEvidence> {
  const manifest = await readJson(folder.manifest, manifestSchema, MANIFEST_VERSION);
  const { operations } = await readHistory(folder.history, manifest.run);
  const log = await readFile(path.join(folder.logs, 'postgresql.log'), 'utf8').catch(() => '');
  const deadlocks = deadlocksOf(log);
  const files = await readdir(folder.observations).catch((): string[] => []);
  const names = [...new Set(manifest.runs.map(({ scenario }) => scenario))];
  const scenarios = names.map(async (scenario): Promise<ScenarioEvidence> => {
    const runs = manifest.runs.filter((run) => run.scenario === scenario);
    const from = Math.min(...runs.map(({ started_at }) => Date.parse(started_at)));
    const until = Math.max(
      ...runs.map(({ ended_at }) => (ended_at === null ? Number.POSITIVE_INFINITY : Date.parse(ended_at))),
    );
    const looks = path.basename(folder.observationsOf(scenario));
    return {
      scenario,
      operations: operations.filter((operation) => operation.scenario === scenario),
      looks: files.includes(looks) ? await readLooks(folder.observationsOf(scenario)) : [],
      counters: await readJson(
        folder.countersOf(scenario),
        databaseCountersSchema,
        DATABASE_COUNTERS_VERSION,
      ).catch(() => null),
      deadlocks: deadlocks.filter(({ at_ms }) => at_ms >= from && at_ms <= until),
    };
  });
  return { manifest, scenarios: await Promise.all(scenarios) };
}
