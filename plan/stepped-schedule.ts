import type { ScenarioSettings } from '../contracts/thresholds.ts';
import type { SteppedBoundaries } from './stepped-boundaries.ts';

/** What happens at one instant of the virtual clock, in this order. */
export interface ClockStop {
  /** Microseconds since the epoch. */
  at: number;
  /** Bookings whose guests sit down. */
  check_ins: string[];
  /** Tables whose status is read, those under the policy `on-read` right after a refresh. */
  reads: string[];
  /** Whether the scheduled job runs, for all tables under the policy `every`. */
  job: boolean;
  /** Tables that are read once more after it. */
  reads_after_job: string[];
}

/**
 * Every instant to which the clock is set: one microsecond before each boundary, at it and one after it; when guests
 * sit down; the runs of the scheduled job around each boundary; and the end. Runs of the job between which nothing
 * begins or ends are left out, but for the last one before a boundary and those in the time that staleness is observed.
 *
 * @param settings `tail_ms` is how long after a boundary the job is followed
 */
export function stopsAcross(
  stepped: SteppedBoundaries,
  settings: Pick<ScenarioSettings['window-boundary'], 'refresh_every_ms' | 'tail_ms'>,
): ClockStop[] {
  const stops = new Stops();
  const { boundaries, refreshed } = boundariesOf(stepped);
  for (const [at, tables] of boundaries) {
    for (const offset of [-1, 0, 1]) stops.at(at + offset).reads.push(...tables);
  }
  const from = Date.parse(stepped.from) * 1000;
  const interval = settings.refresh_every_ms * 1000;
  for (const [at, tables] of refreshed) {
    const last = Math.floor((at + settings.tail_ms * 1000 - from) / interval) + 1;
    for (let run = Math.floor((at - from) / interval); run <= last; run += 1) {
      const stop = stops.at(from + run * interval);
      stop.job = true;
      stop.reads.push(...tables);
      stop.reads_after_job.push(...tables);
    }
  }
  for (const { table_id, windows } of stepped.tables) {
    for (const { booking_id, check_in_at } of windows) {
      if (check_in_at === null) continue;
      const stop = stops.at(Date.parse(check_in_at) * 1000);
      stop.check_ins.push(booking_id);
      stop.reads.push(table_id);
    }
  }
  stops.at(Date.parse(stepped.until) * 1000).reads.push(...stepped.tables.map(({ table_id }) => table_id));
  return stops.inOrder();
}

type TablesByInstant = ReadonlyMap<number, readonly string[]>;

/** Tables with a window that begins or ends, by instant: all of them, and those that the job refreshes. */
function boundariesOf({ tables }: SteppedBoundaries): {
  boundaries: TablesByInstant;
  refreshed: TablesByInstant;
} {
  const boundaries = new Map<number, string[]>();
  const refreshed = new Map<number, string[]>();
  for (const { table_id, policy, windows } of tables) {
    for (const instant of windows.flatMap(({ start_at, end_at }) => [start_at, end_at])) {
      const at = Date.parse(instant) * 1000;
      for (const map of policy === 'every' ? [boundaries, refreshed] : [boundaries]) {
        map.set(at, [...(map.get(at) ?? []), table_id]);
      }
    }
  }
  return { boundaries, refreshed };
}

class Stops {
  private readonly byInstant = new Map<number, ClockStop>();

  at(at: number): ClockStop {
    const stop = this.byInstant.get(at) ?? { at, check_ins: [], reads: [], job: false, reads_after_job: [] };
    this.byInstant.set(at, stop);
    return stop;
  }

  inOrder(): ClockStop[] {
    const unique = (list: readonly string[]): string[] => [...new Set(list)].sort();
    return [...this.byInstant.values()]
      .sort((a, b) => a.at - b.at)
      .map((stop) => ({
        ...stop,
        check_ins: unique(stop.check_ins),
        reads: unique(stop.reads),
        reads_after_job: unique(stop.reads_after_job),
      }));
  }
}
