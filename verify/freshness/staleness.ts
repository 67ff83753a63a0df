import type { BoundaryObservation } from '../../contracts/boundary-observation.ts';
import type { Window } from '../../contracts/instant.ts';
import type { RefreshPolicy } from '../../contracts/thresholds.ts';
import type { StatusOperation } from '../../history/operation.ts';
import type { Span } from '../database-time.ts';
import type { Effect } from '../effects.ts';

/** How a table is wrong after a boundary: available though its window began, or taken though it ended. */
export const directions = ['free too long', 'blocked too long'] as const;
export type Direction = (typeof directions)[number];

/** A begin or an end of a window that the stored status has to show. Instants are microseconds on the database's clock. */
export interface Boundary {
  table: string;
  policy: RefreshPolicy;
  direction: Direction;
  at: number;
  window: Window;
  /** The acknowledged assignment that made the window. */
  effect: Effect;
}

/** A read of the stored status, at some moment of its span. */
export interface Look extends Span {
  status: string;
  /** Whether that may be what the rule gives at that moment. */
  agrees: boolean;
  /** Whether its reader, or the scheduled job, had refreshed the table just before. */
  refreshed: boolean;
  /** What it was read from. */
  source: StatusOperation | BoundaryObservation;
}

/**
 * How long the stored status differed from the rule after a boundary, milliseconds. The bounds are reads: the last one
 * that still differed, and the first one that agreed. Where writes of the status lie between the two, the begin of the
 * first and the end of the last are narrower bounds, because nothing else writes it.
 */
export interface Staleness extends Boundary {
  least_ms: number;
  /** null: it still differed when observation ended. */
  most_ms: number | null;
  /** `refreshed`: the status was brought to the rule; `changed`: a booking changed, or the rule came back to the status. */
  ended: 'refreshed' | 'changed' | null;
  /** Reads that showed something else than the rule gave. */
  stale_reads: number;
  lastStale: Look | null;
  firstRight: Look | null;
}

/** Why something could not be measured, and whose tables that concerns; null: all. */
export interface Unmeasured {
  policy: RefreshPolicy | null;
  reason: string;
}

/** What wrote the status between two reads; `refreshed` when a refresh did, or may have. */
export type Writes = Span & { refreshed: boolean };

/**
 * Measures one boundary.
 *
 * @param looks at the table, by time
 * @param writesBetween null when nothing is known to have written the status between the two, or not when
 * @returns null when the stored status had nothing to show: it was already as it has to be
 */
export function measureBoundary(
  boundary: Boundary,
  looks: readonly Look[],
  writesBetween: (before: Look | null, after: Look) => Writes | null,
): Staleness | null {
  const { at, direction } = boundary;
  const before = looks.findLast((look) => look.to < at) ?? null;
  if (before && (before.status === 'available') !== (direction === 'free too long')) return null;
  let lastStale: Look | null = null;
  let firstRight: Look | null = null;
  let stale_reads = 0;
  for (const look of looks) {
    if (look.to < at) continue;
    // A read across the boundary agrees either way; it tells only when it shows the change.
    if (look.from <= at && look.from < look.to && (before === null || look.status === before.status))
      continue;
    if (look.agrees) {
      firstRight = look;
      break;
    }
    lastStale = look;
    stale_reads += 1;
  }
  const since = (instant: number): number => Math.max(0, instant - at) / 1000;
  const least = lastStale ? since(lastStale.from) : 0;
  const measured = { ...boundary, stale_reads, lastStale, firstRight };
  if (!firstRight) return { ...measured, least_ms: least, most_ms: null, ended: null };
  const most = since(firstRight.to);
  // The stored status did not change: the rule did.
  if (lastStale?.status === firstRight.status) {
    return { ...measured, least_ms: least, most_ms: most, ended: 'changed' };
  }
  const writes = writesBetween(lastStale ?? before, firstRight);
  const ended = (writes?.refreshed ?? firstRight.refreshed) ? 'refreshed' : 'changed';
  if (!writes) return { ...measured, least_ms: least, most_ms: most, ended };
  return {
    ...measured,
    least_ms: Math.max(least, Math.min(since(writes.from), most)),
    most_ms: Math.max(least, Math.min(since(writes.to), most)),
    ended,
  };
}
