import type { Violation } from '../../contracts/verdict.ts';

/** Where a violation's promise breaks. */
export interface ContradictionPlace {
  /** Index of the step. */
  step: number;
  /** The call that it speaks of, or the last one before it; null where no step speaks of a call. */
  operation: string | null;
}

/** The step that is marked, or the last one. */
export function contradictionOf({ steps }: Pick<Violation, 'steps'>): ContradictionPlace {
  const marked = steps.findIndex((step) => step.contradiction === true);
  const step = marked === -1 ? steps.length - 1 : marked;
  const operation = steps.slice(0, step + 1).findLast((each) => each.operation !== null)?.operation ?? null;
  return { step, operation };
}
