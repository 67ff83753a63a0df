import type { SituationAllocation } from '../contracts/status-matrix.ts';
import type { TableStatus } from '../plan/world.ts';
import type { Situation } from './situation.ts';

/**
 * A tiny model of `refresh_table_status`, in which every way of being right and every known way of being wrong is a
 * switch. Its default is correct.
 */
export interface Behaviour {
  /** Whether an allocation's own start counts as within, does not, or is not looked at. */
  lower: 'closed' | 'open' | 'ignored';
  /** The same for its end. */
  upper: 'open' | 'closed';
  /** By how many offsets from UTC the moment is shifted. */
  shift: -1 | 0 | 1;
  shadows: 'ignored' | 'counted';
  cancelled: 'gone' | 'counted';
  maintenance: 'counted' | 'ignored';
  checkIn: 'counted' | 'ignored';
  /** When a table that is out of service, and should not be any more, stays so. */
  outOfService: 'by hand' | 'always' | 'while free' | 'never';
  /** When a table that is occupied, and should not be any more, stays so. */
  occupied: 'never' | 'while reserved' | 'always';
  /** Whether the status is written at all. */
  writes: boolean;
  /** What the contract leaves open of `by hand`; each answer is right. */
  byHand: {
    /** An allocation under way ends it. */
    yields: boolean;
    /** Maintenance to come means that no hand did it. */
    seesMaintenanceToCome: boolean;
    /** So does a shadow of maintenance. */
    seesShadows: boolean;
  };
}

export const correct: Behaviour = {
  lower: 'closed',
  upper: 'open',
  shift: 0,
  shadows: 'ignored',
  cancelled: 'gone',
  maintenance: 'counted',
  checkIn: 'counted',
  outOfService: 'by hand',
  occupied: 'never',
  writes: true,
  byHand: { yields: false, seesMaintenanceToCome: true, seesShadows: false },
};

/** Every right answer to what the contract leaves open. */
export const readings: readonly Behaviour['byHand'][] = [false, true].flatMap((yields) =>
  [true, false].flatMap((seesMaintenanceToCome) =>
    [false, true].map((seesShadows) => ({ yields, seesMaintenanceToCome, seesShadows })),
  ),
);

/** What a refresh of that behaviour stores. */
export function storedBy(behaviour: Behaviour, situation: Situation): TableStatus {
  const { previous } = situation;
  if (!behaviour.writes) return previous;
  const status = computedBy(behaviour, situation);
  if (previous === 'out_of_service' && status !== previous) {
    return staysOutOfService(behaviour, situation, status) ? previous : status;
  }
  if (previous === 'occupied' && status !== previous) {
    const { occupied } = behaviour;
    const stays = occupied === 'always' || (occupied === 'while reserved' && status === 'reserved');
    return stays ? previous : status;
  }
  return status;
}

function computedBy(behaviour: Behaviour, { allocations, utc_offset_us }: Situation): TableStatus {
  const moment = behaviour.shift * utc_offset_us;
  let status: TableStatus = 'available';
  for (const allocation of allocations) {
    if (!counts(behaviour, allocation) || !contains(behaviour, allocation, moment)) continue;
    if (allocation.maintenance && behaviour.maintenance === 'counted') return 'out_of_service';
    if (allocation.booking === 'checked_in' && behaviour.checkIn === 'counted') status = 'occupied';
    else if (status === 'available') status = 'reserved';
  }
  return status;
}

function counts({ shadows, cancelled }: Behaviour, allocation: SituationAllocation): boolean {
  if (allocation.resource !== 'table') return false;
  if (allocation.shadow && shadows === 'ignored') return false;
  return allocation.booking !== 'cancelled' || cancelled === 'counted';
}

function contains({ lower, upper }: Behaviour, { from_us, to_us }: SituationAllocation, moment: number) {
  const begun = lower === 'ignored' || from_us < moment || (lower === 'closed' && from_us === moment);
  return begun && (moment < to_us || (upper === 'closed' && moment === to_us));
}

function staysOutOfService(
  { outOfService, byHand, shift }: Behaviour,
  { allocations, utc_offset_us }: Situation,
  status: TableStatus,
): boolean {
  if (outOfService === 'always') return true;
  if (outOfService === 'while free') return status === 'available';
  if (outOfService === 'never') return false;
  const maintained = allocations.some(
    ({ resource, maintenance, shadow, from_us }) =>
      resource === 'table' &&
      maintenance &&
      (byHand.seesShadows || !shadow) &&
      (byHand.seesMaintenanceToCome || from_us <= shift * utc_offset_us),
  );
  return !maintained && (status === 'available' || !byHand.yields);
}
