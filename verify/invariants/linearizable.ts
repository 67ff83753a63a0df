import { nameOf } from '../../plan/identity.ts';
import type { Evidence, Finding, FoundViolation, Invariant } from '../invariant.ts';
import type { Call } from '../linearizability/call.ts';
import { Calls } from '../linearizability/calls.ts';
import { explain } from '../linearizability/explanation.ts';
import { OneOrder } from '../linearizability/one-order.ts';
import { callsOfParts } from '../linearizability/open-parts.ts';
import { Partition } from '../linearizability/parts.ts';
import { Precedence } from '../linearizability/precedence.ts';
import { type Budget, type Contradiction, Search } from '../linearizability/search.ts';
import { twoClaims } from '../linearizability/two-claims.ts';
import { type Effort, findWitness, type Witness } from '../linearizability/witness.ts';

/** For each part of which no order was found at once: some ten seconds. */
const BUDGET: Budget = { steps: 2_000_000, configurations: 200_000 };
const EFFORT: Effort = { attempt: { steps: 10_000, configurations: 2_000 }, steps: 100_000 };
/** Contradictions that are shrunk; of the others one call is shown. */
const SHRUNK = 10;

/**
 * Every history has an order of its calls that respects real time and explains every answer (Herlihy & Wing 1990).
 * The specification is in `linearizability/specification.ts`, the search in `linearizability/search.ts`.
 *
 * Assumes that the clock of a load generator does not run backwards, that nobody else writes claims into the
 * isolated schema, and that no claim was there before the run. Calls without an answer may have taken effect at
 * any moment since they began, or never; what is left after the load is a last read of each row; where records are
 * missing, the missing one may be the explanation.
 * Proves that such an order exists for each part of the run; a violation shows calls that no order explains,
 * whatever all others did. Literature: lost update, write skew and stale reads are all histories without such an
 * order.
 * Does not prove that the database decided in that order, and does not judge refusals for other reasons than
 * claims, holds and keys, merge groups, or stored statuses: other promises do.
 */
export const linearizable: Invariant = {
  id: 'linearizable',
  promise: 'some order of the calls respects real time and explains every answer',
  check: (evidence) => checkWithin(evidence, BUDGET),
};

/** The check with another budget for each part. */
export function checkWithin(evidence: Evidence, budget: Budget): Finding {
  const { run, effects } = evidence;
  const { unreadable, recorded, parts, open } = partsOf(evidence);
  const violations: FoundViolation[] = [];
  const undecided: string[] = [];
  if (unreadable > 0) {
    undecided.push(`${unreadable} calls name no window, so that nobody can say what they took`);
  }
  for (const part of open) {
    const precedence = new Precedence(part, effects.time);
    if (precedence.oneClock && new OneOrder(part, precedence).find()) continue;
    const result = new Search(part, effects.time, budget).run();
    if (result.verdict === 'explained') continue;
    const [gap] = run.history.incomplete;
    const shrink = !gap && violations.length < SHRUNK;
    const witness =
      result.verdict === 'spent'
        ? twoClaims(part, effects, EFFORT.attempt)
        : witnessOf(evidence, part, result, shrink);
    if (witness === null) {
      if (result.verdict === 'spent') undecided.push(spent(part, result.what, budget));
      continue;
    }
    const found = result.verdict === 'contradiction' ? result : witness.contradiction;
    const violation = explain(part, found, witness, precedence);
    if (gap) undecided.push(`${violation.title}, but ${gap.join(': ')}`);
    else violations.push(violation);
  }
  return {
    checked: { count: recorded, of: 'calls' },
    violations,
    undecided,
    summary: `${recorded} calls in ${parts} parts, each with an order that explains every answer`,
  };
}

interface PartsOfRun {
  unreadable: number;
  recorded: number;
  parts: number;
  /** The calls of each part that is still to be decided, in the order of the parts. */
  open: Iterable<Call[]>;
}

function partsOf(evidence: Evidence): PartsOfRun {
  const { orders } = evidence;
  if (orders) {
    const { calls, parts, open } = orders;
    return { unreadable: 0, recorded: calls, parts, open: callsOfParts(evidence, open) };
  }
  const partition = new Partition();
  const calls = new Calls(evidence, (call) => partition.add(call));
  const parts = partition.parts();
  return {
    unreadable: calls.unreadable.length,
    recorded: calls.recorded,
    parts: parts.length,
    open: madeInTurn(calls, parts),
  };
}

function* madeInTurn(calls: Calls, parts: readonly Int32Array[]): Generator<Call[]> {
  for (const numbers of parts) yield Array.from(numbers, (number) => calls.at(number));
}

function witnessOf(
  { effects }: Evidence,
  part: readonly Call[],
  found: Contradiction,
  shrink: boolean,
): Witness {
  if (shrink) return findWitness(part, found, effects.time, EFFORT);
  return { kept: [found.call], contradiction: found, excused: 0, minimal: false };
}

function spent(part: readonly Call[], what: keyof Budget, budget: Budget): string {
  const tables = new Set(
    part.flatMap(({ writes, reads }) => [...writes, ...reads].map(({ table }) => table)),
  );
  const unknown = part.filter(({ outcome }) => outcome === 'unknown').length;
  const [first = ''] = tables;
  const more = tables.size > 1 ? ` and ${tables.size - 1} more tables` : '';
  return (
    `the ${part.length} calls on ${nameOf(first)}${more} (${unknown} with unknown outcome) have more orders than the ` +
    `budget of ${budget[what]} ${what} covers: run with fewer processes, or find out why calls go unanswered`
  );
}
