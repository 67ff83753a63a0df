import type { CapacityStep, LimitKind } from '../contracts/capacity-result.ts';

export interface LimitSettings {
  /** Share of all cores above which the load generator is called the bottleneck. */
  max_generator_cpu: number;
  /** The shortest latency limit of the SLO, milliseconds. */
  latency_ms: number;
}

/** Most of the calls under way wait for a lock. */
const MOSTLY_WAITING = 0.5;
/** So large a part of the pool busy on average is all of it most of the time; one connection more may only listen. */
const POOL_BUSY = 0.8;
const CPU_BUSY = 0.9;
/** A load generator that is later than that share of the limit spoils what it measures, and never less than so many ms. */
const LATE_SHARE = 0.1;
const LATE_MS = 10;

/** Whether the load generator could not do what was asked of it. */
export function generatorWasLate(
  { observed: { generator_cpu, start_lag_ms } }: Pick<CapacityStep, 'observed'>,
  { max_generator_cpu, latency_ms }: LimitSettings,
): boolean {
  const late = start_lag_ms !== null && start_lag_ms > Math.max(LATE_MS, latency_ms * LATE_SHARE);
  return late || (generator_cpu !== null && generator_cpu > max_generator_cpu);
}

/**
 * What kept a step from more, by what was seen while it ran. In this order, because each of the first explains the later
 * ones: a queue for a lock also fills the pool, and a machine without CPU to spare also makes the pool busy.
 */
export function findLimit(
  step: Pick<CapacityStep, 'observed' | 'errors' | 'dropped'>,
  settings: LimitSettings,
): LimitKind {
  const { observed, errors, dropped } = step;
  const { active, waiting, connections, machine_cpu } = observed;
  if (generatorWasLate(step, settings)) return 'load-generator';
  if (dropped > 0 && observed.virtual_users < observed.virtual_users_wanted) return 'virtual-users';
  if (active !== null && waiting !== null && active > 0 && waiting >= MOSTLY_WAITING * active) return 'locks';
  if (machine_cpu !== null && machine_cpu >= CPU_BUSY) return 'machine-cpu';
  const full = connections !== null && active !== null && active >= POOL_BUSY * connections;
  return full || (errors.PGRST003 ?? 0) > 0 ? 'connection-pool' : 'unclear';
}
