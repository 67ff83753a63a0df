import { formatWindow, overlaps } from '../../contracts/instant.ts';
import { nameOf } from '../../plan/identity.ts';
import { allClaimedTogether } from '../acknowledged-claims.ts';
import { CERTAIN } from '../effect-columns.ts';
import { push } from '../effects.ts';
import { remark, step } from '../explain.ts';
import type { Evidence, FoundViolation, Invariant } from '../invariant.ts';

/**
 * No two live non-shadow allocations of one table overlap, at any time.
 *
 * Assumes that an acknowledged assignment is live from its answer on, until a call that may release or move it
 * begins.
 * Proves that there is none among the rows of the final state, and none among the acknowledgements, so that a
 * double booking which was undone later is found too. Literature: what it guards against is write skew (A5B,
 * Berenson et al. 1995), or a phantom where only a check stands in the way (P3).
 * Does not prove one that lived only between the begin and the answer of calls, and showed in no answer.
 */
export const noDoubleBooking: Invariant = {
  id: 'no-double-booking',
  promise: 'no two live allocations of one table overlap, at any time',
  check(evidence) {
    const { effects, run } = evidence;
    const inHistory = overlapsInHistory(evidence);
    // A release whose record is missing may lie between two acknowledgements; rows need no record.
    const excused = run.history.incomplete.size > 0;
    const violations = [...overlapsInFinalState(evidence), ...(excused ? [] : inHistory)];
    const undecided = excused ? inHistory.map(({ title }) => `${title}, but records are missing`) : [];
    if (!run.finalState) undecided.push('the final state was not read');
    let claims = 0;
    const { columns } = effects;
    for (let effect = 0; effect < columns.count; effect += 1) {
      if (columns.windows[effect] !== 0 && columns.has(effect, CERTAIN)) claims += 1;
    }
    return {
      checked: { count: claims, of: 'acknowledged claims' },
      violations,
      undecided,
      summary: `${claims} acknowledged claims, and the final state, without an overlap`,
    };
  },
};

function overlapsInFinalState({ run, effects }: Evidence): FoundViolation[] {
  const byTable = new Map<string, NonNullable<typeof run.finalState>['allocations']>();
  for (const allocation of run.finalState?.allocations ?? []) {
    if (allocation.shadow || allocation.resource_type !== 'table') continue;
    push(byTable, allocation.resource_id, allocation);
  }
  const violations: FoundViolation[] = [];
  for (const [table, allocations] of byTable) {
    const sorted = allocations.sort((a, b) => a.window.start - b.window.start);
    for (const [index, first] of sorted.entries()) {
      for (let next = index + 1; next < sorted.length; next += 1) {
        const second = sorted[next];
        if (!second || second.window.start >= first.window.end) break;
        if (!overlaps(first.window, second.window)) continue;
        const calls = [first, second].flatMap((allocation) =>
          effects.ofPair(allocation.booking_id ?? '', table).filter((effect) => effect.window),
        );
        violations.push({
          title: `${nameOf(table)} is allocated twice in the final state: to ${nameOf(first.booking_id ?? 'no booking')} for ${formatWindow(first.window)} and to ${nameOf(second.booking_id ?? 'no booking')} for ${formatWindow(second.window)}`,
          steps: [
            ...calls.map((effect) => step(effect.operation, '', effect.window)),
            remark('both allocations are live at the end, and their windows overlap'),
          ],
          operations: calls.map((effect) => effect.operation),
          rows: [first.row, second.row],
        });
      }
    }
  }
  return violations;
}

function overlapsInHistory({ effects }: Evidence): FoundViolation[] {
  return [...allClaimedTogether(effects)].map(({ table, first, second, from }): FoundViolation => {
    const [a, b] = [first.effect, second.effect];
    return {
      title: `${nameOf(table)} was acknowledged to ${nameOf(a.booking_id)} and to ${nameOf(b.booking_id)} for overlapping windows at the same time`,
      steps: [
        step(a.operation, `it holds ${formatWindow(first.window)}`, first.window),
        step(b.operation, `it holds ${formatWindow(second.window)}`, second.window),
        remark(
          `from ${(from / 1e9).toFixed(6)} s on both were acknowledged and neither had been released, yet their windows overlap`,
        ),
      ],
      operations: [a.operation, b.operation],
      rows: [],
    };
  });
}
