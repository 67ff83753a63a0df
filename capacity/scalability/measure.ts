import type { Observation } from '../../contracts/observation.ts';
import { percentile } from '../../contracts/percentile.ts';
import type { ScalabilityMeasurement } from '../../contracts/scalability-result.ts';
import type { Verdict } from '../../contracts/verdict.ts';
import type { ClockAnchor, Operation } from '../../history/operation.ts';
import { mean } from './point.ts';

/** What one level left behind, and which part of its time counts. */
export interface LevelRecord {
  concurrency: number;
  repetition: number;
  folder: string;
  /** Of one load generator, with one clock. */
  operations: readonly Operation[];
  anchor: ClockAnchor;
  observations: readonly Observation[];
  verdict: Pick<Verdict, 'verdict' | 'headline'>;
  warm_up_s: number;
  duration_s: number;
  poolSize: number | null;
}

/** Most locks that are named. */
const MOST_LOCKS = 5;

/**
 * Throughput, response times and use of resources of one level, between the end of the warm-up and the end of the time:
 * calls count that ended then. What ran down afterwards does not.
 *
 * @throws RangeError when there is no call at all
 */
export function measureLevel(record: LevelRecord): ScalabilityMeasurement {
  const { operations, anchor, warm_up_s, duration_s } = record;
  const [first] = operations;
  if (!first) throw new RangeError('a level without a call cannot be measured');
  const from = first.t0 + warm_up_s * 1e9;
  const to = from + duration_s * 1e9;
  const within = operations.filter(({ t1 }) => t1 >= from && t1 < to);
  const assigns = within.filter(({ f }) => f === 'assign');
  const took = assigns.map(milliseconds).sort((a, b) => a - b);
  const wall = (time: number): number => anchor.wall_ms + time / 1e6;
  const looks = record.observations.filter(({ at_ms }) => at_ms >= wall(from) && at_ms < wall(to));
  return {
    concurrency: record.concurrency,
    repetition: record.repetition,
    folder: record.folder,
    seconds: duration_s,
    throughput: assigns.filter(({ type }) => type === 'ok').length / duration_s,
    calls_per_s: within.length / duration_s,
    response_ms: within.length === 0 ? 0 : mean(within.map(milliseconds)),
    assign_p50_ms: took.length === 0 ? null : percentile(took, 0.5),
    assign_p95_ms: took.length === 0 ? null : percentile(took, 0.95),
    conflict_share: shareOf(assigns, ({ class: result }) => result === 'conflict'),
    errors: errorsOf(within),
    pool_timeouts: within.filter(({ code }) => code === 'PGRST003').length,
    in_flight_share: Math.min(1, inFlight(operations, from, to) / record.concurrency),
    ...connectionsOf(looks, record.poolSize),
    locks: locksOf(looks),
    generator_cpu: cpuShare(looks, ({ generator_cpu_s }) => generator_cpu_s),
    api_cpu: cpuShare(looks, ({ api_cpu_s }) => api_cpu_s ?? null),
    database_cpu: cpuShare(looks, ({ database_cpu_s }) => database_cpu_s ?? null),
    // Its clock ticks are coarse, and counted at other moments than ours.
    machine_cpu: atMostAll(cpuShare(looks, ({ machine_cpu }) => machine_cpu?.busy_s ?? null)),
    verdict: record.verdict.verdict,
    headline: record.verdict.headline,
  };
}

function milliseconds({ t0, t1 }: Operation): number {
  return (t1 - t0) / 1e6;
}

function shareOf(operations: readonly Operation[], is: (operation: Operation) => boolean): number {
  return operations.length === 0 ? 0 : operations.filter(is).length / operations.length;
}

function errorsOf(operations: readonly Operation[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { class: result } of operations)
    if (result !== 'ok' && result !== 'conflict') counts[result] = (counts[result] ?? 0) + 1;
  return counts;
}

/** Calls under way on average: the time of all calls within the interval, by its length. */
function inFlight(operations: readonly Operation[], from: number, to: number): number {
  const time = operations.reduce(
    (sum, { t0, t1 }) => sum + Math.max(0, Math.min(t1, to) - Math.max(t0, from)),
    0,
  );
  return time / (to - from);
}

function connectionsOf(
  looks: readonly Observation[],
  poolSize: number | null,
): Pick<ScalabilityMeasurement, 'busy_connections' | 'waiting_for_lock' | 'pool_exhausted_share'> {
  const active = looks.flatMap((look) => look.active ?? []);
  const waiting = looks.flatMap((look) => look.waiting ?? []);
  return {
    busy_connections: active.length === 0 ? null : mean(active),
    waiting_for_lock: waiting.length === 0 ? null : mean(waiting),
    pool_exhausted_share:
      active.length === 0 || poolSize === null
        ? null
        : active.filter((count) => count >= poolSize).length / active.length,
  };
}

function locksOf(looks: readonly Observation[]): ScalabilityMeasurement['locks'] {
  const seen = new Map<string, number>();
  for (const { relation, locktype } of looks.flatMap(({ locks }) => locks ?? [])) {
    const what = relation === null ? inWords(locktype) : `rows of ${relation.replace(/^.*\./, '')}`;
    seen.set(what, (seen.get(what) ?? 0) + 1);
  }
  return [...seen]
    .map(([what, count]) => ({ what, seen: count }))
    .sort((a, b) => b.seen - a.seen)
    .slice(0, MOST_LOCKS);
}

function inWords(locktype: string): string {
  if (locktype === 'advisory') return 'an advisory lock';
  return locktype === 'transactionid' ? 'a row that another transaction has' : `a lock on a ${locktype}`;
}

function atMostAll(share: number | null): number | null {
  return share === null ? null : Math.min(1, share);
}

/** Share of all cores between the first look and the last at which the CPU time could be read; null without two. */
function cpuShare(
  looks: readonly Observation[],
  seconds: (look: Observation) => number | null,
): number | null {
  const read = looks.flatMap((look) => {
    const used = seconds(look);
    return used === null ? [] : [{ used, at: look.at_ms, cores: look.cores }];
  });
  const [first, last] = [read[0], read.at(-1)];
  if (!first || !last || last.at <= first.at) return null;
  return Math.max(0, ((last.used - first.used) * 1000) / (last.at - first.at) / last.cores);
}
