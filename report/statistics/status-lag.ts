import { isStale, type StatusLane } from './status-lanes.ts';

/** How soon reads showed a change of the rule. */
export interface StatusLag {
  /** `available → reserved` */
  change: string;
  refreshed: boolean;
  changes: number;
  /** Milliseconds from the change to the end of the first read that showed it, ascending: an upper bound. */
  lags: number[];
  /** Changes that no read showed before the next one, or at all. */
  unseen: number;
}

/** By kind of change, first for reads without a refresh, then for reads right after one. */
export function statusLags(lanes: readonly StatusLane[]): StatusLag[] {
  const found = new Map<string, StatusLag>();
  for (const refreshed of [false, true]) {
    for (const { changes, reads } of lanes) {
      const own = reads.filter((read) => read.refreshed === refreshed);
      changes.forEach(({ at, before, after }, index) => {
        const change = `${before} → ${after}`;
        const key = `${refreshed} ${change}`;
        const lag = found.get(key) ?? { change, refreshed, changes: 0, lags: [], unseen: 0 };
        found.set(key, lag);
        const until = changes[index + 1]?.at ?? Number.POSITIVE_INFINITY;
        const first = own.find((read) => read.to >= at && read.from < until && read.status === after);
        lag.changes += 1;
        if (first) lag.lags.push(first.to - at);
        else lag.unseen += 1;
      });
    }
  }
  for (const { lags } of found.values()) lags.sort((a, b) => a - b);
  return [...found.values()];
}

/** How many reads showed something else than the rule gave, of those where the rule was certain. */
export function staleReads(
  lanes: readonly StatusLane[],
  refreshed: boolean,
): { stale: number; judged: number } {
  const judged = lanes
    .flatMap((lane) => lane.reads)
    .filter((read) => read.refreshed === refreshed && read.expected !== null);
  return { stale: judged.filter(isStale).length, judged: judged.length };
}

/** A few lanes that show what there is to see: rule broken after a refresh first, then one of each course of events. */
export function chooseLanes(lanes: readonly StatusLane[], most: number): StatusLane[] {
  const kinds = new Map<string, StatusLane[]>();
  for (const lane of lanes) {
    const broken = lane.reads.some((read) => read.refreshed && isStale(read));
    const course = lane.changes.map((change) => change.after).join(' ');
    const key = `${broken ? 0 : 1} ${course}`;
    kinds.set(key, [...(kinds.get(key) ?? []), lane]);
  }
  const queues = [...kinds].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, queue]) => queue);
  const chosen: StatusLane[] = [];
  for (let turn = 0; chosen.length < Math.min(most, lanes.length); turn += 1) {
    for (const queue of queues) {
      const lane = queue[turn];
      if (lane && chosen.length < most) chosen.push(lane);
    }
  }
  return chosen;
}
