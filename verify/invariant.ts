import type { InvariantId, InvariantResult, VerdictValue, Violation } from '../contracts/verdict.ts';
import { wholeRecord } from '../history/columns/view.ts';
import type { Effects } from './effects.ts';
import type { HoldClaims } from './holds.ts';
import type { Orders } from './linearizability/columns/orders.ts';
import type { RunData } from './run-data.ts';

/** What a check gets: the run as read, and the effects and holds that its calls had or may have had. */
export interface Evidence {
  run: RunData;
  effects: Effects;
  holds: HoldClaims;
  /** Orders of the calls as far as they were found at once; null for a run that has calls of other kinds. */
  orders: Orders | null;
  /** Command that provokes the same again. */
  repro: string;
}

/** A promise with its check. Checks read; they never change the evidence. */
export interface Invariant {
  id: InvariantId;
  promise: string;
  check(evidence: Evidence): Finding;
}

export type FoundViolation = Omit<Violation, 'repro'>;

export interface Finding {
  checked: { count: number; of: string };
  violations: FoundViolation[];
  /** Reasons why some part, or all, could not be decided. Nothing checked is such a reason by itself. */
  undecided: string[];
  /** One sentence for a pass. */
  summary: string;
}

/** Kept in verdict.json for each invariant; the rest is counted. */
export const KEPT = 10;

/**
 * Runs one check. Three verdicts: a violation fails; something undecided, nothing checked, or a check that crashed is
 * unknown; only the rest passes.
 */
export function judge(invariant: Invariant, evidence: Evidence): InvariantResult {
  const { id, promise } = invariant;
  let finding: Finding;
  try {
    finding = invariant.check(evidence);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return {
      id,
      promise,
      verdict: 'unknown',
      checked: { count: 0, of: 'things' },
      summary: `the check itself failed: ${reason}`,
      violation_count: 0,
      violations: [],
    };
  }
  const { checked, violations, undecided } = finding;
  const verdict = verdictOf(finding);
  const reasons = checked.count === 0 && undecided.length === 0 ? [`no ${checked.of} to check`] : undecided;
  const summary = {
    pass: finding.summary,
    fail: violations[0]?.title ?? '',
    unknown: shorten(reasons),
  }[verdict];
  return {
    id,
    promise,
    verdict,
    checked,
    summary,
    violation_count: violations.length,
    violations: violations.slice(0, KEPT).map((violation) => ({
      ...violation,
      operations: violation.operations.map(wholeRecord),
      repro: evidence.repro,
    })),
  };
}

function verdictOf({ checked, violations, undecided }: Finding): VerdictValue {
  if (violations.length > 0) return 'fail';
  return checked.count === 0 || undecided.length > 0 ? 'unknown' : 'pass';
}

function shorten(reasons: readonly string[]): string {
  const more = reasons.length > 2 ? `; and ${reasons.length - 2} more` : '';
  return reasons.slice(0, 2).join('; ') + more;
}
