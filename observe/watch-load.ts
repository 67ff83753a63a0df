import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type postgres from 'postgres';
import { OBSERVATION_VERSION, type Observation } from '../contracts/observation.ts';
import { cpuSeconds } from './generator-cpu.ts';
import { lockWaits } from './lock-waits.ts';
import { machineCpu } from './machine-cpu.ts';
import { serverCpuSeconds } from './server-cpu.ts';

/** Short enough to catch calls that wait for a few milliseconds, long enough to cost the database little. */
const INTERVAL_MS = 60;
/** After that many looks they become rarer, so that a long run has no file of a hundred megabytes. */
const FREQUENT = 4000;
/** Looks from one at the server's processes to the next: there are many of them. */
const SERVERS_EVERY = 8;
/** Looks from one at who waits for whom to the next. */
const LOCKS_EVERY = 4;

/** Process ids; null for those that are not on this machine. */
export interface Servers {
  database: number | null;
  api: number | null;
}

/**
 * Watches the target and the load generators while a scenario runs, on a connection of its own, and writes a line for
 * each look. An error ends the watching, never the run: what was not seen is not observed.
 *
 * @param sql null: only the API is known, so nothing is seen of the database
 * @param generators process ids of the load generators, as long as they run
 * @param servers process ids of the target's servers, where they are on this machine
 * @returns what ends it, once the file is complete
 */
export function watchLoad(
  sql: postgres.Sql | null,
  file: string,
  generators: () => readonly number[],
  servers: Servers = { database: null, api: null },
) {
  const ended = new AbortController();
  const watching = watch(sql, file, { generators, servers }, ended.signal);
  return async (): Promise<void> => {
    ended.abort();
    await watching;
  };
}

async function watch(
  sql: postgres.Sql | null,
  file: string,
  { generators, servers }: { generators: () => readonly number[]; servers: Servers },
  signal: AbortSignal,
): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const stream = createWriteStream(file);
  let database = sql;
  let lastLocks = Number.NEGATIVE_INFINITY;
  for (let looks = 0; !signal.aborted; looks += 1) {
    const begun = performance.now();
    const seen = database === null ? null : await backends(database).catch(() => null);
    // Less often: it takes every partition of the server's lock table for a moment.
    const due = seen !== null && seen.waiting > 0 && looks - lastLocks >= LOCKS_EVERY;
    const locks = database !== null && due ? await lockWaits(database) : [];
    if (due) lastLocks = looks;
    if (seen === null) database = null;
    const line: Observation = {
      v: OBSERVATION_VERSION,
      at_ms: performance.timeOrigin + performance.now(),
      waiting: seen?.waiting ?? null,
      active: seen?.active ?? null,
      generator_cpu_s: await cpuOf(generators()),
      ...(looks % SERVERS_EVERY === 0
        ? {
            database_cpu_s: servers.database === null ? null : await serverCpuSeconds(servers.database),
            api_cpu_s: servers.api === null ? null : await cpuSeconds(servers.api),
            machine_cpu: machineCpu(),
          }
        : {}),
      cores: availableParallelism(),
      ...(locks.length > 0 ? { locks } : {}),
      ...(database === null ? {} : { look_ms: Math.round((performance.now() - begun) * 100) / 100 }),
    };
    stream.write(`${JSON.stringify(line)}\n`);
    await delay(INTERVAL_MS * (looks < FREQUENT ? 1 : 20), undefined, { signal }).catch(() => {});
  }
  stream.end();
  await finished(stream);
}

/** CPU seconds of all of them; null before they run, and as soon as one cannot be asked: a sum that shrinks says nothing. */
async function cpuOf(pids: readonly number[]): Promise<number | null> {
  const seconds = await Promise.all(pids.map(cpuSeconds));
  if (seconds.length === 0 || seconds.includes(null)) return null;
  return seconds.reduce<number>((sum, each) => sum + (each ?? 0), 0);
}

/**
 * What PostgREST's connections are doing. A role without pg_read_all_stats sees that they are there, and not what they
 * do: that is nothing observed.
 */
async function backends(sql: postgres.Sql): Promise<{ waiting: number; active: number } | null> {
  const [row] = await sql<{ waiting: number; active: number; hidden: number }[]>`
    select count(*) filter (where wait_event_type = 'Lock')::int as waiting,
           count(*) filter (where state = 'active')::int as active,
           count(*) filter (where state is null)::int as hidden
      from pg_stat_activity
     where datname = current_database() and backend_type = 'client backend'
       and usename = 'authenticator' and pid <> pg_backend_pid()`;
  return row?.hidden === 0 ? row : null;
}
