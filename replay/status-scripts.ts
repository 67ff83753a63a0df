import type { StatusMatrix } from '../contracts/status-matrix.ts';
import type { Violation } from '../contracts/verdict.ts';
import { scriptFiles } from '../status-matrix/matrix.ts';
import { statementsOf } from '../verify/status-matrix.ts';

/**
 * The script of the status matrix that a violation was found by, relative to the run folder. Null for one that was found
 * by reads under load. Pure.
 */
export function statusScriptOf(matrix: StatusMatrix | null, { steps }: Violation): string | null {
  if (matrix === null) return null;
  const told = new Set(steps.map(({ text }) => text));
  const found = [...scriptFiles(matrix)].find(([, text]) =>
    statementsOf(text).every((statement) => told.has(statement)),
  );
  return found === undefined ? null : `status-matrix/${found[0]}`;
}
