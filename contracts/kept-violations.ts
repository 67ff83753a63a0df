import type { InvariantId, Verdict, Violation } from './verdict.ts';

/** A violation that verdict.json keeps. */
export interface KeptViolation {
  /** Position among all that are kept, from 1, in the order of the file. */
  number: number;
  invariant: InvariantId;
  promise: string;
  violation: Violation;
}

/** All violations that a verdict keeps, numbered through. */
export function keptViolations({ invariants }: Pick<Verdict, 'invariants'>): KeptViolation[] {
  return invariants
    .flatMap(({ id, promise, violations }) =>
      violations.map((violation) => ({ invariant: id, promise, violation })),
    )
    .map((kept, index) => ({ number: index + 1, ...kept }));
}
