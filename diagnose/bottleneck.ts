import type { ScenarioInsight } from '../contracts/diagnosis.ts';
import type { Observation } from '../contracts/observation.ts';
import { percent } from './share.ts';

type CpuShares = NonNullable<ScenarioInsight['cpu']>;
type CpuReading = 'generator_cpu_s' | 'database_cpu_s';

/** Shorter looks have too few ticks of the clock. */
const SHORTEST_MS = 1000;
/** Of all cores together, from which on they are used up. */
const USED_UP = 0.85;
/** Of the sessions that worked, those that waited, from which on waiting is what limits. */
const WAITING = 0.25;

/** What load generator, database and everybody used of this machine's cores; null when nobody looked. */
export function cpuShares(looks: readonly Observation[]): CpuShares | null {
  const [first] = looks;
  if (!first) return null;
  return {
    cores: first.cores,
    generator: shareOfCores(looks, 'generator_cpu_s'),
    database: shareOfCores(looks, 'database_cpu_s'),
    machine: shareOfMachine(looks),
  };
}

function shareOfMachine(looks: readonly Observation[]): number | null {
  const seen = looks.flatMap(({ machine_cpu }) => machine_cpu ?? []);
  const [first, last] = [seen[0], seen.at(-1)];
  if (!first || !last || last.all_s <= first.all_s) return null;
  return Math.round(((last.busy_s - first.busy_s) / (last.all_s - first.all_s)) * 1000) / 1000;
}

function shareOfCores(looks: readonly Observation[], reading: CpuReading): number | null {
  const seen = looks.filter((look) => typeof look[reading] === 'number');
  const [first, last] = [seen[0], seen.at(-1)];
  if (!first || !last || last.at_ms - first.at_ms < SHORTEST_MS) return null;
  const seconds = (last[reading] ?? 0) - (first[reading] ?? 0);
  const share = (seconds * 1000) / (last.at_ms - first.at_ms) / last.cores;
  return Math.round(Math.max(0, Math.min(1, share)) * 1000) / 1000;
}

/**
 * Who was the bottleneck, in words.
 *
 * @param waiting of the sessions that worked, those that waited for a lock, 0 to 1
 * @param limit share of all cores from which on the load generator has too little left
 */
export function limitOf(cpu: CpuShares | null, waiting: number, limit: number): string {
  const { generator = null, database = null, machine = null } = cpu ?? {};
  if (generator === null && database === null) return 'not known: no CPU time was observed';
  if (generator !== null && generator > limit)
    return `the load generator, with ${percent(generator)} of all cores`;
  const used = Math.max(machine ?? 0, (generator ?? 0) + (database ?? 0));
  if (used >= USED_UP) {
    const parts = [
      ...(database === null ? [] : [`the database took ${percent(database)}`]),
      ...(generator === null ? [] : [`the load generator ${percent(generator)}`]),
    ];
    return `the CPU of this machine, of which ${percent(used)} were used: ${parts.join(', ')}, others the rest`;
  }
  if (waiting >= WAITING)
    return `locks: ${percent(waiting)} of the sessions that worked were waiting for one`;
  if (database === null) return 'neither the load generator nor locks; the database’s CPU was not observed';
  return 'neither CPU nor locks: the load was no more than that';
}
