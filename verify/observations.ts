import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { eachLook } from '../contracts/read-looks.ts';
import type { RunFolder } from '../contracts/run-folder.ts';

/** What was seen while one scenario ran. */
export interface Observed {
  /** Looks at the database that showed something; 0 where nothing may be seen. */
  looks: number;
  /** Looks in which several calls were at work in the database, so that one of them could wait for another. */
  busy: number;
  /** Looks in which a call waited for a lock. */
  waits: number;
  /** Share of all cores that the load generator used; null where that cannot be read. */
  generator_cpu: number | null;
  /** Arrivals that found no virtual user, by the load generator's own count; null when it left no summary. */
  dropped: number | null;
}

/**
 * Reads what was observed of each scenario. A missing file, or a line that was cut off, is nothing observed: it never
 * makes a verdict impossible.
 */
export async function readObservations(folder: RunFolder): Promise<Map<string, Observed>> {
  const observed = new Map<string, Observed>();
  const files = await readdir(folder.observations).catch(() => []);
  for (const name of files.filter((file) => file.endsWith('.ndjson')).sort()) {
    const scenario = path.basename(name, '.ndjson');
    const dropped = await droppedArrivals(folder.k6SummaryOf(scenario));
    observed.set(scenario, { ...(await summarise(path.join(folder.observations, name))), dropped });
  }
  return observed;
}

async function summarise(file: string): Promise<Omit<Observed, 'dropped'>> {
  let looks = 0;
  let busy = 0;
  let waits = 0;
  let first: { at_ms: number; cpu: number } | null = null;
  let generator_cpu: number | null = null;
  for await (const look of eachLook(file)) {
    if (look.waiting !== null) {
      looks += 1;
      if ((look.active ?? 0) > 1) busy += 1;
      if (look.waiting > 0) waits += 1;
    }
    if (look.generator_cpu_s === null) continue;
    const { at_ms, generator_cpu_s: cpu, cores } = look;
    first ??= { at_ms, cpu };
    const seconds = (at_ms - first.at_ms) / 1000;
    if (seconds >= 1) generator_cpu = (cpu - first.cpu) / seconds / cores;
  }
  return { looks, busy, waits, generator_cpu };
}

async function droppedArrivals(file: string): Promise<number | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    const { metrics } = JSON.parse(text) as { metrics: Record<string, { values?: { count?: number } }> };
    return metrics.dropped_iterations?.values?.count ?? 0;
  } catch {
    return null;
  }
}
