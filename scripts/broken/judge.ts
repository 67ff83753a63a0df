import type { Catch, CorrectRow } from '../../contracts/broken-table.ts';
import type { InvariantId, Verdict } from '../../contracts/verdict.ts';

/** Promises that a run found broken. */
export function failedBy(verdict: Verdict | null): InvariantId[] {
  return (verdict?.invariants ?? []).filter((result) => result.verdict === 'fail').map(({ id }) => id);
}

/** Whether a run of a broken variant found what is wrong with it. A run that was cut short still may have. */
export function judgeVariant(verdict: Verdict | null, expected: InvariantId): Catch {
  const failed = failedBy(verdict);
  if (failed.includes(expected)) return 'caught';
  if (failed.length > 0) return 'caught-by-another';
  if (verdict === null) return 'failed';
  return verdict.verdict === 'pass' ? 'missed' : 'unknown';
}

/** Whether a run of the correct application said so. */
export function judgeCorrect(verdict: Verdict | null): CorrectRow['result'] {
  if (verdict === null) return 'failed';
  if (verdict.verdict === 'fail' || failedBy(verdict).length > 0) return 'false-alarm';
  return verdict.verdict;
}
