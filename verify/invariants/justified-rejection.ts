import { formatWindow, overlaps, type Window, windowFrom } from '../../contracts/instant.ts';
import type { AssignOperation, HoldOperation } from '../../history/operation.ts';
import { nameOf } from '../../plan/identity.ts';
import { type Effect, requestedWindow } from '../effects.ts';
import { remark, step } from '../explain.ts';
import type { HoldClaim } from '../holds.ts';
import type { Evidence, FoundViolation, Invariant } from '../invariant.ts';

/**
 * A conflict answer has a live overlapping claim to blame at some moment of the call: an assignment or a hold.
 *
 * Assumes that every claim in the isolated schema was made by a recorded call.
 * Proves that each conflict has a claim of another booking, on one of the tables, that overlaps the window, may
 * have been made before the call ended, and may not have been released, or have lapsed, before it began. A hold
 * for nobody in particular stands in everybody's way; a call that was rolled back blocks nobody.
 * Does not prove that the blamed claim was the one which the database saw, or that another answer would not have
 * been better.
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
      if (operation.class !== 'conflict') continue;
      if (operation.f !== 'assign' && operation.f !== 'confirm' && operation.f !== 'hold') continue;
      const window = windowOf(evidence, operation);
      if (!window) continue;
      checked += 1;
      const rejection = { operation, window };
      if (isHeld(evidence, rejection) || isClaimed(evidence, rejection)) continue;
      const [gap] = run.history.incomplete;
      if (gap) undecided.push(`a conflict without a recorded claim to blame, but ${gap.join(': ')}`);
      else violations.push(unjustified(evidence, rejection));
    }
    return {
      checked: { count: checked, of: 'conflict answers' },
      violations,
      undecided,
      summary: `${checked} conflict answers, each with a claim to blame`,
    };
  },
};

interface Rejection {
  operation: AssignOperation | HoldOperation;
  window: Window;
}

function windowOf({ run }: Evidence, operation: Rejection['operation']): Window | null {
  if (operation.f !== 'hold') return requestedWindow(run, operation);
  return windowFrom(operation.input.start_at, operation.input.end_at);
}

/** Whether a hold of somebody else may have stood in the way. */
function isHeld({ holds }: Evidence, { operation, window }: Rejection): boolean {
  return operation.input.table_ids.some((table) =>
    holds
      .ofTable(table)
      .some(
        (claim) =>
          claim.operation !== operation &&
          overlaps(claim.window, window) &&
          isOthers(claim, operation) &&
          holds.mayBeLive(claim, operation),
      ),
  );
}

/** A hold without a booking is another's to everyone, but to the call that confirms it. */
function isOthers({ operation: { input } }: HoldClaim, rejected: Rejection['operation']): boolean {
  if (rejected.f === 'confirm' && rejected.input.hold_id === input.hold_id) return false;
  return input.booking_id === null || input.booking_id !== rejected.input.booking_id;
}

/** Whether an assignment of another booking may have stood in the way. */
function isClaimed({ effects }: Evidence, { operation, window }: Rejection): boolean {
  return operation.input.table_ids.some((table) =>
    effects.claims
      .live(table, operation)
      .some(
        (claim) =>
          claim.window !== null &&
          overlaps(claim.window, window) &&
          claim.booking_id !== operation.input.booking_id &&
          !effects.time.before(operation, claim.operation) &&
          !certainlyReleased(claim),
      ),
  );

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
          effects.time.before(successor.operation, operation),
      );
  }
}

function unjustified({ effects, holds }: Evidence, { operation, window }: Rejection): FoundViolation {
  const { booking_id, table_ids } = operation.input;
  const claims = table_ids
    .flatMap((table) => effects.ofTable(table))
    .flatMap((effect) =>
      effect.window && effect.booking_id !== booking_id
        ? [{ operation: effect.operation, window: effect.window }]
        : [],
    );
  const held = table_ids
    .flatMap((table) => holds.ofTable(table))
    .filter((claim) => isOthers(claim, operation));
  const neighbours = [...claims, ...held]
    .filter((claim) => claim.operation !== operation)
    .sort((a, b) => distance(a.window, window) - distance(b.window, window))
    .slice(0, 2);
  const whose = booking_id === null ? 'a hold for nobody in particular' : nameOf(booking_id);
  return {
    title: `${whose} was refused ${table_ids.map(nameOf).join(' and ')} for ${formatWindow(window)}, though no claim overlapped`,
    steps: [
      ...neighbours.map((claim) =>
        step(claim.operation, `the nearest claim: ${formatWindow(claim.window)}`, claim.window),
      ),
      step(operation, '', window),
      remark(
        'at no moment of that call was a claim of another booking live on those tables and in that window',
      ),
    ],
    operations: [...neighbours.map((claim) => claim.operation), operation],
    rows: [],
  };
}

function distance(a: Window, b: Window): number {
  return Math.max(0, a.start - b.end, b.start - a.end);
}
