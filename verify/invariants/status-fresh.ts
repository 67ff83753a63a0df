import { nameOf } from '../../plan/identity.ts';
import { type LateBoundary, violationOf } from '../freshness/evidence.ts';
import { type Freshness, measureFreshness } from '../freshness/freshness.ts';
import { directions, type Staleness } from '../freshness/staleness.ts';
import { inSeconds, policyInWords } from '../freshness/words.ts';
import type { Finding, FoundViolation, Invariant } from '../invariant.ts';
import type { RunData } from '../run-data.ts';

type Chosen = NonNullable<RunData['thresholds']>['freshness'];

/**
 * Under the chosen refresh policy, stored status does not differ from the rule for longer than the threshold after
 * a window began or ended. The other policies are measured, not judged.
 *
 * Assumes that statuses are written by the recorded calls and by nothing else. That a load generator was late is
 * no fault of the application: what was late, or was read too rarely to tell, is unknown.
 * Proves that in this run no refresh that came in time left a boundary wrong, or, with the policy `none`, that no
 * boundary was stale for too long. Literature: bounded staleness (Bailis et al. 2012).
 * Does not prove that a deployment has such a refresh, or that it keeps up with more tables.
 */
export const statusFresh: Invariant = {
  id: 'status-fresh',
  promise: 'under the chosen refresh policy, stored status is stale no longer than the threshold',
  check({ run, effects }) {
    const freshness = measureFreshness(run, effects);
    const chosen = run.thresholds?.freshness;
    if (!freshness) return unknown([]);
    if (!chosen) return unknown(['the manifest holds no thresholds']);
    const slower = slowedDown(run, freshness, chosen);
    return slower ? unknown([slower]) : judgeFreshness(run, freshness, chosen);
  },
};

const unknown = (undecided: string[]): Finding => ({
  checked: { count: 0, of: 'boundaries' },
  violations: [],
  undecided,
  summary: '',
});

/** Below a ceiling the scheduled job may run less often than was chosen. */
function slowedDown(
  { manifest, thresholds }: RunData,
  { every_ms }: Freshness,
  { policy }: Chosen,
): string | null {
  const profile = Object.entries(thresholds?.profiles ?? {}).find(([name]) => name === manifest.profile);
  const wanted = profile?.[1].scenarios['window-boundary'].refresh_every_ms ?? every_ms;
  if (policy !== 'every' || every_ms <= wanted) return null;
  return `below the ceiling the job refreshes every ${inSeconds(every_ms)}, not every ${inSeconds(wanted)}`;
}

function judgeFreshness(run: RunData, freshness: Freshness, { policy, max_stale_ms }: Chosen): Finding {
  const judged = freshness.measured.filter((staleness) => staleness.policy === policy);
  const undecided = freshness.problems.flatMap((problem) =>
    problem.policy === null || problem.policy === policy ? [problem.reason] : [],
  );
  const violations: FoundViolation[] = [];
  for (const staleness of judged) {
    const { least_ms, most_ms } = staleness;
    if (most_ms !== null && most_ms <= max_stale_ms) continue;
    const late = least_ms > max_stale_ms ? lateBoundary(freshness, staleness) : null;
    if (!late) {
      undecided.push(whyUndecided(freshness, staleness, max_stale_ms));
      continue;
    }
    const violation = violationOf(freshness, late, max_stale_ms);
    if (run.history.incomplete.size > 0) undecided.push(`${violation.title}, but records are missing`);
    else violations.push(violation);
  }
  for (const direction of undecided.length === 0 ? directions : []) {
    if (judged.some((staleness) => staleness.direction === direction)) continue;
    undecided.push(`no table under the policy ${policy} was seen that could be ${direction}`);
  }
  return {
    checked: { count: judged.length, of: 'boundaries' },
    violations,
    undecided,
    summary: summaryOf(freshness, judged, { policy, max_stale_ms }),
  };
}

/** null where the load generator may be to blame. */
function lateBoundary({ polled }: Freshness, staleness: Staleness): LateBoundary | null {
  if (staleness.policy === 'none' || polled === null) return { staleness, inVain: null };
  const inVain = polled.refreshInVain(staleness);
  return inVain && { staleness, inVain };
}

function whyUndecided({ every_ms }: Freshness, staleness: Staleness, limit: number): string {
  const { table, policy, least_ms, most_ms, direction } = staleness;
  const where = `${nameOf(table)} at the ${direction === 'free too long' ? 'start' : 'end'} of its window`;
  if (least_ms > limit) {
    const asked = policyInWords(policy, every_ms);
    return `${where}: stale for ${inSeconds(least_ms)}, but ${asked} was not over by then: too slow a machine to tell`;
  }
  if (most_ms === null) return `${where}: observation ended after ${inSeconds(least_ms)}`;
  return `${where}: stale for ${inSeconds(least_ms)} to ${inSeconds(most_ms)}, read too rarely to tell`;
}

function summaryOf(
  { measured, every_ms }: Freshness,
  judged: readonly Staleness[],
  { policy, max_stale_ms }: Chosen,
): string {
  const longest = Math.max(0, ...judged.map(({ most_ms }) => most_ms ?? 0));
  const without = measured.filter((staleness) => staleness.policy === 'none');
  const lasting = without.filter(({ ended }) => ended !== 'refreshed').length;
  const contrast =
    policy === 'none' || without.length === 0 ? '' : `; without: ${lasting} of ${without.length} last`;
  return (
    `${policyInWords(policy, every_ms)}: at most ${inSeconds(longest)} stale ` +
    `at ${judged.length} boundaries (limit ${inSeconds(max_stale_ms)})${contrast}`
  );
}
