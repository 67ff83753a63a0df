import type { SituationAllocation } from '../contracts/status-matrix.ts';
import type { TableStatus } from '../plan/world.ts';

/** Microseconds. */
export const MICROSECOND = 1;
export const MINUTE = 60_000_000;
export const HOUR = 60 * MINUTE;

/** All that a refresh may look at: the table's surroundings at one moment, from which every time is counted. */
export interface Situation {
  allocations: readonly SituationAllocation[];
  /** The stored status before the refresh. */
  previous: TableStatus;
  /** Offset of the restaurant's local time from UTC, microseconds. */
  utc_offset_us: number;
}

/** The same surroundings so many microseconds later. */
export function later(situation: Situation, microseconds: number): Situation {
  return { ...situation, allocations: shifted(situation.allocations, microseconds) };
}

/** Allocations with their times counted from a moment that is so many microseconds later. */
export function shifted<T extends SituationAllocation>(allocations: readonly T[], microseconds: number): T[] {
  return allocations.map((allocation) => ({
    ...allocation,
    from_us: allocation.from_us - microseconds,
    to_us: allocation.to_us - microseconds,
  }));
}
