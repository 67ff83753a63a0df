import type { ScenarioTimeline } from './scenario-timeline.ts';
import { type ClockOffset, type StatusChange, statusChanges } from './status-changes.ts';

/** One table's stored status as it was read. */
export interface StatusRead {
  from: number;
  to: number;
  status: string;
  /** The same process had just refreshed this table: the read shows the rule, not what staff saw. */
  refreshed: boolean;
  /** What the rule gave then; null where a change was under way and either status is right. */
  expected: string | null;
}

/** A table over time: what the rule gives, what was stored, and when it was refreshed. */
export interface StatusLane {
  table: string;
  /** Who refreshes it, in words; null where that is nobody's plan. */
  policy: string | null;
  changes: StatusChange[];
  reads: StatusRead[];
  /** Ends of refreshes. */
  refreshes: number[];
}

/** Whether a read shows something else than the rule gave at its moment. */
export function isStale({ expected, status }: StatusRead): boolean {
  return expected !== null && expected !== status;
}

/** What the rule gives at a moment. */
export function statusAt(changes: readonly StatusChange[], at: number): string {
  return changes.findLast((change) => change.at <= at)?.after ?? changes[0]?.before ?? 'available';
}

/**
 * A lane for each table whose status was read and whose rule changed meanwhile.
 *
 * @param policies who refreshes which table, in words
 */
export function statusLanes(
  timeline: ScenarioTimeline,
  clock: ClockOffset,
  policies: ReadonlyMap<string, string> = new Map(),
): StatusLane[] {
  const reads = readsByTable(timeline);
  const refreshes = refreshesByTable(timeline);
  const changes = statusChanges(timeline, clock, new Set(reads.keys()));
  return [...changes].flatMap(([table, own]): StatusLane[] => {
    const seen = reads.get(table);
    if (own.length === 0 || !seen) return [];
    return [
      {
        table,
        policy: policies.get(table) ?? null,
        changes: own,
        reads: seen.map((read) => ({ ...read, expected: expectedOf(own, read) })),
        refreshes: refreshes.get(table) ?? [],
      },
    ];
  });
}

function refreshesByTable({ calls }: ScenarioTimeline): Map<string, number[]> {
  const refreshes = new Map<string, number[]>();
  for (const { operation, end } of calls) {
    if (operation.f !== 'refresh' || operation.type !== 'ok') continue;
    const own = refreshes.get(operation.input.table_id);
    if (own) own.push(end);
    else refreshes.set(operation.input.table_id, [end]);
  }
  return refreshes;
}

function readsByTable({ calls }: ScenarioTimeline): Map<string, Omit<StatusRead, 'expected'>[]> {
  const reads = new Map<string, Omit<StatusRead, 'expected'>[]>();
  const previous = new Map<string, (typeof calls)[number]>();
  for (const call of calls) {
    const { operation } = call;
    const user = `${operation.runner} ${operation.process}`;
    const last = previous.get(user);
    previous.set(user, call);
    if (operation.f !== 'status' || operation.type !== 'ok' || operation.value === null) continue;
    for (const [table, status] of Object.entries(operation.value)) {
      const refreshed =
        last?.operation.f === 'refresh' &&
        last.operation.type === 'ok' &&
        last.operation.input.table_id === table;
      const read = {
        from: refreshed ? last.start : call.start,
        to: call.end,
        status: String(status),
        refreshed,
      };
      const own = reads.get(table);
      if (own) own.push(read);
      else reads.set(table, [read]);
    }
  }
  return reads;
}

function expectedOf(
  changes: readonly StatusChange[],
  { from, to }: { from: number; to: number },
): string | null {
  if (changes.some((change) => change.from <= to && from <= change.to)) return null;
  return statusAt(changes, from);
}
