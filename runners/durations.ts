import { forEachLine } from '../history/lines.ts';

/** Milliseconds that calls took, ascending, by the metric that k6 keeps of them, for instance `assign_duration`. */
export type Durations = ReadonlyMap<string, Float64Array>;

/** Of every call that was recorded by several load generators. Lines that are no record of a call count for nothing. */
export async function readDurations(files: readonly string[]): Promise<Durations> {
  const found = new Map<string, number[]>();
  for (const file of files) {
    await forEachLine(file, (line) => {
      const call = callOf(line);
      if (call === null) return;
      const metric = `${call.f}_duration`;
      const list = found.get(metric);
      if (list) list.push((call.t1 - call.t0) / 1e6);
      else found.set(metric, [(call.t1 - call.t0) / 1e6]);
    }).catch(() => {
      // A load generator that died before its first line left no file.
    });
  }
  return new Map([...found].map(([metric, list]) => [metric, Float64Array.from(list).sort()]));
}

function callOf(line: string): { f: string; t0: number; t1: number } | null {
  try {
    const { f, t0, t1 } = JSON.parse(line) as Record<string, unknown>;
    return typeof f === 'string' && typeof t0 === 'number' && typeof t1 === 'number' ? { f, t0, t1 } : null;
  } catch {
    return null;
  }
}

/**
 * A value between two that were measured where the place lies between them, as k6's own percentiles are
 * (`TrendSink.P` of k6's `metrics/sink.go`), so that a threshold means the same with one load generator and with several.
 *
 * @param sorted ascending, not empty
 * @param share from 0 to 1
 */
export function interpolated(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}
