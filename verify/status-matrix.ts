import type { StatusMatrix, StatusObservation } from '../contracts/status-matrix.ts';
import { remark } from './explain.ts';
import type { FoundViolation } from './invariant.ts';

/** What the status matrix says of the promise status-rule. */
export interface MatrixFinding {
  /** Calls that were compared with the rule. */
  checked: number;
  violations: FoundViolation[];
  undecided: string[];
  /** Why there is no matrix: no reason to be unknown, but worth telling where there is another one. */
  unseen: string[];
  /** For the sentence of a pass: what was observed, and what was not. */
  summary: string;
}

/**
 * Reads the matrix of a run. What it did not observe has not passed, and is said; it does not make the promise unknown by
 * itself, because the reads under load are evidence of their own. A matrix that broke off does.
 */
export function findInMatrix(matrix: StatusMatrix | null): MatrixFinding {
  if (matrix === null) return nothing('the matrix of cases was not tried');
  if (matrix.skipped !== null) {
    const reason = `the matrix of cases was not observed: ${matrix.skipped.reason}`;
    return matrix.skipped.failed ? { ...nothing(reason), undecided: [reason], unseen: [] } : nothing(reason);
  }
  const count = (outcome: StatusObservation['outcome']): number =>
    matrix.observations.filter((each) => each.outcome === outcome).length;
  const differing = matrix.observations.filter(({ outcome }) => outcome === 'differs');
  const agreeing = count('agrees');
  const missing = [
    ...(count('not possible') > 0 ? [`${count('not possible')} are not possible here`] : []),
    ...(count('not observed') > 0 ? [`${count('not observed')} were not observed`] : []),
  ].join(', ');
  return {
    checked: agreeing + differing.length,
    violations: differing.map((each, index) => violationOf(each, index === 0 ? matrix : null)),
    undecided: [],
    unseen: [],
    summary: `${agreeing} of ${matrix.observations.length} cells of the matrix follow it${missing === '' ? '' : ` (${missing})`}`,
  };
}

function nothing(summary: string): MatrixFinding {
  return { checked: 0, violations: [], undecided: [], unseen: [summary], summary };
}

/** @param named the matrix, where the title is to name the variant */
function violationOf(observation: StatusObservation, named: StatusMatrix | null): FoundViolation {
  const { title, previous, expected, stored, reason, script, allocations, case: id } = observation;
  const got = stored === null ? (reason ?? 'nothing is stored') : `${stored} is stored`;
  const rule = expected.join(' or ');
  const what = `with ${title}, and ${previous} before the refresh, ${got} after it, but the rule gives ${rule}`;
  const variant = named?.variant?.text;
  return {
    title: variant === undefined ? what : `${variant}; ${what}`,
    steps: [
      remark(`case ${id} of the status matrix: ${title}; stored before: ${previous}`),
      ...statementsOf(script ?? '').map((statement) => remark(statement)),
      remark(`after the refresh ${got}; the rule gives ${rule}`),
    ],
    operations: [],
    rows: allocations,
  };
}

/** The script without its comments, a statement each. */
export function statementsOf(script: string): string[] {
  const code = script.split('\n').filter((line) => !line.startsWith('--'));
  return code
    .join('\n')
    .split(/(?<=;)\n/)
    .map((statement) => statement.replaceAll(/\s+/g, ' ').trim())
    .filter((statement) => statement !== '');
}
