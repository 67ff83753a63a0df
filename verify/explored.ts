import { describeClaim } from '../contracts/explore-claim.ts';
import type { CaseResult, ExploreFinding, ExploreResult } from '../contracts/explore-result.ts';
import {
  type Explored,
  type InvariantId,
  type InvariantResult,
  mergeVerdicts,
  type Violation,
} from '../contracts/verdict.ts';
import { remark } from './explain.ts';
import { type Invariant, KEPT } from './invariant.ts';

/**
 * Adds what interleavings broke to the promises that they broke, behind what the load showed. A promise that the run's
 * scenarios do not provoke is judged none the less when an interleaving breaks it.
 *
 * @param invariants all that there are, in the order of the report
 */
export function withExplored(
  results: readonly InvariantResult[],
  explored: ExploreResult | null,
  invariants: readonly Invariant[],
): InvariantResult[] {
  const found = violationsOf(explored);
  if (found.size === 0) return [...results];
  return invariants.flatMap(({ id, promise }): InvariantResult[] => {
    const known = results.find((result) => result.id === id);
    const more = found.get(id) ?? [];
    if (more.length === 0) return known ? [known] : [];
    const before = known?.violations ?? [];
    return [
      {
        id,
        promise,
        verdict: 'fail',
        checked: known?.checked ?? { count: explored?.cases.length ?? 0, of: 'cases' },
        summary: known?.verdict === 'fail' ? known.summary : (more[0]?.title ?? ''),
        violation_count: (known?.violation_count ?? 0) + more.length,
        violations: [...before.slice(0, Math.max(0, KEPT - more.length)), ...more].slice(0, KEPT),
      },
    ];
  });
}

/** Whether a violation is a schedule that was explored, which its command runs again exactly. */
export function isExplored(explored: ExploreResult | null, { repro }: Pick<Violation, 'repro'>): boolean {
  return findingsOf(explored).some(({ finding }) => finding.command === repro);
}

/** The result in words; null when the run was not to explore. */
export function summariseExplored(explored: ExploreResult | null): Explored | null {
  if (explored === null) return null;
  const { cases, skipped } = explored;
  const described = cases.map((each) => {
    const { name, schedules, findings } = each;
    const stuck = findings.length > 0 && !findings.some(({ promise }) => isPromise(promise));
    if (stuck) return { name, verdict: 'unknown', claim: 'one did not come to its end', schedules } as const;
    return { name, verdict: each.verdict, claim: describeClaim(each), schedules };
  });
  const summary =
    skipped === null
      ? described.map(({ name, claim, schedules }) => `${name}: ${claim} (${schedules} schedules)`).join('; ')
      : `not observed: ${skipped}`;
  return { verdict: mergeVerdicts(described.map(({ verdict }) => verdict)), summary, cases: described };
}

/** What people should know of an exploration that did not come to its end; none of it opens the verdict. */
export function exploreWarnings(explored: ExploreResult | null): string[] {
  if (explored === null) return [];
  const stuck = findingsOf(explored).filter(({ finding }) => !isPromise(finding.promise));
  return [
    ...(explored.skipped === null ? [] : [`interleavings were not explored: ${explored.skipped}`]),
    ...explored.cases.flatMap(({ name, notes }) => notes.map((note) => `explore, ${name}: ${note}`)),
    ...stuck.map(({ one, finding }) => `explore, ${one.name}: ${finding.promise}: ${finding.title}`),
  ];
}

function violationsOf(explored: ExploreResult | null): Map<InvariantId, Violation[]> {
  const found = new Map<InvariantId, Violation[]>();
  for (const { one, finding } of findingsOf(explored)) {
    if (!isPromise(finding.promise)) continue;
    found.set(finding.promise, [...(found.get(finding.promise) ?? []), violationOf(one, finding)]);
  }
  return found;
}

/** A schedule that did not come to its end is a promise of explore's alone: on a slow machine it says little. */
function isPromise(promise: string): promise is InvariantId {
  return promise !== 'deadline' && promise !== 'capacity-rule';
}

function findingsOf(explored: ExploreResult | null): { one: CaseResult; finding: ExploreFinding }[] {
  return (explored?.cases ?? []).flatMap((one) => one.findings.map((finding) => ({ one, finding })));
}

function violationOf({ name }: CaseResult, finding: ExploreFinding): Violation {
  const { title, reasons, steps, preemptions, command } = finding;
  const shown = steps.map(({ session, statement, waited, preempts, answer }) => {
    const notes = [waited, answer === null ? null : `ends: ${answer}`].filter((note) => note !== null);
    const text = `session ${session + 1}${preempts ? ' interrupts' : ''}: ${statement}`;
    return remark(notes.length === 0 ? text : `${text} (${notes.join('; ')})`);
  });
  return {
    title: `in an interleaving of ${name} with ${preemptions} preemption${preemptions === 1 ? '' : 's'}, ${title}`,
    steps: [...shown, ...reasons.map(remark)],
    operations: [],
    rows: [],
    repro: command ?? 'npm run stress -- explore',
  };
}
