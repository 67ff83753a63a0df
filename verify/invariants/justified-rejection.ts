import type { AssignOperation } from '../../history/operation.ts';
import { nameOf } from '../../plan/identity.ts';
import { type Effect, requestedWindow } from '../effects.ts';
import { remark, step } from '../explain.ts';
import { formatWindow, overlaps, type Window } from '../instant.ts';
import type { Evidence, FoundViolation, Invariant } from '../invariant.ts';

/**
 * A conflict answer has a live overlapping claim to blame at some moment of the call.
 *
 * A claim is to blame when it is of another booking, on one of the tables, overlaps the window, may have been made
 * before the call ended, and may not have been released before the call began. A call that was rolled back blocks
 * nobody. Does not prove that the blamed claim was the one which the database saw.
 */
export const justifiedRejection: Invariant = {
  id: 'justified-rejection',
  promise: 'a conflict answer has a live overlapping claim to blame',
  check(evidence) {
    const { run } = evidence;
    const violations: FoundViolation[] = [];
    const undecided: string[] = [];
    let checked = 0;
    for (const operation of run.history.operations) {
      if (operation.class !== 'conflict' || (operation.f !== 'assign' && operation.f !== 'confirm')) continue;
      const window = requestedWindow(run, operation);
      if (!window) continue;
      checked += 1;
      if (findBlame(evidence, operation, window)) continue;
      const [gap] = run.history.incomplete;
      if (gap) undecided.push(`a conflict without a recorded claim to blame, but ${gap.join(': ')}`);
      else violations.push(unjustified(evidence, operation, window));
    }
    return {
      checked: { count: checked, of: 'conflict answers' },
      violations,
      undecided,
      summary: `${checked} conflict answers, each with a claim to blame`,
    };
  },
};

function findBlame({ effects }: Evidence, rejected: AssignOperation, window: Window): Effect | undefined {
  for (const table of rejected.input.table_ids) {
    for (const claim of effects.ofTable(table)) {
      if (
        claim.window !== null &&
        overlaps(claim.window, window) &&
        claim.booking_id !== rejected.input.booking_id &&
        !effects.time.before(rejected, claim.operation) &&
        !certainlyReleased(claim)
      )
        return claim;
    }
  }
  return undefined;

  /** Whether an acknowledged call ended the claim for good before the rejected one began. */
  function certainlyReleased(claim: Effect): boolean {
    // An unknown call may take effect after anything that seemed to release it.
    if (claim.operation.type === 'info') return false;
    return effects
      .successors(claim)
      .some(
        (successor) =>
          successor.certain &&
          effects.before(claim, successor) &&
          effects.time.before(successor.operation, rejected),
      );
  }
}

function unjustified({ effects }: Evidence, rejected: AssignOperation, window: Window): FoundViolation {
  const neighbours = rejected.input.table_ids
    .flatMap((table) => effects.ofTable(table))
    .filter((effect) => effect.booking_id !== rejected.input.booking_id && effect.window)
    .sort((a, b) => distance(a.window, window) - distance(b.window, window))
    .slice(0, 2);
  return {
    title: `${nameOf(rejected.input.booking_id)} was refused ${rejected.input.table_ids.map(nameOf).join(' and ')} for ${formatWindow(window)}, though no claim overlapped`,
    steps: [
      ...neighbours.map((effect) =>
        step(effect.operation, `the nearest claim: ${formatWindow(effect.window as Window)}`, effect.window),
      ),
      step(rejected, '', window),
      remark(
        'at no moment of that call was a claim of another booking live on those tables and in that window',
      ),
    ],
    operations: [...neighbours.map((effect) => effect.operation), rejected],
    rows: [],
  };
}

function distance(a: Window | null, b: Window): number {
  return a ? Math.max(0, a.start - b.end, b.start - a.end) : Number.POSITIVE_INFINITY;
}
