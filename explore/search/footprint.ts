/**
 * What a step touched, as far as it matters to others. Tables are bits of a mask, so that steps are compared quickly.
 *
 * A write that is not committed is invisible to readers, and meets other writers only at a lock or in an index. So a read
 * depends on the commit of a writer, not on its writes; writes and row locks depend on each other.
 */
export interface Footprint {
  /** Read in a snapshot of its own. */
  readonly reads: bigint;
  /** Written, or locked by row: whoever writes or locks there may have to wait, or be refused. */
  readonly writes: bigint;
  /** Locked for the key only, as foreign keys do: such locks let each other pass. */
  readonly keys: bigint;
  /** Made visible, or unlocked, by the end of the call. */
  readonly publishes: bigint;
  /** Took or tried advisory locks. */
  readonly advisory: boolean;
  /** Not known: it may depend on anything. */
  readonly unknown: boolean;
}

export const NOTHING: Footprint = {
  reads: 0n,
  writes: 0n,
  keys: 0n,
  publishes: 0n,
  advisory: false,
  unknown: false,
};

export const UNKNOWN: Footprint = { ...NOTHING, unknown: true };

export function union(a: Footprint, b: Footprint): Footprint {
  return {
    reads: a.reads | b.reads,
    writes: a.writes | b.writes,
    keys: a.keys | b.keys,
    publishes: a.publishes | b.publishes,
    advisory: a.advisory || b.advisory,
    unknown: a.unknown || b.unknown,
  };
}

/** Whether two steps of different sessions may have another outcome in the other order. */
export function dependent(a: Footprint, b: Footprint): boolean {
  if (a.unknown || b.unknown) return true;
  if (a.advisory && b.advisory) return true;
  return conflicts(a, b) || conflicts(b, a);
}

function conflicts(a: Footprint, b: Footprint): boolean {
  return (a.writes & (b.writes | b.keys)) !== 0n || (a.publishes & (b.reads | b.writes | b.keys)) !== 0n;
}
