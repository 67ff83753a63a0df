import type { ScenarioInsight } from '../contracts/diagnosis.ts';
import type { LockWait } from '../contracts/observation.ts';
import { cpuShares, limitOf } from './bottleneck.ts';
import type { ScenarioEvidence } from './evidence.ts';
import { bareName, waitingShare, waitingTime } from './share.ts';

const MOST_LOCKS = 8;
const MOST_STATEMENTS = 10;

/**
 * What was seen of locks, statements and CPU, boiled down for a reader.
 *
 * @param cpuLimit share of all cores from which on the load generator has too little left
 */
export function insightOf(
  { scenario, looks, counters }: ScenarioEvidence,
  cpuLimit: number,
): ScenarioInsight {
  const waits = new Map<string, { samples: number; longest_ms: number | null }>();
  let crowd: readonly LockWait[] = [];
  for (const { locks = [] } of looks) {
    if (edgesOf(locks).length > edgesOf(crowd).length) crowd = locks;
    for (const wait of locks) {
      const known = waits.get(nameOf(wait)) ?? { samples: 0, longest_ms: null };
      const longest_ms =
        wait.waited_ms === null ? known.longest_ms : Math.max(known.longest_ms ?? 0, wait.waited_ms);
      waits.set(nameOf(wait), { samples: known.samples + 1, longest_ms });
    }
  }
  const cpu = cpuShares(looks);
  const total = waitingTime(looks);
  const all = [...waits.values()].reduce((sum, { samples }) => sum + samples, 0);
  return {
    scenario,
    waits: [...waits]
      .map(([lock, sampled]) => ({
        lock,
        ...sampled,
        waited_ms: total === null ? null : Math.round((total * sampled.samples) / all),
      }))
      .sort((a, b) => b.samples - a.samples)
      .slice(0, MOST_LOCKS),
    graph: edgesOf(crowd),
    statements: (counters?.statements ?? [])
      .slice(0, MOST_STATEMENTS)
      .map(({ query, toplevel, calls, total_ms }) => ({
        query: query.replace(/\s+/g, ' '),
        toplevel,
        calls,
        total_ms,
      })),
    deadlocks: counters?.deadlocks ?? null,
    ...(cpu ? { cpu } : {}),
    limited_by: limitOf(cpu, waitingShare(looks), cpuLimit),
  };
}

/** Waits for rows go by table: which transaction has the row changes with each call. */
function nameOf({ locktype, mode, relation, key }: LockWait): string {
  if (locktype === 'transactionid' || locktype === 'tuple')
    return relation === null ? 'a row' : `a row of ${bareName(relation)}`;
  if (locktype === 'advisory') return `advisory lock ${key}`;
  return `${mode} on ${relation === null ? locktype : bareName(relation)}`;
}

function edgesOf(locks: readonly LockWait[]): ScenarioInsight['graph'] {
  return locks.flatMap((wait) =>
    wait.blocked_by.map((blocker) => ({ waiter: wait.pid, blocker, lock: nameOf(wait) })),
  );
}
