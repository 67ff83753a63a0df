import { type Call, isOptional } from '../../../../verify/linearizability/call.ts';
import { Precedence } from '../../../../verify/linearizability/precedence.ts';
import { step } from '../../../../verify/linearizability/specification.ts';
import { State } from '../../../../verify/linearizability/state.ts';
import type { RealTime } from '../../../../verify/real-time.ts';

/**
 * The definition, word by word: tries every order of all calls, and nothing else. No parts, no memory, no rules that leave
 * anything out.
 *
 * @returns null when there are too many orders to try
 */
export function hasOrder(calls: readonly Call[], time: RealTime, limit = 300_000): boolean | null {
  const precedence = new Precedence(calls, time);
  let left = limit;
  const goOn = (state: State, rest: readonly Call[], placed: readonly Call[]): boolean => {
    if (rest.every(isOptional)) return true;
    for (const call of rest) {
      if (rest.some((other) => !isOptional(other) && precedence.precedes(other, call))) continue;
      if (placed.some((other) => precedence.precedes(call, other))) continue;
      left -= 1;
      if (left < 0) throw new TooMany();
      for (const next of step(state, call).states) {
        const others = rest.filter((other) => other !== call);
        if (goOn(next, others, [...placed, call])) return true;
      }
    }
    return false;
  };
  try {
    return goOn(State.empty(), calls, []);
  } catch (error) {
    if (error instanceof TooMany) return null;
    throw error;
  }
}

class TooMany extends Error {}
