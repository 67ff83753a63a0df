import { keptViolations } from '../contracts/kept-violations.ts';
import { type Repro, reproOf, type ViolationRepro } from '../contracts/repro.ts';
import type { Verdict, Violation } from '../contracts/verdict.ts';

/** What became of each violation when it was tried again; those of which nothing is known are not in it. */
export function reproEntries(verdict: Verdict, repro: Repro | null): Map<Violation, ViolationRepro> {
  return new Map(
    keptViolations(verdict).flatMap(({ number, violation }) => {
      const entry = reproOf(repro, number, violation.title);
      return entry ? [[violation, entry] as const] : [];
    }),
  );
}
