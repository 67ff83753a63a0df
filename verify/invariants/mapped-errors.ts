import type { Operation } from '../../history/operation.ts';
import { remark, step } from '../explain.ts';
import type { FoundViolation, Invariant } from '../invariant.ts';

/**
 * Every conflict and every refusal comes back as its documented code; no raw 23P01, 23505, and no unknown error.
 *
 * Assumes that the body's code is the database's, see `history/classify.ts`.
 * Proves that every answer of the run has a documented code, and where the plan knows the one right answer
 * (scenario smoke, scripted steps) it is that one.
 * Does not prove that a code was deserved: `justified-rejection` judges conflicts, `progress` deadlocks and time-
 * outs.
 */
export const mappedErrors: Invariant = {
  id: 'mapped-errors',
  promise: 'every conflict and refusal comes back as its documented code',
  check({ run }) {
    const violations: FoundViolation[] = [];
    let checked = 0;
    for (const operation of run.history.operations) {
      const deserved = operation.class === 'conflict' || operation.class === 'refusal';
      const answered = operation.class === 'ok' || deserved;
      if (deserved || operation.class === 'unexpected' || (operation.expect && answered)) checked += 1;
      const problem = problemWith(operation);
      if (problem === null) continue;
      violations.push({
        title: `${operation.f} was answered ${shownCode(operation)}: ${problem}`,
        steps: [step(operation), remark(problem)],
        operations: [operation],
        rows: [],
      });
    }
    return {
      checked: { count: checked, of: 'answers' },
      violations,
      undecided: [],
      summary: `${checked} answers with documented codes`,
    };
  },
};

function shownCode(operation: Operation): string {
  return operation.type === 'ok'
    ? 'with success'
    : (operation.code ?? `HTTP ${operation.http} without a code`);
}

function problemWith(operation: Operation): string | null {
  const { code, class: result, expect } = operation;
  if (code === '23P01' || code === '23505') {
    return 'a conflict must come back as P0001 with allocations_no_overlap, not as a raw constraint violation';
  }
  if (result === 'unexpected') return 'the contract knows no such answer';
  if (
    !expect ||
    result === 'transient' ||
    result === 'overload' ||
    result === 'connection' ||
    result === 'setup'
  ) {
    return null;
  }
  const answered = operation.type === 'ok' ? 'ok' : code;
  if (answered === null || expect.includes(answered)) return null;
  // Success where a conflict was due is a double booking, and a conflict where success was due has its own promise.
  if (answered === 'ok' && expect.includes('P0001')) return null;
  if (result === 'conflict' && expect.includes('ok')) return null;
  return `the contract's answer here is ${expect.map((each) => (each === 'ok' ? 'success' : each)).join(' or ')}`;
}
