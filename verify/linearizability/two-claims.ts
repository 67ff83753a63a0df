import { allClaimedTogether } from '../acknowledged-claims.ts';
import type { Effects } from '../effects.ts';
import type { Call } from './call.ts';
import { type Budget, Search } from './search.ts';
import type { Witness } from './witness.ts';

/** Pairs that are looked at: what keeps one of them from being a contradiction is likely to be in the way of all. */
const TRIED = 5;

/**
 * Two acknowledged claims of a part that no order explains, whatever its other calls did: what can still be found where the
 * part has more orders than a search can go through, as in a wrong run of hundreds of processes. Candidates are claims that
 * stood at the same time by their answers; whether they contradict each other is left to the exact search, with all others
 * excused. Null says nothing.
 */
export function twoClaims(part: readonly Call[], effects: Effects, budget: Budget): Witness | null {
  let tried = 0;
  for (const pair of candidates(part, effects)) {
    const related = part.filter((call) => mayMatter(call, pair));
    const excused = new Set(related.filter((call) => !pair.includes(call)));
    const result = new Search(related, effects.time, budget, excused).run();
    if (result.verdict === 'contradiction') {
      return { kept: pair, contradiction: result, excused: part.length - pair.length, minimal: true };
    }
    tried += 1;
    if (tried === TRIED) return null;
  }
  return null;
}

/**
 * Whether an excused call could be what explains a claim. What another booking takes, moves or gives back can only stand in
 * its way: take an order in which it does something, and leave it out; what is legal with more claims of others is so with
 * fewer. Holds are kept, since a confirmation of the same booking rests on them.
 */
function mayMatter(call: Call, pair: readonly Call[]): boolean {
  if (call.kind === 'hold' || call.kind === 'release' || call.kind === 'confirm') return true;
  return pair.some(({ booking }) => booking?.id === call.booking?.id);
}

function* candidates(part: readonly Call[], effects: Effects): Generator<Call[]> {
  const calls = new Map(part.map((call) => [call.operation, call]));
  const tables = new Set(part.flatMap(({ writes }) => writes.map(({ table }) => table)));
  for (const { first, second } of allClaimedTogether(effects, tables)) {
    const pair = [calls.get(first.effect.operation), calls.get(second.effect.operation)];
    const found = pair.filter((call) => call !== undefined);
    if (found.length === 2) yield found.sort((a, b) => a.begin - b.begin);
  }
}
