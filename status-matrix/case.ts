import type { SituationAllocation } from '../contracts/status-matrix.ts';

/** An allocation of a case. Those of one party belong to the same booking. */
export interface CaseAllocation extends SituationAllocation {
  party: number;
}

/** The surroundings of a table; times are counted from the moment of the refresh. */
export interface StatusCase {
  /** Unique: lower-case words with hyphens. */
  id: string;
  group: string;
  /** What is allocated, in words. */
  title: string;
  /** IANA name of the restaurant's time zone. */
  timezone: string;
  allocations: CaseAllocation[];
  /** What was over before the other allocations were made: it brought about the previous status. */
  earlier: CaseAllocation[];
  /** Live allocations of the table overlap, which a deployment's constraint may forbid. */
  overlapping: boolean;
}

type Booking = Exclude<SituationAllocation['booking'], null>;

/** An allocation of the table for a booking of its own, unless a party says otherwise. */
export function allocated(
  from_us: number,
  to_us: number,
  booking: Booking = 'pending',
  special: Partial<CaseAllocation> = {},
): CaseAllocation {
  return {
    from_us,
    to_us,
    resource: 'table',
    booking,
    shadow: false,
    maintenance: false,
    party: -1,
    ...special,
  };
}

/** Maintenance of the table, which has no booking. */
export function maintained(from_us: number, to_us: number, shadow = false): CaseAllocation {
  return { ...allocated(from_us, to_us), booking: null, maintenance: true, shadow };
}

/** Makes a case; allocations without a party get one each. */
export function statusCase(
  group: string,
  id: string,
  title: string,
  allocations: readonly CaseAllocation[],
  special: { timezone?: string; overlapping?: boolean } = {},
): StatusCase {
  const { timezone = 'UTC', overlapping = false } = special;
  return {
    id,
    group,
    title,
    timezone,
    overlapping,
    earlier: [],
    allocations: allocations.map((allocation, index) => ({
      ...allocation,
      party: allocation.party === -1 ? index : allocation.party,
    })),
  };
}
