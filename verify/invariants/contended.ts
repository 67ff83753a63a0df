import type { ScenarioName } from '../../contracts/thresholds.ts';
import { definitionOf } from '../../plan/scenarios.ts';
import { measureContention, roundStarts } from '../contention.ts';
import type { Finding, Invariant } from '../invariant.ts';
import type { RunData } from '../run-data.ts';

/**
 * The load really contended. Never fails: where it did not, this and the promises about concurrency are unknown,
 * since what was never provoked was not shown.
 *
 * Assumes that calls whose intervals touch were under way together.
 * Proves that calls of different processes met for the same table and an overlapping window, in each scenario that
 * is meant to contend; that arrivals were made as planned; and, where the database may be watched, that calls were
 * seen to wait for a lock.
 * Does not prove that every possible interleaving occurred.
 */
export const contended: Invariant = {
  id: 'contended',
  promise: 'the load really contended',
  check({ run }): Finding {
    const limits = run.thresholds?.contention;
    const finding = {
      checked: { count: 0, of: 'calls' },
      violations: [],
      undecided: [] as string[],
      summary: '',
    };
    if (!limits) return { ...finding, undecided: ['the manifest holds no thresholds'] };
    let met = 0;
    const spreads: string[] = [];
    for (const scenario of run.manifest.scenarios as ScenarioName[]) {
      if (definitionOf(scenario).contends === 'rounds') {
        const contention = measureContention(run, scenario);
        finding.checked.count += contention.calls;
        met += contention.met;
        if (contention.spread !== null)
          spreads.push(`${scenario} ${(contention.spread / 1e6).toFixed(0)} ms`);
        // Scripts also hold calls that nobody else's can meet; how many of them says nothing of the load.
        const share = contention.met / Math.max(1, contention.rivals);
        if (contention.met < limits.min_calls || share < limits.min_share) {
          finding.undecided.push(
            `${scenario}: ${contention.met} of ${contention.calls} calls met a rival for the same table and window, of ${contention.rivals} that have one; raise its processes or rounds`,
          );
        }
      }
      finding.undecided.push(...missedArrivals(run, scenario, limits.min_achieved_share));
    }
    const waiting = lockWaits(run);
    if (waiting.busy >= ENOUGH_LOOKS && waiting.waits === 0) {
      finding.undecided.push(
        `in ${waiting.busy} looks at the database while several calls were at work none ever waited for a lock; raise processes, or lower period_ms`,
      );
    }
    const seen =
      waiting.looks === 0
        ? 'lock waits not observed'
        : `a call waited for a lock in ${waiting.waits} of ${waiting.looks} looks`;
    const together = spreads.length === 0 ? '' : `; half of the rounds began within ${spreads.join(', ')}`;
    return {
      ...finding,
      summary: `${met} of ${finding.checked.count} calls met a rival for the same table and window; ${seen}${together}`,
    };
  },
};

/**
 * With fewer looks than that, a wait of some milliseconds may have been missed by chance. Those before the load begins, or
 * while one call at a time is at work, say nothing: how many there are depends on how fast the machine is.
 */
const ENOUGH_LOOKS = 20;

function lockWaits({ manifest, observations }: RunData): { looks: number; busy: number; waits: number } {
  let looks = 0;
  let busy = 0;
  let waits = 0;
  for (const scenario of manifest.scenarios as ScenarioName[]) {
    if (definitionOf(scenario).contends !== 'rounds') continue;
    const observed = observations.get(scenario);
    looks += observed?.looks ?? 0;
    busy += observed?.busy ?? 0;
    waits += observed?.waits ?? 0;
  }
  return { looks, busy, waits };
}

function missedArrivals(run: RunData, scenario: ScenarioName, atLeast: number): string[] {
  const definition = definitionOf(scenario);
  const planned = run.plan.scenarios[scenario];
  if (definition.contends !== 'arrivals' || !planned) return [];
  const wanted = definition.arrivals?.(planned) ?? 0;
  const made = roundStarts(run.history.operations.filter((each) => each.scenario === scenario)).size;
  const dropped = run.observations.get(scenario)?.dropped ?? 0;
  if (made >= wanted * atLeast) return [];
  return [
    `${scenario}: ${made} of ${wanted} planned arrivals were made${dropped > 0 ? `, ${dropped} dropped for want of virtual users` : ''}; raise its max_users, or lower its rate`,
  ];
}
